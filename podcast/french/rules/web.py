"""Addresses and the marks of the web: mail, URLs, @names, #hashtags, markdown."""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule

_TLD = (
    r"(?:fr|com|org|net|eu|info|gouv\.fr|gouv|be|ch|ca|io|tv|uk|co\.uk|ru|ua|it|edu|gov|media|news|paris|bzh|"
    r"app|ai|dev|nc|re|lu|re|eus|corsica|alsace|FR|COM|ORG|NET)"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?"
_SAID = {
    ".": "point",
    "/": "slash",
    "-": "tiret",
    "_": "tiret bas",
    "@": "arobase",
    "+": "plus",
    "~": "tilde",
}
_SHORT_PATH = re.compile(r"(?:/[A-Za-z][A-Za-z-]{0,20}){1,2}/?")


def _address(text: str) -> str:
    """Each part as a word, each mark by its name."""
    words = re.sub(r"[^\w]|_", lambda mark: f" {_SAID.get(mark.group(), '')} ", text)
    return " ".join(_letters_apart(words).split())


def _letters_apart(text: str) -> str:
    return re.sub(r"(?<=[A-Za-zÀ-ÿ])(?=[0-9])|(?<=[0-9])(?=[A-Za-zÀ-ÿ])", " ", text)


def _mail(match: re.Match[str]) -> str:
    return _address(match.group())


def _url(match: re.Match[str]) -> str:
    """The host, and the path when it is short enough to be remembered."""
    host = re.sub("(?i)^www[.]", "trois W.", match["host"])
    path = match["path"] or ""
    return _address(host + (path.rstrip("/") if _SHORT_PATH.fullmatch(path) else ""))


def _handle(match: re.Match[str]) -> str:
    return f"{'arobase' if match['mark'] == '@' else 'hashtag'} {camel(match['name'])}"


def camel(name: str) -> str:
    """MeToo → Me Too, jeudi_noir → jeudi noir, BalanceTonPorc2 → Balance Ton Porc 2."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-zà-ÿ])", " ", name.replace("_", " "))
    return " ".join(_letters_apart(apart).split())


RULES = (
    Rule("lien", r"!?\[(?P<text>[^\[\]\n]{0,300})\]\((?:#|[^()\s]{0,500})\)", lambda match: match["text"]),
    Rule("adresse", rf"(?<!\w)[A-Za-z0-9][\w.+-]{{0,63}}@{_LABEL}(?:\.{_LABEL}){{1,4}}", _mail),
    Rule(
        "adresse",
        rf"(?<!\w)(?:https?|ftp)://(?P<host>{_LABEL}(?:\.{_LABEL}){{0,4}})(?::[0-9]{{1,5}})?(?P<path>[/?#][^\s<>«»\"()]{{0,1999}}(?<![.,;:!?…']))?",
        _url,
    ),
    Rule(
        "adresse",
        rf"(?<![\w@])(?P<host>[Ww]{{3}}\.{_LABEL}(?:\.{_LABEL}){{1,4}})(?P<path>/[^\s<>«»\"()]{{0,1999}}(?<![.,;:!?…']))?",
        _url,
    ),
    Rule(
        "adresse",
        rf"(?<![\w@.-])(?P<host>[A-Za-z](?:[A-Za-z0-9-]{{0,40}}[A-Za-z0-9])?(?:\.{_LABEL}){{0,2}}\.{_TLD})(?![\w-]|\.\w)(?P<path>/[^\s<>«»\"()]{{0,499}}(?<![.,;:!?…']))?",
        _url,
    ),
    Rule("nom de compte", r"(?<![\w/])(?P<mark>[@#])(?P<name>[A-Za-zÀ-ÿ_]\w{0,60})", _handle),
    Rule("balisage", r"(?<!\w)(?:\*\*|__)(?=\w)|(?<=[\w.!?»])(?:\*\*|__)(?!\w)", lambda match: ""),
    Rule(
        "balisage",
        r"(?<=\w)\*(?!\w)|(?<!\w)\*(?=[\w«])",
        lambda match: None if match.string[match.start() - 1 : match.start()].isdigit() else "",
    ),
    Rule("balisage", r"</?[a-zA-Z][a-zA-Z0-9]{0,9}(?: [^<>\n]{0,200})?/?>", lambda match: ""),
    Rule(
        "entité",
        r"&(?:amp|nbsp|lt|gt|quot|#39|#x27|eacute|egrave|agrave);",
        lambda match: _ENTITIES[match.group()],
    ),
)
_ENTITIES = {
    "&amp;": "&",
    "&nbsp;": " ",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
    "&#x27;": "'",
    "&eacute;": "é",
    "&egrave;": "è",
    "&agrave;": "à",
}
TRIGGER = r"[A-Za-z0-9@#\[!*_<&]"
