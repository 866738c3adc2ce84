"""Plain numbers, ordinals, fractions, scores and ranges, and the gender of ``un``."""

from __future__ import annotations

import re

from podcast.french.gender import gender
from podcast.french.numbers import cardinal, figures, one_by_one, ordinal
from podcast.french.rules.engine import Rule, before
from podcast.french.rules.measures import SIGN, sign
from podcast.french.rules.quantities import NUMBER, START, WHOLE, Number

_WORD = re.compile(r" (?:(?:à|ou|et) [0-9]{1,3} )?([a-zà-öø-ÿœ]{2,30}(?:-[a-zà-ÿ]{1,20})?)(?![\w'])")
_STOPS = frozenset(
    [
        "à",
        "a",
        "ai",
        "as",
        "au",
        "aux",
        "avec",
        "car",
        "ce",
        "ces",
        "chez",
        "comme",
        "contre",
        "dans",
        "de",
        "des",
        "donc",
        "dont",
        "du",
        "elle",
        "elles",
        "en",
        "entre",
        "est",
        "et",
        "eu",
        "fut",
        "il",
        "ils",
        "je",
        "la",
        "le",
        "les",
        "leur",
        "lui",
        "mais",
        "me",
        "n",
        "ne",
        "ni",
        "nous",
        "on",
        "ont",
        "or",
        "ou",
        "où",
        "par",
        "pas",
        "plus",
        "pour",
        "puis",
        "que",
        "qui",
        "sa",
        "sans",
        "se",
        "ses",
        "si",
        "soit",
        "son",
        "sont",
        "sous",
        "sur",
        "ta",
        "te",
        "tu",
        "un",
        "une",
        "vers",
        "vous",
        "y",
        "était",
        "étaient",
        "ont",
        "sera",
        "seront",
        "avait",
        "avaient",
        "fait",
        "dit",
        "va",
        "vont",
        "peut",
        "doit",
        "reste",
        "restent",
        "non",
        "très",
        "trop",
        "tout",
        "toute",
        "tous",
        "toutes",
    ]
)
_BEFORE_NOUNS = frozenset(
    [
        "jeune",
        "jeunes",
        "autre",
        "autres",
        "même",
        "mêmes",
        "rare",
        "rares",
        "simple",
        "simples",
        "double",
        "doubles",
        "triple",
        "triples",
        "vaste",
        "vastes",
        "énorme",
        "énormes",
        "grave",
        "graves",
        "pauvre",
        "pauvres",
        "célèbre",
        "célèbres",
        "immense",
        "immenses",
        "magnifique",
        "magnifiques",
        "véritable",
        "véritables",
        "quelque",
        "quelques",
        "ex",
        "futur",
        "demi",
        "énième",
        "riche",
        "riches",
        "libre",
        "libres",
    ]
)
_DESIGNATES = re.compile(
    r"\b(?:ligues?|pages?|chapitres?|saisons?|épisodes?|numéros?|articles?|tomes?|volumes?|sections?|phases?|"
    r"groupes?|niveaux?|niveau|types?|étapes?|chaînes?|canal|lignes?|lots?|chambres?|actes?|top|portes?|quais?|"
    r"terminal|hall|salle|classe|catégorie|zone|rang|france|fréquence|bis|route|nationale|départementale|"
    r"année|an|alinéa|annexe|point|question|réponse|étape|dossard|voie|bâtiment|formule|division) $"
)
_PLACE = re.compile(
    r"\b(?:pages?|chapitres?|articles?|numéros?|années?|an|tome|volume|ligne|chambre|dossard|rang|route|"
    r"nationale|départementale|section|bis|lot|vol|boeing|airbus|peugeot|salle|porte) $"
)


