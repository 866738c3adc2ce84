"""An article that a CMS hands over directly, as JSON. Markdown: `podcast.article.markdown`.

The schema is that of the ``article.json`` of an episode (docs/article.md), so
that what the program wrote can be read again. Keys that it does not name are
ignored; a field that is wrong is refused with its path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from podcast.errors import ArticleError
from podcast.types import Article, Block, BlockKind, Dropped

BLOCK_KINDS: tuple[BlockKind, ...] = ("paragraph", "heading", "quote", "list_item")

SCHEMA = "see docs/article.md for the fields of an article"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$")


def article_from_json(text: str, *, url: str | None = None) -> Article:
    """The article of a JSON document; raises `ArticleError` with the path of the first wrong field.

    ``url`` is used when the document names none.
    """
    where = url or ""
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as exc:
        problem = f"not JSON: {exc.msg} at line {exc.lineno}, column {exc.colno}"
        raise ArticleError(problem, where=where, remedy=SCHEMA) from exc
    except (ValueError, RecursionError) as exc:
        raise ArticleError("not JSON that can be read", where=where, remedy=SCHEMA) from exc
    return _Document(value, where).article(url)


class _Document:
    """The reader of one document; ``where`` says whose fields the errors name."""

    def __init__(self, value: Any, where: str) -> None:
        self.where = where
        self.value: dict[str, Any] = self._is(value, dict, "", "an object")

    def article(self, url: str | None) -> Article:
        value = self.value
        if "title" not in value:
            raise self._wrong("title", "is missing")
        blocks = tuple(self._blocks())
        if not blocks:
            raise self._wrong("blocks", "is empty")
        return Article(
            title=self._text("title"),
            standfirst=self._text("standfirst"),
            section=self._text("section"),
            authors=tuple(
                self._string(author, f"authors[{index}]")
                for index, author in enumerate(self._list("authors"))
            ),
            published=self._published(),
            url=self._web("url") or url,
            language=self._language(),
            image_url=self._web("image_url"),
            blocks=blocks,
            dropped=tuple(self._dropped()),
        )

    def _blocks(self) -> Iterator[Block]:
        if "blocks" not in self.value:
            raise self._wrong("blocks", "is missing")
        for index, item in enumerate(self._list("blocks")):
            path = f"blocks[{index}]"
            block = self._is(item, dict, path, "an object")
            kind = block.get("kind", "paragraph")
            if kind not in BLOCK_KINDS:
                raise self._wrong(f"{path}.kind", f"must be one of {', '.join(BLOCK_KINDS)}")
            if "text" not in block:
                raise self._wrong(f"{path}.text", "is missing")
            text = self._string(block["text"], f"{path}.text")
            if not text:
                raise self._wrong(f"{path}.text", "is empty")
            yield Block(kind, text)

    def _dropped(self) -> Iterator[Dropped]:
        for index, item in enumerate(self._list("dropped")):
            path = f"dropped[{index}]"
            piece = self._is(item, dict, path, "an object")
            text, reason = (
                self._is(piece.get(key), str, f"{path}.{key}", "text") for key in ("text", "reason")
            )
            yield Dropped(text, reason)

    def _published(self) -> datetime | None:
        text = self._text("published")
        if not text:
            return None
        from podcast.article.dates import read_date  # many documents have none

        moment = read_date(text)
        if moment is None:
            raise self._wrong(
                "published", "must be a date and time as in ISO 8601, 2025-07-08T07:56:00+02:00"
            )
        return moment[0]

    def _language(self) -> str:
        language = self._text("language") or "fr-FR"
        if not _LANGUAGE.match(language):
            raise self._wrong("language", "must be a language tag, such as fr-FR")
        return language

    def _web(self, key: str) -> str | None:
        address = self._text(key)
        if address and not address.startswith(("http://", "https://")):
            raise self._wrong(key, "must be an http or https address")
        return address or None

    def _list(self, key: str) -> list[Any]:
        value = self.value.get(key)
        items: list[Any] = self._is([] if value is None else value, list, key, "a list")
        return items

    def _text(self, key: str) -> str:
        value = self.value.get(key)
        return "" if value is None else self._string(value, key)

    def _string(self, value: Any, path: str) -> str:
        text: str = self._is(value, str, path, "text")
        return " ".join(_CONTROL.sub(" ", text.encode("utf-8", "ignore").decode()).split(" ")).strip()

    def _is(self, value: Any, kind: type, path: str, called: str) -> Any:
        if not isinstance(value, kind):
            raise self._wrong(path, f"must be {called}")
        return value

    def _wrong(self, path: str, problem: str) -> ArticleError:
        what = f"{path}: {problem}" if path else f"the document {problem}"
        return ArticleError(what, where=self.where, remedy=SCHEMA)
