"""Whether what was read is a French article that can be spoken, or something else.

Something else is refused with its name: an error page, a list of articles, the
stub before a paywall, a text in another language. Where there is doubt, it is
an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from podcast.article.language import language_of
from podcast.article.lines import SENTENCE_END, fold
from podcast.errors import ArticleError
from podcast.types import Article

STUB_WORDS = 60
"""A text of fewer words on a page that is paid for is the stub before the paywall."""
CUT_WORDS = 150
"""So is one of fewer words than this that breaks off, or of which the page says that it goes on."""
ERROR_WORDS = 120
"""Words of the longest error page."""
ERROR_OPENING = 40
"""Words in which a text without a title says that it is an error."""
LIST_HEADLINES = 10
LIST_TEASERS = 0.5
LIST_GREATER = 2
"""How many times more words the headlines have than the text."""

LANGUAGES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
}

_ERROR = (
    r"(?:erreur|error|http)\s?:?\s?[45]\d\d\b",
    r"(?:^|[-–|:] ?)[45]0\d\b",
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
    r"^un instant(?:$|[.…,!]| svp| s'il vous)",
    r"just a moment",
    r"verif(?:ication|ying) (?:que vous|you are|humain|de securite)",
    r"captcha",
    r"enable javascript",
)
"""Words of error pages, folded, looked for in the title, or in the first words where there is none."""
_RESTS = (
    r"il vous reste (?:encore )?\d{1,3}(?:[.,]\d)? ?%",
    r"(?:la suite|le reste|l'integralite)(?: de (?:cet |l')?article)? est reservee?",
)
"""Words that say that the text goes on behind the paywall, folded, looked for in what was dropped."""
_WALLS = (
    *_RESTS,
    r"pour (?:lire|decouvrir|acceder a|consulter) (?:la suite|l'integralite|cet article|l'article)",
    r"(?:cet article|ce contenu) est reserve",
    r"abonnez-vous pour (?:lire|continuer|acceder|poursuivre)",
)
"""Words of paywalls, folded, looked for in what was dropped."""
_LABELS = (
    r"reserve(?:e|s|es)? (?:a|aux|a nos) (?:abonnee?s?|adherents|inscrits)",
    r"(?:article|contenu) (?:abonnes?|premium|payant|reserve)",
    r"deja abonnee?",
    r"continuer (?:a lire|votre lecture|la lecture)",
)
"""Words that other articles of such a site bear too: they count where the text is cut."""
_WALL_REASONS = ("subscription", "login")


@cache
def _any_of(*phrases: str) -> re.Pattern[str]:
    """Compiled when a page asks for them: most articles never do."""
    return re.compile("|".join(phrases))


class Signs(NamedTuple):
    """What a page says beside its text; what a pasted page does not say is left as it is."""

    is_article: bool = True
    """It calls itself an article, says who wrote it or when, or prints the title that it announces."""
    is_paywalled: bool = False
    """It calls itself paid for."""
    headlines: int = 0
    """Lines of some words that are links: the titles of other articles."""
    headline_words: int = 0
    teaser_share: float = 0.0
    """Share of the text that stands right under such a line."""


NO_SIGNS = Signs()
"""Of a page that says nothing beside its text."""


def judge_article(article: Article, signs: Signs = NO_SIGNS) -> None:
    """Raise `ArticleError` when this is no French article that can be spoken."""
    text = " ".join(block.text for block in article.blocks)
    count = len(text.split())
    refusal: ArticleError | None = None
    if count < ERROR_WORDS and is_error(article.title, text):
        refusal = _error_page()
    elif is_list(count, signs):
        refusal = _list()
    elif count < CUT_WORDS and _is_stub(article, count, paywalled=signs.is_paywalled):
        refusal = ArticleError(
            f"only the first {count} words of this article are free, the rest is behind a paywall",
            remedy="give the whole text as a file",
        )
    elif (language := language_of(f"{article.title}. {article.standfirst} {text}")) not in ("", "fr"):
        refusal = _foreign(language)
    if refusal:
        remedy = f"{refusal.remedy}, or go on with --force"
        raise ArticleError(refusal.what, where=article.url or "", remedy=remedy)


def no_article(
    error: ArticleError, title: str, lines: Iterable[str], signs: Signs = NO_SIGNS
) -> ArticleError:
    """What to say of a page without an article: what it is, where that is clear, else ``error``."""
    text = " ".join(lines)
    language = language_of(text)
    if is_error(title, text):
        telling = _error_page()
    elif is_list(0, signs):
        telling = _list()
    elif language not in ("", "fr"):
        telling = _foreign(language)
    else:
        return error
    return ArticleError(telling.what, where=error.where, remedy=telling.remedy)


def is_error(title: str, text: str) -> bool:
    """True when a title, or the first words of a text without one, are those of an error page."""
    opening = title or " ".join(text.split(maxsplit=ERROR_OPENING)[:ERROR_OPENING])
    return _any_of(*_ERROR).search(fold(opening)[:300]) is not None


def is_list(count: int, signs: Signs) -> bool:
    """True for a home page or a section: links to articles, and ``count`` words of text with them."""
    if signs.headlines < LIST_HEADLINES:
        return False
    return not signs.is_article and (
        signs.teaser_share >= LIST_TEASERS or signs.headline_words > LIST_GREATER * count
    )


def _is_stub(article: Article, count: int, *, paywalled: bool) -> bool:
    """True for the beginning of an article that the page leaves to those who pay."""
    last = article.blocks[-1].text if article.blocks else ""
    breaks_off = last.endswith(("…", "...", "[…]"))
    is_cut = breaks_off or SENTENCE_END.search(last[-12:]) is None
    walls = [fold(dropped.text)[:300] for dropped in article.dropped if dropped.reason in _WALL_REASONS]
    if any(_any_of(*_RESTS).search(text) for text in walls):
        return True
    paywalled = paywalled or any(
        _any_of(*_WALLS).search(text) or (is_cut and _any_of(*_LABELS).search(text)) for text in walls
    )
    return paywalled and (count < STUB_WORDS or breaks_off)


def _error_page() -> ArticleError:
    return ArticleError(
        "this is an error page of the site, not an article", remedy="check the address in a browser"
    )


def _list() -> ArticleError:
    return ArticleError(
        "this is a list of articles, not one article", remedy="give the address of one of them"
    )


def _foreign(language: str) -> ArticleError:
    name = LANGUAGES.get(language, "another language")
    return ArticleError(f"the text is in {name}, not in French", remedy="give an article in French")
