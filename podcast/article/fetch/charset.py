"""Bytes of a page → text, whatever its labels say.

Labels lie: a header says UTF-8 over a page typed in Windows-1252, a page
moved to UTF-8 keeps its old ``<meta>``. So the bytes are asked first what only
bytes can tell, and the labels settle the rest, in the order of the WHATWG
Encoding and HTML standards (byte-order mark, header, then the document).
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_PRESCAN = 4096
"""Bytes in which a page may name its charset; the standard says 1,024, real pages say it later."""

_LABELS = (
    re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.IGNORECASE),
    re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""", re.IGNORECASE),
)

# What a label means on the web (https://encoding.spec.whatwg.org/#names-and-labels), where that is
# not what Python's codec of the same name does.
_ON_THE_WEB = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-16-le",
    "mac-roman": "mac_roman",
}

# Codecs that a stranger's label may choose. Not all that Python has: some are no charsets
# (``zip``, ``idna``), some are not linear in time (``punycode``).
_ACCEPTED = frozenset(
    ["utf-8", "utf-16-le", "utf-16-be", "mac_roman", "koi8-r", "koi8-u", "big5", "gb18030"]
    + ["shift_jis", "euc_jp", "euc_kr", "cp850", "cp866", "cp874"]
    + [f"cp125{digit}" for digit in range(9)]
    + [f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
)

_WESTERN = ("cp1252", "iso8859-15", "mac_roman", "cp850")
"""Single-byte charsets that French has been typed in, the most likely first."""

_EXPECTED = {
    **dict.fromkeys("éèàêçùâîôûëïœ", 3),
    **dict.fromkeys("’«»–—…€°\xa0", 2),
    **dict.fromkeys("ÉÈÀÊÇÔÎŒÂÙüæ“”•", 1),
}
"""How strongly a non-ASCII character speaks for French; any other speaks against."""

_UNEXPECTED = -2
_SAMPLE = 20_000
"""Non-ASCII characters that are weighed."""


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text, and the name of the charset it was in.

    ``declared`` is the charset that the transport names, empty when it names
    none. Never fails: bytes that mean nothing become U+FFFD.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace"), charset
    if charset := _bare_utf16(data):
        return data.decode(charset, "replace"), charset
    broken, whole = _utf8_census(data)
    if not broken or whole > broken:
        return _mended_utf8(data, broken), "utf-8"
    charset = _single_byte(data, _declared_charsets(data, declared))
    return data.decode(charset, "replace"), charset


def _bare_utf16(data: bytes) -> str:
    """UTF-16 without a mark: in Latin text every second byte is zero."""
    head = data[:_PRESCAN]
    if len(head) < 4:
        return ""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


_ASCII = bytes(range(0x80))
_HIGH = bytes(range(0x80, 0x100))


def _utf8_census(data: bytes) -> tuple[int, int]:
    """How many bytes are not UTF-8, and how many non-ASCII characters are.

    Text of another charset that happens to be valid UTF-8 is next to
    impossible: any accented word would have to look like a pair of bytes.
    """
    valid = len(data.decode("utf-8", "ignore"))
    broken = len(data.decode("utf-8", "surrogateescape")) - valid  # one surrogate for each bad byte
    return broken, valid - len(data.translate(None, _HIGH))


# A stray byte in a UTF-8 page was typed in, or pasted from, Windows-1252.
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in _HIGH}


def _mended_utf8(data: bytes, broken: int) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return text.translate(_STRAY) if broken else text


def _declared_charsets(data: bytes, declared: str) -> list[str]:
    """Charsets named by the transport, then by the document, as Python codecs."""
    head = data[:_PRESCAN]
    found = [match[1].decode("ascii", "replace") for p in _LABELS if (match := p.search(head))]
    return [codec for label in (declared, *found) if (codec := _codec(label))]


def _codec(label: str) -> str:
    """The Python codec of a label; empty for what is unknown or not accepted."""
    try:
        name = codecs.lookup(label.strip().lower()[:40]).name
    except (LookupError, ValueError):
        return ""
    name = _ON_THE_WEB.get(name, name)
    return name if name in _ACCEPTED else ""


def _single_byte(data: bytes, declared: list[str]) -> str:
    """The charset of bytes that are not UTF-8."""
    foreign = [name for name in declared if name not in _WESTERN and not name.startswith("utf-")]
    for name in foreign:
        if _decodes(data, name):
            return name
    special = data.translate(None, _ASCII)[:_SAMPLE]
    candidates = dict.fromkeys([name for name in declared if name in _WESTERN] + list(_WESTERN))
    return max(candidates, key=lambda name: _likeness(special.decode(name, "replace")))


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(special: str) -> int:
    """How French a run of non-ASCII characters looks."""
    return sum(_EXPECTED.get(char, _UNEXPECTED) for char in special)
