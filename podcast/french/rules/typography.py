"""Characters before words: spaces, apostrophes, quotes, ligatures, marks without a sound.

After this stage there is one kind of space, apostrophe and quotation mark,
accents are composed, digits are ASCII, and superscript letters of ordinals
stand on the line (XIXᵉ → XIXe).
"""

from __future__ import annotations

import re
import unicodedata

from podcast.french.rules.engine import Rule, Table, after, alternation
from podcast.french.rules.measures import UNITS
from podcast.french.tables import rows

_SAME = {printed: plain for plain, others in rows("characters.tsv") for printed in others.split()}
_NAMED = {
    "½": ("un demi", "et demi"),
    "¼": ("un quart", "et quart"),
    "¾": ("trois quarts", "trois quarts"),
    "⅓": ("un tiers", "et un tiers"),
    "⅔": ("deux tiers", "et deux tiers"),
    "⅛": ("un huitième", "et un huitième"),
}
"""A part of one, alone and after a number."""
_PARTS = "".join(_NAMED)
_BEFORE_PART = r"(?<![0-9]h)(?<=[^\s0-9(«\"'+<>≤≥±~≈−–-])|(?<=[^\s(«\"'][+<>≤≥±~≈−–-])"
"""A part may begin a sum or follow its sign; glued to anything else it has no number to agree with."""
_UNIT = rf"(?:{alternation(UNITS)})(?!\w)"
_ALIKE = "".join(re.escape(printed) for printed in _SAME if printed not in _PARTS)
_RAISED = dict(zip("ᵉʳᵈˢᵐⁿᵒ", "erdsmno", strict=True))
_SPACES = r"\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SILENT = (
    r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\ufffc\ufffd"
    r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
)
COMBINING = r"[\u0300-\u036f]"
UNUSUAL = r"[^\t -~À-ÖØ-öø-ÿœŒ…«»€\n\r]"
_WIDE = r"\uff01-\uff5e\ufb00-\ufb06₀-₉\U0001d400-\U0001d7ff"


def _same(match: re.Match[str]) -> str:
    return _SAME[match.group()]


def _part(match: re.Match[str]) -> str:
    """10½kg → 10 1/2 kg, which the rules of parts read."""
    text, start, end = match.string, match.start(), match.end()
    left = " " if text[start - 1 : start].isdigit() else ""
    right = " " if text[end : end + 1].isalpha() else ""
    return f"{left}{_SAME[match.group()]}{right}"


def _named_part(match: re.Match[str]) -> str:
    """½x, 6½e: in words at once, so that no figures are left beside what it is glued to."""
    alone, added = _NAMED[match.group()]
    last, following = match.string[max(match.start() - 1, 0) : match.start()], after(match, 1)
    said = added if last.isdigit() else alone
    left = " " if last.strip() else ""
    right = " " if following in {"(", "[", "«"} or (following.isalnum() and following not in _NAMED) else ""
    return f"{left}{said}{right}"


def _raised(match: re.Match[str]) -> str:
    return "".join(_RAISED[letter] for letter in match.group())


def _exponent(match: re.Match[str]) -> str:
    """10⁻³ → 10^-3."""
    return f"^{unicodedata.normalize('NFKC', match.group()).replace('−', '-')}"


def _compatible(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match.group())


def _digits(match: re.Match[str]) -> str | None:
    """Digits of other scripts."""
    return "".join(str(unicodedata.digit(digit)) for digit in match.group())


TABLE = Table(
    UNUSUAL,
    Rule("espace", rf"[{_SPACES}]{{1,64}}", " "),
    Rule("accent", rf"[^\W\d_]{COMBINING}{{1,8}}", _composed),
    Rule("caractère muet", rf"[{_SILENT}]{{1,64}}", ""),
    Rule("fraction", rf"(?:{_BEFORE_PART})[{_PARTS}]|[{_PARTS}](?=\w)(?!{_UNIT})", _named_part),
    Rule("fraction", f"[{_PARTS}]", _part),
    Rule("puissance", "(?<=10)⁻?[⁰¹²³⁴-⁹]{1,3}", _exponent),
    Rule("signe", f"[{_ALIKE}]", _same),
    Rule("exposant", f"(?<=[0-9IVXLCMNnD])[{''.join(_RAISED)}]{{1,4}}", _raised),
    Rule("appel de note", r"(?<=[a-zà-ÿ.,»])[¹⁰⁴-⁹]{1,3}", ""),
    Rule("caractère", rf"[{_WIDE}]{{1,32}}", _compatible),
    Rule("chiffre", r"\d{1,32}", _digits),
)
ACCENTS = Table("[A-Za-z]", Rule("accent", rf"[A-Za-z]{COMBINING}{{1,8}}", _composed))
"""Plain letters with combining accents; apart, so that other letters need no trial."""
