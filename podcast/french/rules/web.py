"""Addresses and the marks of the web: mail, URLs, @names, #hashtags, markdown, HTML."""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, Table, last_word
from podcast.french.tables import words

_SAID = {
    ".": "point",
    "/": "slash",
    "-": "tiret",
    "_": "tiret bas",
    "@": "arobase",
    "+": "plus",
    "~": "tilde",
}
_SHORT_PATH = re.compile(r"(?=.{1,40}$)(?:/[\w.-]{1,24}){1,3}/?")
_JOINTS = re.compile(r"(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_])")
_HUMPS = re.compile(r"_|(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-zà-ÿ])")
_NUMBERED = words("numbered") | {"les", "de"}


def _address(text: str) -> str:
    """Each part as a word, each mark by its name."""
    said = re.sub(r"[^\w]|_", lambda mark: f" {_SAID.get(mark.group(), '')} ", text)
    return " ".join(_JOINTS.sub(" ", said).split())


def _whole(match: re.Match[str]) -> str:
    return _address(match.group())


def _url(match: re.Match[str]) -> str:
    """The host, and the path when it is short enough to be remembered."""
    host = re.sub("^(?i:www)[.]", "W W W.", match["host"])
    path = match["path"] or ""
    return _address(host + (path.rstrip("/") if _SHORT_PATH.fullmatch(path) else ""))


def _handle(match: re.Match[str]) -> str:
    """#MeToo → hashtag Me Too; @jeudi_noir → arobase jeudi noir."""
    name = _JOINTS.sub(" ", _HUMPS.sub(" ", match["name"]))
    mark = "arobase" if match["mark"] == "@" else "hashtag"
    said = " ".join(name.split())
    return said if last_word(match) == mark else f"{mark} {said}"


def _note(match: re.Match[str]) -> str | None:
    """A call for a note is not read, unless its number belongs to the sentence: la section [37]."""
    return None if last_word(match) in _NUMBERED else ""


def _entity(match: re.Match[str]) -> str:
    import html  # few texts still have any

    return html.unescape(match.group())


_FILES = "|".join(sorted(words("files")))
_TLD = "|".join(re.escape(domain) for domain in sorted(words("domains"), key=len, reverse=True))
_SHORTENERS = "|".join(sorted(words("shorteners")))
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?"
_PATH = r"(?P<path>[/?#][^\s<>«»\"()]{0,999}(?<![.,;:!?…']))?"

MARKS = r"[@#\[\]*_<&]|\.\w|://"
"""Without one of these there is neither address nor mark."""

TABLE = Table(
    r"(?<!\w)[A-Za-z0-9](?=[\w+-]{0,63}[@.:])|[@#\[\]!*_<&]",
    Rule("lien", r"!?\[(?=[^\[\]\n]{0,300}\]\([^()\s]{0,500}\))", ""),
    Rule("lien", r"\]\([^()\s]{0,500}\)", ""),
    Rule("appel de note", r"\[(?:[0-9]{1,3}|[a-z]|note [0-9]{1,3}|réf\. nécessaire)\]", _note),
    Rule("adresse", rf"(?<!\w)[A-Za-z0-9][\w.+-]{{0,63}}@{_LABEL}(?:\.{_LABEL}){{1,4}}", _whole),
    Rule(
        "adresse",
        rf"(?<!\w)(?:https?|ftp)://(?P<host>{_LABEL}(?:\.{_LABEL}){{0,4}})(?::[0-9]{{1,5}})?{_PATH}",
        _url,
    ),
    Rule("adresse", rf"(?<![\w@])(?P<host>[Ww]{{3}}\.{_LABEL}(?:\.{_LABEL}){{1,4}}){_PATH}", _url),
    Rule(
        "adresse",
        rf"(?<![\w@.-])(?P<host>(?![0-9]){_LABEL}(?:\.{_LABEL}){{0,2}}\.(?i:{_TLD}))(?![\w-]|\.\w){_PATH}",
        _url,
    ),
    Rule(
        "adresse",
        rf"(?<![\w@.-])(?P<host>(?![0-9]){_LABEL}\.(?:{_SHORTENERS}))(?=/\w){_PATH}",
        _url,
    ),
    Rule("fichier", rf"(?<![\w.])\w[\w-]{{0,60}}\.(?:{_FILES})(?![\w-]|\.\w)", _whole),
    Rule("nom de compte", r"(?<![\w/])(?P<mark>[@#])(?P<name>(?:(?<=#)[0-9]{1,4})?[^\W\d]\w{0,60})", _handle),
    Rule("numéro", r"(?<![\w*#])#(?=[0-9]{1,3}(?![\w#]))", "numéro "),
    Rule("balisage", r"(?<!\w)(?:\*\*|__)(?=\w)|(?<=[\w.!?»])(?:\*\*|__)(?!\w)", ""),
    Rule("balisage", r"(?<=[^\W\d])\*(?!\w)|(?<!\w)\*(?=[\w«])", ""),
    Rule("balisage", r"</?[a-zA-Z][a-zA-Z0-9]{0,9}(?: [^<>\n]{0,200})?/?>", ""),
    Rule("entité", r"&(?:[A-Za-z]{2,8}|#[0-9]{1,5}|#x[0-9A-Fa-f]{1,5});", _entity),
)
