"""Captions of pictures, told by their credit or by the way they point at the picture."""

from __future__ import annotations

import re

from podcast.article.lines import Line
from podcast.article.vocabulary import AGENCIES, FUNCTION_WORDS, PICTURE_AGENCIES

LIMIT = 70
"""A caption has no more words than this; a paragraph that ends with an agency's name has."""
POINTING_LIMIT = 45
"""The same for captions without a credit."""
CREDIT_WORDS = 10
DATED_LIMIT = 30
DATED_LEAST = 8
"""Most and fewest words of a caption told by its date alone; a shorter line dates the article."""

_NAMES = tuple(sorted({*AGENCIES, *PICTURE_AGENCIES}, key=len, reverse=True))
_BOTH = "|".join(map(re.escape, _NAMES))
_LONG = "|".join(re.escape(name) for name in PICTURE_AGENCIES if len(name) > 3)
_NAME = r"[A-ZÀ-ÝŒ][\w’'.-]{0,30}"
_REST = r"[^.!?]{1,80}[.)\]]?$"

_PICTURE = r"photos?|photographies?|cr[ée]dits?|illustrations?|image|visuel|l[ée]gende|dessin"
_KIND = r"photos?|image|d[’']illustration|d[’']archives?|à la une|cc|\(cc\)|officielle?"
_MONTH = r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_MADE = r"d[’'](?:artiste|écran|archives?)|aérienne|satellite|générale"
"""How a picture was made: such a line without a sentence after it is its caption."""
_STOCK = r"(?:archives?|illustration)"
_ARTICLE = r"(?:le|la|les|un|une|des)"
_SIGN = r"©|\([cC]\)|[Cc]opyright|(?:[Pp]hotos?|[Cc]r[ée]dits?|[Ii]llustrations?)(?: [Pp]hotos?)? ?:"
_SIDE = r"au centre|à (?:l[’'])?(?:gauche|droite|extrême)|de g(?:auche|\.) à d|ici|en haut|en bas"
_STARTS = "|".join(
    (
        rf"[(\[]?(?i:{_PICTURE})(?i: (?:{_KIND})){{0,3}}\s?(?:[:©|/(](?! ?{_ARTICLE} )|d[’']{_STOCK})",
        r"©",
        r"\([cC]\) ?\S",
        rf"\(?[Pp]hotos? (?:de |par )?{_NAME}",
        r"PHOTOS? [A-ZÀ-ÝŒ]{2}",
        rf"(?:Vue|Photo|Image|Capture|Photographie) (?:{_MADE})\b(?=[^.!?]{{0,120}}\.?$)",
    )
)
_BEGINNINGS = (
    "(", "[", "©", "photo", "crédit", "credit", "illustration", "image", "visuel", "légende", "legende",
    "dessin", "vue", "capture",
)  # fmt: skip
"""How such a line begins, in small letters."""
_ENDS = "|".join(
    (
        rf"(?:{_SIGN})(?! ?{_ARTICLE} ){_REST}",
        rf"(?:^|[ (]){_NAME} ?/ ?(?:{_NAME}(?: |$)){{1,3}}$",
        rf"\({_NAME}[^()/]{{0,40}} ?/ ?{_NAME}[^()/]{{0,40}}\)\.?$",
        rf"(?:[.»)/] ?|^)[(–—-]? ?[Pp]hotos? {_NAME}[^.!?]{{0,60}}[.)\]]?$",
        r"\((?i:photos?|illustration|image|archives?|capture)\b[^.!?()]{0,60}\)\.?$",
        r"(?i:photo d[’'](?:illustration|archives?))[.)]?$",
        # After the sentence: a bar and anything, or a dash and a name.
        r"\. ?\| ?[^.!?|]{2,60}$",
        rf"[.!?»”)] [–—-] (?:{_NAME} ){{1,3}}{_NAME}$",
        r" CC(?:0|[ -]BY[A-Z0-9. -]{0,12})\.?$",
        # A name in capitals after the last sentence.
        r"[.!?»)] [A-ZÀ-ÝŒ’'-]{2,30}(?: [A-ZÀ-ÝŒ«»/’'.,-]{1,30}){1,10}\.?$",
    )
)
_MARKS = re.compile(r"[©(/|:]|(?i:hoto|opyright)| CC|[.!?»”)] [–—A-ZÀ-ÝŒ’'-]")
"""One of these is in every line that ends so."""
_ENDS_WITH_AGENCY = "|".join(
    (
        rf"(?:[/|(–—-] ?|[.»\"”] |, )(?:[Pp]hoto )?(?:{_BOTH})\b[^.!?]{{0,40}}[.)\]]?$",
        rf"(?:{_BOTH}) ?/ ?[^.!?/]{{1,40}}[.)\]]?$",
        rf"(?:^|[ (/])(?:{_LONG})[.)]?$",
    )
)
_POINTS = re.compile(
    "|".join(
        (
            # "Kharkiv (Ukraine), lundi. Des pompiers…": a place, its country, perhaps the day.
            rf"^{_NAME}(?:[ -]{_NAME}){{0,4}} \([^()]{{2,40}}\)(?:, (?:le |ce )?[\w ]{{3,30}})?\. ",
            # "Le maire (au centre), entouré de…"
            rf"\((?:{_SIDE})",
        )
    )
)
_DATED = re.compile(
    # "La place du marché, à Dole, le 3 mars 2020."
    r", (?:le |en )?(?:\w{5,8}di )?(?:\d{1,2}(?:er)? )?[a-zéû]{3,9} \d{4}(?:, [àa] [^.,]{2,40})?\.?$"
)
_BARE_AGENCY = rf"(?:{_BOTH})(?:$| ?[/-])"
_BARE_CREDIT = re.compile(r"[A-ZÀ-ÝŒ][A-ZÀ-ÝŒ’'. -]{3,40}(?:/[A-ZÀ-ÝŒ’'. /-]{2,40})?$")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_LAST_YEAR = re.compile(rf"(?:\b(?:en|{_MONTH})|,) (?:1\d|20)\d\d\b[^.!?]{{0,30}}\.?$")
_VERBS = frozenset(
    (
        "ont",
        "est",
        "sont",
        "etait",
        "etaient",
        "sera",
        "seront",
        "va",
        "vont",
        "fut",
        "furent",
        "aura",
        "auront",
        "date",
        "ouvre",
        "rouvre",
        "reste",
        "compte",
        "commence",
        "remonte",
    )
)
_PAGE_WORDS = frozenset(("par", "publie", "publiee", "mis", "mise", "propos", "date", "edition", "paru"))
_VERB_ENDINGS = (
    "ait",
    "aient",
    "ent",
    "era",
    "eront",
    "ont",
    "it",
    "ut",
    "ez",
    "ons",
)


