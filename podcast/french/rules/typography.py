"""Characters before words: spaces, apostrophes, quotes, ligatures, marks without a sound.

After this stage there is one kind of space, apostrophe and quotation mark,
accents are composed, digits are ASCII, and superscript letters of ordinals
stand on the line (XIXᵉ → XIXe).
"""

from __future__ import annotations

import re
import unicodedata

from podcast.french.rules.engine import Rule

_SAME = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "‛": "'",
    "´": "'",
    "`": "'",
    "“": "«",
    "„": "«",
    "‟": "«",
    "”": "»",
    "‹": "«",
    "›": "»",
    "‑": "-",
    "‐": "-",
    "−": "-",
    "﹣": "-",
    "―": "—",
    "⁄": "/",
    "∕": "/",
    "․": ".",
    "∶": ":",
    "º": "°",
    "µ": "µ",
    "№": "n°",
}
_UP = dict(zip("ᵉʳᵈˢᵐⁿᵒ", "erdsmno", strict=True))
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t"
_SILENT = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffc\ufffd"
_COMBINING = "\u0300-\u036f"
_FOOTNOTE = "¹⁰⁴-⁹"
_WIDE = "\uff01-\uff5e\ufb00-\ufb06₀-₉\U0001d400-\U0001d7ff"


def _plain(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match.group())


def _digits(match: re.Match[str]) -> str | None:
    """Digits of other scripts."""
    if match.group().isascii():
        return None
    return "".join(str(unicodedata.digit(d)) for d in match.group())


RULES = (
    Rule("espace", rf"[{_SPACES}]", lambda match: " "),
    Rule("accent", rf"[^\W\d_][{_COMBINING}]{{1,8}}", _composed),
    Rule("caractère muet", rf"[{_SILENT}]{{1,64}}", lambda match: ""),
    Rule("signe", f"[{''.join(map(re.escape, _SAME))}]", lambda match: _SAME[match.group()]),
    Rule(
        "exposant",
        f"(?<=[0-9IVXLCM])[{''.join(_UP)}]{{1,4}}",
        lambda match: "".join(_UP[c] for c in match.group()),
    ),
    Rule("appel de note", rf"(?<=[a-zà-ÿ.,»])[{_FOOTNOTE}]{{1,3}}", lambda match: ""),
    Rule("caractère", rf"[{_WIDE}]{{1,32}}", _plain),
    Rule("chiffre", r"\d{1,32}", _digits),
)
TRIGGER = r"[^ -/:-~À-ÖØ-öø-ÿœŒ…«»€\n\r0-9]"