def agreement(match: re.Match[str], number: Number) -> bool:
    """True when what is counted is feminine: the number ends in ``un`` and a feminine noun follows."""
    if number.fraction or not number.digits.endswith("1") or _DESIGNATES.search(before(match)):
        return False
    at = match.end()
    for _ in range(3):
        found = _WORD.match(match.string, at)
        if not found or found[1] in _STOPS:
            return False
        word = found[1].split("-")[0]
        if int(number.digits) > 1 and word[-1] not in "sxz":
            return False
        if word not in _BEFORE_NOUNS:
            return gender(word) == "f"
        at = found.end()
    return False


def _number(match: re.Match[str]) -> str:
    number = Number.of(match["number"])
    rank = bool(_PLACE.search(before(match)))
    return f"{sign(match)}{number.said(feminine=agreement(match, number), rank=rank)}"


def _range(match: re.Match[str]) -> str:
    low, high = Number.of(match["low"]), Number.of(match["number"])
    if match["dash"] in "-–" and low == high and not low.fraction:
        return f"{low.said()} partout"
    return f"{low.said()} à {high.said(feminine=agreement(match, high))}"


def _ordinal(match: re.Match[str]) -> str:
    n, suffix = int(re.sub("[^0-9]", "", match["n"])), match["suffix"]
    plural = suffix.endswith("s")
    suffix = suffix.lower().removesuffix("s")
    if suffix in _SECOND:
        return f"{_SECOND[suffix]}s" if plural else _SECOND[suffix]
    return ordinal(n, feminine=suffix in _FIRST_FEMININE, plural=plural)


_SECOND = {"d": "second", "nd": "second", "de": "seconde", "nde": "seconde"}
_FIRST_FEMININE = {"re", "ère", "ere"}


