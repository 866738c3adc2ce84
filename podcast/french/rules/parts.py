"""Parts of a whole, marks and comparisons: 2/3, 15/20, 1/2 heure, 2 ½, 1/8 de finale, n < 5, 10^6."""

from __future__ import annotations

import re

from podcast.french.gender import gender
from podcast.french.numbers import cardinal, figures, ordinal
from podcast.french.rules.engine import Rule, Table, after, before, last_word
from podcast.french.rules.measures import SIGN, UNITS, sign
from podcast.french.rules.quantities import NUMBER, WHOLE, Number
from podcast.french.tables import words

_ROUNDS = {2: "demi-finale", 4: "quart de finale", 8: "huitième de finale", 16: "seizième de finale"}
_PARTS = {2: ("demi", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")}
_MARK = re.compile(r"\bnot(?:e|é|ée|és|ées) (?:de )?$")
_NUMBERED = words("numbered") | {"partie", "volet"}
_SIZES = {"taille", "tailles", "pointure", "pointures"}
_OF = re.compile(r" d(?:es|u|e la) ")


def _round(match: re.Match[str]) -> str:
    n = int(match["n"])
    return _ROUNDS.get(n, f"{ordinal(n)} de finale")


def _fraction(match: re.Match[str]) -> str:
    """2/3 is a part, 15/20 a mark, 23/43 so many out of so many; each perhaps with a sign."""
    return f"{sign(match)}{_over(match)}"


def _over(match: re.Match[str]) -> str:
    top, bottom = int(match["a"]), int(match["b"])
    word = last_word(match)
    if not match["suffix"] and (word in _NUMBERED or _is_mark(match, word) or _is_bracketed(match)):
        return f"{cardinal(top)} sur {cardinal(bottom)}"
    if word in _SIZES:
        return f"{cardinal(top)} {cardinal(bottom)}"
    part = top < bottom and (1 < bottom < 10 or (bottom in {10, 100, 1000} and _OF.match(after(match))))
    if match["suffix"] or part:
        return _part(top, bottom, word)
    return f"{cardinal(top)}{' ' if top >= 1000 else ' sur '}{cardinal(bottom)}"


def _is_mark(match: re.Match[str], word: str) -> bool:
    """A pupil's: la note de 2/5, noté 3/5."""
    return (word == "de" or word.startswith("not")) and _MARK.search(before(match)) is not None


def _is_bracketed(match: re.Match[str]) -> bool:
    """(1/3) after the title of a series."""
    return match.string[match.start() - 1 : match.start()] == "(" and after(match, 1) == ")"


def _part(top: int, bottom: int, article: str) -> str:
    one, many = _PARTS.get(bottom) or (ordinal(bottom), ordinal(bottom, plural=True))
    if top == 1 and article in {"le", "du", "au", "ce", "dernier"}:
        return one
    if top == 1 and article in {"les", "des", "aux"}:
        return many
    return f"{cardinal(top)} {many if top > 1 else one}"


def _out_of(match: re.Match[str]) -> str:
    """3,5/5; the two halves of a reference only follow one another: n° 22/01234."""
    if match["b"][0] == "0" and (match["a"] + match["b"]).isdigit() and last_word(match) in _NUMBERED:
        return f"{figures(match['a'])} {figures(match['b'])}"
    return f"{Number.of(match['a']).said()} sur {Number.of(match['b']).said()}"


def _prices(match: re.Match[str]) -> str:
    """5/8/10 €."""
    return ", ".join(map(figures, match.group().split("/")))


def _one_out_of(match: re.Match[str]) -> str | None:
    """1 enfant/5, 50 cas/100 000."""
    number = Number.of(match.group())
    joint = "sur" if number.value < 1000 else "pour"
    return f"{joint} {number.said()}" if _COUNTED.search(before(match)) else None


_COUNTED = re.compile(r"(?<!\w)[0-9]{1,6} [^\W\d_]{2,20}(?: [^\W\d_]{2,20})?/$")


def _half(match: re.Match[str]) -> str | None:
    """1/2 heure, 1/2 litre; after a noun it is added: 3 ans 1/2."""
    word = last_word(match)
    if word in _HALVED:
        return f"et demi{'e' if gender(word) == 'f' else ''}"
    noun = match["noun"]
    if not noun or noun in _STOPS:
        return None
    noun = UNITS[noun].singular if noun in UNITS else noun
    article = "" if word in _ARTICLES else "une " if gender(noun) == "f" else "un "
    return f"{article}demi-{noun}"


_HALVED, _STOPS = words("halved"), words("stops")
_ARTICLES = {"la", "le", "une", "un", "cette", "ce", "de", "en", "demi"}
_ADDED = {"1/2": "et demi", "1/4": "et quart", "3/4": "trois quarts"}


def _and_a_part(match: re.Match[str]) -> str:
    """2 1/2 heures: deux heures et demie."""
    number, noun = Number.of(match["number"]), match["noun"]
    if not noun or noun in _STOPS:
        return f"{number.said()} {_ADDED[match['part']]}{f' {noun}' if noun else ''}"
    if noun in UNITS:
        noun = UNITS[noun].plural if number.plural else UNITS[noun].singular
    feminine = gender(noun.split()[0]) == "f"
    part = _ADDED[match["part"]]
    return f"{number.said(feminine=feminine)} {noun} {part}{'e' if feminine and part == 'et demi' else ''}"


def _quarters(match: re.Match[str]) -> str:
    """1/4 h."""
    return f"{_part(int(match['n']), 4, last_word(match))} d'heure"


def _ratio(match: re.Match[str]) -> str:
    """16:9."""
    return f"{figures(match['a'])} {figures(match['b'])}"


def _scale(match: re.Match[str]) -> str:
    """1:100, 1/25 000e."""
    n = int(re.sub("[^0-9]", "", match["b"]))
    return f"un {ordinal(n)}" if match["suffix"] else f"un sur {cardinal(n)}"


def _between(match: re.Match[str]) -> str | None:
    """5/7 ans, 8/10h."""
    low, high = int(match["a"]), int(match["b"])
    if low >= high:
        return None
    hours = match["hours"]
    return f"{cardinal(low, feminine=bool(hours))} à {cardinal(high)}{' heures' if hours else ''}"


def _power(match: re.Match[str]) -> str:
    """10^6."""
    sign = "moins " if match["sign"] else ""
    exponent = match["exponent"]
    said = figures(exponent) if exponent[0] in "0123456789" else exponent
    return f"{Number.of(match['number']).said()} puissance {sign}{said}"


def _comparison(match: re.Match[str]) -> str | None:
    """Between two values: n < 5; before one alone the sign means "moins de"."""
    start = match.start()
    return _COMPARISONS[match["mark"]] if _VALUE.search(match.string[max(start - 3, 0) : start]) else None


_COMPARISONS = {
    "<": "inférieur à",
    ">": "supérieur à",
    "≤": "inférieur ou égal à",
    "≥": "supérieur ou égal à",
}
_VALUE = re.compile(r"(?:(?<!\w)[A-Za-z]|[0-9]) ?$")
_MEASURED = "|".join(sorted(words("measured")))

COMPARED = Table("[<>≤≥]", Rule("comparaison", "(?P<mark>[<>≤≥]) ?(?=[0-9])", _comparison))
"""Before the measures, which take a sign for their own."""

TABLE = Table(
    "[0-9][0-9 .,']{0,30}[/:^]|(?<=/)[0-9]|[-−–‑+±~≈∼<>≤≥] ?[0-9]{1,4}/",
    Rule("tour", r"1/(?P<n>2|4|8|16|32|64)(?:[eè]s?|ème)?(?: de)?[ -]finale(?!\w)", _round),
    Rule("tarifs", r"(?<!/)[0-9]{1,4}(?:/[0-9]{1,4}){1,4}(?= ?€)", _prices),
    Rule("quarts", r"(?P<n>[13])/4 ?h(?![\w'])", _quarters),
    Rule(
        "écart",
        r"(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})"
        rf"(?:(?= (?:{_MEASURED})\b)|(?<!1/[24])(?P<hours> ?h(?![\w/])))",
        _between,
    ),
    Rule("demi", r"(?<!/)1/2(?![\w/])(?: (?P<noun>[a-zà-ÿœ]{1,20})(?![\w']))?", _half),
    Rule(
        "demi",
        rf"(?P<number>{NUMBER}) (?P<part>1/[24]|3/4)(?![\w/])(?: (?P<noun>[a-zà-ÿœ]{{1,20}})(?![\w']))?",
        _and_a_part,
    ),
    Rule(
        "échelle",
        rf"1(?:/(?=[0-9]{{1,3}} [0-9]{{3}})|:)(?P<b>{WHOLE})(?P<suffix>e?)(?![\w:/]|[,.][0-9])",
        _scale,
    ),
    Rule(
        "fraction",
        rf"(?<!/){SIGN}(?P<a>[0-9]{{1,4}})/(?P<b>[0-9]{{1,4}})(?P<suffix>[eè]s?|èmes?)?(?![\w/]|,[0-9]| 000)",
        _fraction,
    ),
    Rule("sur", rf"(?<!/)(?P<a>{NUMBER})/(?P<b>{NUMBER})(?![\w/])", _out_of),
    Rule("sur", rf"(?<=[a-zà-ÿ]/){WHOLE}(?![\w/]|[.,][0-9]| 000)", _one_out_of),
    Rule("rapport", r"(?P<a>[0-9]{1,4}):(?P<b>[0-9]{1,4})(?![\w:])", _ratio),
    Rule(
        "puissance", rf"(?P<number>{NUMBER})\^(?P<sign>[-–]?)(?P<exponent>[0-9]{{1,3}}|[a-z])(?!\w)", _power
    ),
)