def is_caption(line: Line) -> bool:
    """True for the caption of a picture."""
    if has_credit(line):
        return True
    count = len(line.words)
    if count > POINTING_LIMIT:
        return False
    return bool(_POINTS.search(line.text[:200])) or (count <= DATED_LIMIT and _is_dated(line))


def has_credit(line: Line) -> bool:
    """True for a caption that says who took the picture: the surest kind."""
    if len(line.words) > LIMIT:
        return False
    end = line.text[-140:]
    return _starts_with_credit(line.text[:90]) or _ends_with_credit(end) or _ends_with_agency(end)


def is_credit(line: Line) -> bool:
    """True for a line of nothing but a credit: "© AFP", "DR", "JEANNE MARTIN"."""
    if len(line.words) > CREDIT_WORDS or line.ends_sentence or line.text in AGENCIES:
        return False
    return bool(_BARE_CREDIT.match(line.text) or _starts_with_credit(line.text) or _is_agency(line.text))


def _starts_with_credit(text: str) -> bool:
    """True for a credit at the start; what it looks like is compiled for a line that begins as one."""
    return text.lower().startswith(_BEGINNINGS) and re.match(_STARTS, text) is not None


def _ends_with_credit(text: str) -> bool:
    """True for a credit at the end; the same."""
    return _MARKS.search(text) is not None and re.search(_ENDS, text) is not None


def _ends_with_agency(text: str) -> bool:
    """True for the credit of an agency at the end; their names are compiled for one of them."""
    return any(name in text for name in _NAMES) and bool(re.search(_ENDS_WITH_AGENCY, text))


def _is_agency(text: str) -> bool:
    return text.startswith(_NAMES) and bool(re.match(_BARE_AGENCY, text))


def _is_dated(line: Line) -> bool:
    """True for a sentence without a verb that gives a date: it says when the picture was taken."""
    if " a " in line.text or _VERBS.intersection(line.words) or _PAGE_WORDS.intersection(line.words[:1]):
        return False
    if _DATED.search(line.text[-90:]) and len(line.words) >= DATED_LEAST:
        return True
    if not line.is_prose or any(word.endswith(_VERB_ENDINGS) for word in line.words):
        return False
    # "Péage de Chalon, registre de 1431.": a sentence mostly begins with an article or a pronoun.
    bare = line.words[0] not in FUNCTION_WORDS and _YEAR.search(line.text) is not None
    return bare or _LAST_YEAR.search(line.text[-60:]) is not None
