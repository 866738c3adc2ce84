"""An article that is written in Markdown, with front matter or without.

CommonMark, read by markdown-it-py, whose owner this module is. Marks of
emphasis and links are taken away; what cannot be read aloud (code, tables,
images, HTML, footnotes) is dropped with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from podcast.article.dates import read_date
from podcast.errors import ArticleError
from podcast.types import Article, Block, BlockKind, Dropped

if TYPE_CHECKING:
    from markdown_it.token import Token

KEYS = {
    "title": "title",
    "titre": "title",
    "standfirst": "standfirst",
    "chapo": "standfirst",
    "description": "standfirst",
    "section": "section",
    "rubrique": "section",
    "author": "authors",
    "authors": "authors",
    "auteur": "authors",
    "auteurs": "authors",
    "date": "published",
    "published": "published",
    "url": "url",
    "canonical": "url",
    "image": "image_url",
    "image_url": "image_url",
    "language": "language",
    "lang": "language",
}
"""Keys of front matter and the field that each fills; others are ignored."""

_SEPARATOR = "---"
_KEY = re.compile(r"([A-Za-z_-]{1,40})[ \t]*:[ \t]*(.*)$")
_LISTED = re.compile(r"[ \t]*-[ \t]+(.*)$")
_BETWEEN_NAMES = re.compile(r"\s?(?:,|;|\bet\b)\s?")
_NOTE = re.compile(r"\[\^[^\]\s]{1,50}\]:")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,50}\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u2060\ufeff]")

Fields = dict[str, list[str]]


def article_from_markdown(text: str, *, url: str | None = None) -> Article:
    """The article of a Markdown document.

    ``url`` is used when the front matter names none. Raises `ArticleError` when
    there is no text, or the date in the front matter is none.
    """
    where = url or ""
    fields, body = _front_matter(_CONTROL.sub("", text.encode("utf-8", "ignore").decode()))
    reader = _Reader()
    reader.read(_tokens(body, where))
    if not reader.blocks:
        raise ArticleError(
            "the document has no text", where=where, remedy="write the article under its title"
        )
    return Article(
        title=_one(fields, "title") or reader.title,
        standfirst=_one(fields, "standfirst"),
        section=_one(fields, "section"),
        authors=tuple(name for names in fields.get("authors", ()) for name in _BETWEEN_NAMES.split(names)),
        published=_published(_one(fields, "published"), where),
        url=_one(fields, "url") or url,
        language=_one(fields, "language") or "fr-FR",
        image_url=_one(fields, "image_url") or None,
        blocks=tuple(reader.blocks),
        dropped=tuple(reader.dropped),
    )


def _tokens(body: str, where: str) -> Sequence[Token]:
    from markdown_it import MarkdownIt

    try:
        return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    except RecursionError as exc:
        raise ArticleError("the document is nested too deep", where=where, remedy="write it flat") from exc


class _Reader:
    """The blocks of a document, as its tokens are read."""

    def __init__(self) -> None:
        self.title = ""
        self.blocks: list[Block] = []
        self.dropped: list[Dropped] = []
        self._inside: list[str] = []
        """Tags of the containers that are open."""

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.nesting == 1:
                self._inside.append(token.tag)
            elif token.nesting == -1:
                self._inside.pop()
            elif token.type in ("fence", "code_block"):
                self._drop(token.content, "code")
            elif token.type == "html_block":
                self._drop(token.content, "HTML")
            elif token.type == "inline":
                self._inline(token)

    def _inline(self, token: Token) -> None:
        text = " ".join(_NOTE_MARK.sub("", self._text(token.children or ())).split(" ")).strip()
        if not text:
            return
        if "table" in self._inside:
            self._drop(text, "table")
        elif _NOTE.match(token.content):
            self._drop(token.content, "note")
        elif self._inside[-1:] == ["h1"] and not self.title:
            self.title = text
        else:
            self.blocks.append(Block(self._kind(), text))

    def _text(self, children: Sequence[Token]) -> str:
        """The printed text of a line: images and HTML are left out."""
        parts: list[str] = []
        for child in children:
            if child.type == "image":
                self._drop(child.content, "image")
            elif child.type in ("softbreak", "hardbreak"):
                parts.append(" ")
            elif child.type != "html_inline":
                parts.append(child.content)
        return "".join(parts)

    def _kind(self) -> BlockKind:
        if self._inside[-1] in ("h1", "h2", "h3", "h4", "h5", "h6"):
            return "heading"
        if "blockquote" in self._inside:
            return "quote"
        return "list_item" if "li" in self._inside else "paragraph"

    def _drop(self, text: str, reason: str) -> None:
        if text.strip():
            self.dropped.append(Dropped(text.strip(), reason))


# — front matter —


def _front_matter(text: str) -> tuple[Fields, str]:
    """The fields between the two rules at the top, and the rest; ``key: value``, or a list below ``key:``."""
    lines = text.lstrip().splitlines()
    if not lines or lines[0].rstrip() != _SEPARATOR:
        return {}, text
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == _SEPARATOR), 0)
    fields: Fields = {}
    values: list[str] = []
    for line in lines[1:end]:
        if match := _KEY.match(line):
            values = fields.setdefault(KEYS.get(match[1].lower(), ""), [])
            values += _values(match[2])
        elif match := _LISTED.match(line):
            values += _values(match[1])
    return (fields, "\n".join(lines[end + 1 :])) if end else ({}, text)


def _values(printed: str) -> list[str]:
    """A value without its quotes; those between brackets, one by one."""
    printed = printed.strip()
    if printed.startswith("[") and printed.endswith("]"):
        return [value for part in printed[1:-1].split(",") for value in _values(part)]
    if len(printed) > 1 and printed[0] == printed[-1] and printed[0] in "\"'":
        printed = printed[1:-1]
    return [printed] if printed else []


def _one(fields: Fields, key: str) -> str:
    return next(iter(fields.get(key, ())), "")


def _published(text: str, where: str) -> datetime | None:
    if not text:
        return None
    moment = read_date(text)
    if moment is None:
        raise ArticleError(
            f"date: {text!r} is not a date", where=where, remedy="write it as 2025-07-08 07:56"
        )
    return moment[0]
