"""What was handed in: on disk, so that a restart forgets nothing."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from pathlib import Path

from podcast import __version__
from podcast.article import parse_article
from podcast.errors import PublishError
from podcast.pipeline import script
from podcast.publish.record import content_hash
from podcast.serve.problems import Refused
from podcast.types import Article

ID = re.compile(r"[0-9a-f]{20}\Z")
PACE = 14.7
"""Printed characters that the bundled voice says in a second, pauses included (``examples/article.txt``)."""


def estimate(article: Article) -> int:
    """Seconds that it may take to say an article that nobody has heard yet."""
    return round(sum(len(block.text) for block in script(article)) / PACE)


class Articles:
    """``<folder>/<id>.json`` for each.

    The id is a hash of the article and of ``reading``, all that makes its sound:
    the same article has the same id, and an id never has other sound.
    """

    def __init__(self, folder: Path, reading: str) -> None:
        self._folder, self._reading = folder, reading
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, article: Article) -> str:
        """Keep an article; gives its id. Raises ``PublishError`` when it cannot be written."""
        identity = f"{__version__}\n{self._reading}\n{content_hash(article)}"
        name = hashlib.sha256(identity.encode()).hexdigest()[:20]
        path = self._folder / f"{name}.json"
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            if not path.exists():
                part.write_text(_written(article), encoding="utf-8")
                part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise PublishError(f"cannot be written: {error.strerror}", where=str(path)) from error
        return name

    def find(self, name: str) -> Article:
        """The article of that id; raises ``Refused`` (404)."""
        if ID.match(name):
            try:
                text = (self._folder / f"{name}.json").read_text(encoding="utf-8")
                return parse_article(text, kind="json")
            except FileNotFoundError:
                pass
        raise Refused(404, "no article has this id")


def _written(article: Article) -> str:
    blocks = [{"kind": block.kind, "text": block.text} for block in article.blocks]
    return json.dumps({**article.facts(), "blocks": blocks}, ensure_ascii=False)