_ROUNDS = {2: "demi-finale", 4: "quart de finale", 8: "huitième de finale", 16: "seizième de finale"}
_PARTS = {2: ("demi", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")}


def _round(match: re.Match[str]) -> str:
    return _ROUNDS.get(int(match["n"]), f"{ordinal(int(match['n']))} de finale")


def _fraction(match: re.Match[str]) -> str:
    top, bottom = int(match["a"]), int(match["b"])
    if match["suffix"] or (top < bottom < 10 and bottom > 1):
        one, many = _PARTS.get(bottom) or (ordinal(bottom), ordinal(bottom, plural=True))
        return f"{cardinal(top)} {many if top > 1 else one}"
    return f"{cardinal(top)} sur {cardinal(bottom)}"


def _shared_unit(match: re.Match[str]) -> str | None:
    low, high = int(match["a"]), int(match["b"])
    return f"{cardinal(low)} à {cardinal(high)}" if low < high else None


def _sets(match: re.Match[str]) -> str | None:
    """Tennis sets are said without ``à``: 6-4, 7-5 → six quatre, sept cinq."""
    scores = re.findall(r"([0-9]+)[-/–]([0-9]+)", match.group())
    if not all(max(int(a), int(b)) >= 6 for a, b in scores):
        return None
    said = re.sub(r"(?<=[0-9]) (?=[0-9])", ", ", match.group())
    said = re.sub(r"[-/–]", " ", said)
    return re.sub("[0-9]+", lambda digits: cardinal(int(digits.group())), said)


def _set(match: re.Match[str]) -> str | None:
    tennis = re.search(r"\b(?:set|manche|tie-break|jeu décisif)s?\b", before(match))
    return _sets(match) if tennis else None


def _spaced(match: re.Match[str]) -> str:
    """4-3-3: one after the other."""
    return " ".join(figures(digits) for digits in re.findall("[0-9]+", match.group()))


def _dotted(match: re.Match[str]) -> str | None:
    """3.11.2, 192.168.0.1: each number, ``point`` between them."""
    first, *rest = match.group().split(".")
    if first != "0" and len(first) < 4 and all(len(group) == 3 for group in rest) and len(rest) < 5:
        return None
    return " point ".join(figures(digits) for digits in (first, *rest))


def _listed(match: re.Match[str]) -> str:
    return ", ".join(figures(digits) for digits in re.findall("[0-9]+", match.group()))


def _version(match: re.Match[str]) -> str | None:
    software = re.search(
        r"\b(?:version|web|industrie|windows|android|ios|v|usb|bluetooth|wifi|wi-fi|python)\.? ?$",
        before(match),
    )
    if not software and match["b"] != "0":
        return None
    return f"{figures(match['a'])} point {figures(match['b'])}"


def _article(match: re.Match[str]) -> str | None:
    """Articles of a law: 49.3 → quarante-neuf trois; 222-23 → deux cent vingt-deux tiret vingt-trois."""
    if not _ARTICLE.search(before(match)):
        return None
    joint = " " if match["mark"] in ".," or match.group() in {"49-3", "47-1"} else " tiret "
    parts = re.findall("[0-9]+", match.group())
    return joint.join(figures(part) for part in parts)


_ARTICLE = re.compile(r"\b(?:articles?|art\.?|alinéa|et|ou|à|des|l'article)(?: [lrda]\.?)? ?$")
_SET = r"[0-7][-/–][0-7](?: ?\([0-9]{1,2}(?:[-/–][0-9]{1,2})?\))?"
_JOINT = r"(?:, ?| et | puis | |; ?)"

RULES = (
    Rule("manches", rf"{START}{_SET}(?:{_JOINT}{_SET}){{1,5}}(?![\w/-])", _sets),
    Rule("manches", rf"{START}{_SET}(?![\w/-])", _set),
    Rule(
        "article",
        rf"{START}(?P<a>[0-9]{{1,4}})(?P<mark>[.-])[0-9]{{1,3}}(?:-[0-9]{{1,3}})?(?![\w-]|[.,][0-9])",
        _article,
    ),
    Rule("suite", rf"{START}[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{2,6}}(?![\w-])", _spaced),
    Rule("points", rf"{START}[0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{2,6}}(?![\w])", _dotted),
    Rule(
        "tour",
        r"(?<![\w/])1/(?P<n>2|4|8|16|32|64)(?:e|es|è|ème|èmes|ème)?(?: de)?[ -](?:finale)(?!\w)",
        _round,
    ),
    Rule(
        "fraction",
        rf"{START}(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]{{1,2}})(?P<suffix>)(?= ans\b| jours\b| heures\b| minutes\b| personnes\b| lignes\b)",
        _shared_unit,
    ),
    Rule(
        "fraction",
        rf"{START}(?<!/)(?P<a>[0-9]{{1,4}})/(?P<b>[0-9]{{1,4}})(?P<suffix>e|es|è|ème|èmes)?(?![\w/])",
        _fraction,
    ),
    Rule(
        "ordinal",
        rf"{START}(?P<n>{WHOLE})(?P<suffix>ers?|ER|[èe]res?|res?|RE|nde?s?|de?s?|i?[eèéê]mes?|[eè]s?|EME|E)(?!\w)",
        _ordinal,
    ),
    Rule("version", rf"{START}(?P<a>[0-9]{{1,3}})\.(?P<b>[0-9]{{1,2}})(?![\w]|[.,][0-9])", _version),
    Rule(
        "écart",
        rf"{START}(?<![-/])(?P<low>{NUMBER}) ?(?P<dash>[-–]) ?(?P<number>{NUMBER})(?![-/][0-9])",
        _range,
    ),
    Rule("liste", rf"{START}[0-9]{{1,12}}(?:,[0-9]{{1,12}}){{2,20}}(?![0-9])", _listed),
    Rule("nombre", rf"{START}{SIGN}(?P<number>{NUMBER})", _number),
    Rule("chiffres", r"(?P<number>[0-9]{1,15}(?![0-9]))", lambda match: figures(match["number"])),
    Rule("chiffres", r"[0-9]+", lambda match: one_by_one(match.group())),
)
