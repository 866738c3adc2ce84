"""Whether what was read is a French article that can be spoken, or something else.

Something else is refused with its name: an error page, a list of articles, the
stub before a paywall, a text in another language. Where there is doubt, it is
an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from podcast.article.language import language_of
from podcast.article.lines import fold
from podcast.errors import ArticleError
from podcast.types import Article

STUB_WORDS = 80
"""Words of a body behind which a paywall leaves an article that is worth speaking."""
ERROR_WORDS = 120
"""Words of the longest error page."""
LIST_HEADLINES = 10
"""Links to other articles from which a page without any sign of an article is a list of them."""

LANGUAGES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
}
GO_ON = "--force speaks it all the same"

_ERROR = (
    r"(?:erreur|error|http)\s?:?\s?[45]\d\d\b",
    r"^[45]0\d\b",
    r"\b404\b",
    r"\b(?:page|adresse|contenu|article) (?:introuvable|inexistante?|indisponible|supprimee?|perdue?)",
    r"\b(?:page|article|file) not found",
    r"\bnon trouvee?\b",
    r"cette page (?:n'existe|n'est) (?:pas|plus)",
    r"page (?:demandee|que vous (?:cherchez|recherchez|demandez)) (?:n'|est introuvable|a ete|semble)",
    r"(?:acces|access) (?:refuse|interdit|denied|forbidden)",
    r"(?:service|site) (?:temporairement )?(?:indisponible|unavailable|en maintenance)",
    r"bad gateway",
    r"erreur (?:interne|du serveur|technique)",
    r"internal server error",
    r"^un instant",
    r"just a moment",
    r"verif(?:ication|ying) (?:que vous|you are|humain|de securite)",
    r"captcha",
    r"enable javascript",
)
"""Words of error pages, folded, looked for in the title, or in the first words where there is none."""
_WALLS = (
    r"(?:reserve(?:e|s|es)?|accessibles?) (?:a|aux|a nos|pour) (?:nos )?(?:abonnee?s?|adherents|inscrits)",
    r"il vous reste (?:encore )?\d{1,3} ?%",
    r"pour (?:lire|decouvrir|acceder a|consulter) (?:la suite|l'integralite|cet article|l'article)",
    r"(?:la suite|cet article|ce contenu) est reservee?",
    r"(?:article|contenu) (?:abonnes?|premium|payant|reserve)",
    r"abonnez-vous pour (?:lire|continuer|acceder|poursuivre)",
    r"deja abonnee?",
    r"continuer (?:a lire|votre lecture|la lecture)",
)
"""Words of paywalls, folded, looked for in what was dropped."""
_IS_ERROR = re.compile("|".join(_ERROR))
_IS_WALL = re.compile("|".join(_WALLS))


@dataclass(frozen=True, slots=True)
class Signs:
    """What a page says beside its text."""

    is_article: bool = True
    """It calls itself an article, or has what articles have: a date, a signature."""
    is_paywalled: bool = False
    """It calls itself paid for."""
    headlines: int = 0
    """Lines that are links of some words: titles of other articles."""
    headline_words: int = 0


def judge_article(article: Article, signs: Signs = Signs()) -> None:
    """Raise `ArticleError` when this is no French article that can be spoken."""
    where = article.url or ""
    text = " ".join(block.text for block in article.blocks)
    count = len(text.split())
    if count < ERROR_WORDS and is_error(article.title, text):
        raise error_page(where)
    if not signs.is_article and signs.headlines >= LIST_HEADLINES and signs.headline_words > 2 * count:
        raise ArticleError(
            "this is a list of articles, not one article",
            where=where,
            remedy=f"give the address of one of them, or read its feed; {GO_ON}",
        )
    if count < STUB_WORDS and (signs.is_paywalled or _is_walled(article)):
        raise ArticleError(
            f"only the first {count} words of this article are free, the rest is behind a paywall",
            where=where,
            remedy=f"give the whole text as a file; {GO_ON}",
        )
    language = language_of(f"{article.title}. {article.standfirst} {text}")
    if language not in ("", "fr"):
        raise ArticleError(
            f"the article is in {LANGUAGES.get(language, 'another language')}, not in French",
            where=where,
            remedy=f"give an article in French; {GO_ON}",
        )


def no_article(error: ArticleError, title: str, lines: Iterable[str]) -> ArticleError:
    """A more telling error than ``error``, for a page in which no article was found."""
    if is_error(title, " ".join(lines)):
        return error_page(error.where)
    return error


def error_page(where: str) -> ArticleError:
    """The refusal of an error page."""
    return ArticleError(
        "this is an error page of the site, not an article",
        where=where,
        remedy=f"check the address in a browser; {GO_ON}",
    )


def is_error(title: str, text: str) -> bool:
    """True when a title, or the first words of a text without one, are those of an error page."""
    opening = " ".join(text.split()[:40])
    return bool(_IS_ERROR.search(fold(title)[:200])) or (
        not title and bool(_IS_ERROR.search(fold(opening)[:300]))
    )


def _is_walled(article: Article) -> bool:
    walls = (dropped.text for dropped in article.dropped if dropped.reason in ("subscription", "login"))
    return any(_IS_WALL.search(fold(text)[:300]) for text in walls)
