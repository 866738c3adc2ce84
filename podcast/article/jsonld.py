"""The JSON-LD of a page, as pages write it: wrapped, nested, referring to itself, or broken."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

Thing = dict[str, Any]

ARTICLE_TYPES = frozenset(
    (
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "askpublicnewsarticle",
        "advertisercontentarticle",
        "satiricalarticle",
        "scholarlyarticle",
        "techarticle",
        "blogposting",
        "liveblogposting",
        "report",
        "review",
        "podcastepisode",
    )
)
"""schema.org types that are an article, in lower case."""
PAGE_TYPES = frozenset(("webpage", "itempage", "aboutpage"))
SITE_TYPES = frozenset(("website", "organization", "newsmediaorganization"))
LARGEST_SCRIPT = 2_000_000
"""Characters of one script that are read."""
DEEPEST = 12
MOST_LISTED = 50

_OPENED = re.compile(r"\s{0,100}(?:<!--|(?://|/\*)?\s{0,9}<!\[CDATA\[(?:\s{0,9}\*/)?)")
_CLOSED = re.compile(r"(?:-->|(?://|/\*)?\s{0,9}\]\]>(?:\s{0,9}\*/)?)\s{0,100}$")
_TRAILING_COMMA = re.compile(r",(\s{0,50}[}\]])")
_TAG = re.compile(r"<[^<>]{1,300}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_COLON = r'"\s{0,20}:\s{0,20}'
_STRING = r'"((?:[^"\\]|\\.){0,5000})"'
_SAVED = {
    key: re.compile(f'"{key}{_COLON}{_STRING}')
    for key in ("headline", "datePublished", "description", "articleSection")
}
_SAVED_TYPE = re.compile(rf'"@type{_COLON}"(\w{{1,40}})"')
_SAVED_AUTHOR = re.compile(rf'"author{_COLON}[\[{{\s]{{1,20}}[^{{}}\[\]]{{0,300}}"name{_COLON}{_STRING}')


def read_things(scripts: Iterable[str]) -> list[Thing]:
    """Every object in the scripts of a page, with references to others of them resolved one step."""
    things = [thing for script in scripts for thing in _objects(_load(script[:LARGEST_SCRIPT]), DEEPEST)]
    named = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and len(thing) > 1}
    return [{key: _resolved(value, named) for key, value in thing.items()} for thing in things]


def types_of(thing: Thing) -> set[str]:
    """The types of an object, in lower case and without their address."""
    value = thing.get("@type")
    kinds = value if isinstance(value, list) else [value]
    return {str(kind).rsplit("/", 1)[-1].lower() for kind in kinds if kind}


def text_of(value: Any) -> str:
    """Plain text of a field (of its first value, or its name): entities and tags resolved, one line."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or ""
    return plain(value) if isinstance(value, str) else ""


def plain(text: str) -> str:
    """Text without markup, entities (pages write them twice) and line ends.

    >>> plain("Le pont d&amp;#039;Arcy <b>rouvre</b>")
    "Le pont d'Arcy rouvre"
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    text = _TAG.sub("", text).encode("utf-8", "ignore").decode()  # JSON may hold halves of characters
    return " ".join(_CONTROL.sub(" ", text).split())


def _objects(value: Any, depth: int) -> Iterator[Thing]:
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth - 1)


def _resolved(value: Any, named: dict[str, Thing]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, named) for item in value[:MOST_LISTED]]
    if isinstance(value, dict) and set(value) == {"@id"} and isinstance(value["@id"], str):
        return named.get(value["@id"], value)
    return value


def _load(source: str) -> Any:
    """The value of a script; what can be saved when it is not JSON."""
    source = _CLOSED.sub("", _OPENED.sub("", source, count=1)[-LARGEST_SCRIPT:]).strip().rstrip(";")
    for attempt in (source, _TRAILING_COMMA.sub(r"\1", source)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _saved(source)


def _saved(source: str) -> Thing:
    """The plain fields of an article whose JSON is broken."""
    types = [kind for kind in _SAVED_TYPE.findall(source) if kind.lower() in ARTICLE_TYPES]
    if not types:
        return {}
    thing: Thing = {"@type": types[0]}
    for key, pattern in _SAVED.items():
        if match := pattern.search(source):
            thing[key] = _unquoted(match[1])
    if match := _SAVED_AUTHOR.search(source):
        thing["author"] = {"@type": "Person", "name": _unquoted(match[1])}
    return thing


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
