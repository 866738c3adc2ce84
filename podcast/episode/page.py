"""The listening page of an episode: opened from the file system, it plays and follows the text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from podcast.episode.timeline import Moment
from podcast.types import Article, Block, BlockKind, Chapter, Show

_TEMPLATES = Path(__file__).parent / "templates"
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


class _Segment(NamedTuple):
    """A piece of a printed block, and the number of the moment in which it is spoken."""

    text: str
    moment: int | None


class _Printed(NamedTuple):
    kind: BlockKind
    segments: tuple[_Segment, ...]


def listening_page(
    *,
    article: Article,
    show: Show,
    script: Sequence[Block],
    moments: Sequence[Moment],
    chapters: Sequence[Chapter],
    duration: float,
    audio: str,
    disclosure: str,
) -> str:
    """``index.html``: player, chapters and the text with each sentence marked while it is heard.

    ``audio`` is the name of the sound file beside the page; ``disclosure`` stands at
    the end when the script has no notice of its own. Everything that
    came from the article is escaped; no script but the page's own can run,
    and nothing is asked of any network.
    """
    printed = _printed(script, moments)
    title = next((block for block in printed if block.kind == "title"), None)
    body = [block for block in printed if block.kind != "title"]
    script_text, style = _asset("player.js"), _asset("page.css")
    return renderer(_TEMPLATES)(
        "index.html",
        article=article,
        show=show,
        language=article.language,
        title=title,
        groups=[(kind, list(blocks)) for kind, blocks in groupby(body, key=lambda block: block.kind)],
        chapters=chapters,
        published=french_date(article.published) if article.published else "",
        length=french_length(duration),
        link=article.url if (article.url or "").startswith(("http://", "https://")) else None,
        audio=audio,
        disclosure="" if any(block.kind == "notice" for block in script) else disclosure,
        timeline=[[round(moment.start, 3), round(moment.end, 3)] for moment in moments],
        clock=clock,
        script=Markup(script_text),  # noqa: S704 - our own file
        script_hash=_csp_hash(script_text),
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=_csp_hash(style),
    )


def french_date(moment: datetime) -> str:
    """As a French newspaper prints it: "mardi 8 juillet 2025 à 7 h 56", the time in one piece."""
    day = "1er" if moment.day == 1 else str(moment.day)
    date = f"{_DAYS[moment.weekday()]} {day} {_MONTHS[moment.month - 1]} {moment.year}"
    if (moment.hour, moment.minute) == (0, 0):
        return date
    return f"{date} à {moment.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{moment.minute:02}"


def french_length(seconds: float) -> str:
    """A duration for a reader: "45 s", "4 min", "1 h 05"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"


def clock(seconds: float) -> str:
    """As players show it: "3:07", "1:00:00"."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def _printed(script: Sequence[Block], moments: Sequence[Moment]) -> list[_Printed]:
    spoken: dict[int, list[tuple[int, int, int]]] = {}
    for number, moment in enumerate(moments):
        start, end = moment.utterance.span
        spoken.setdefault(moment.utterance.block_index, []).append((start, end, number))
    return [
        _Printed(block.kind, tuple(_segments(block.text, sorted(spoken.get(index, ())))))
        for index, block in enumerate(script)
    ]


def _segments(text: str, spans: Sequence[tuple[int, int, int]]) -> Iterator[_Segment]:
    """All of the text, once: spans in order, what is between them, and no overlap."""
    at = 0
    for start, end, number in spans:
        if start > at:
            yield _Segment(text[at:start], None)
        if end > max(at, start):
            yield _Segment(text[max(at, start) : end], number)
            at = end
    if at < len(text):
        yield _Segment(text[at:], None)


class Render(Protocol):
    """Fills a template."""

    def __call__(self, template: str, /, **values: object) -> str:
        """The page; what the template does not say to be markup is escaped."""
        ...


def renderer(templates: Path) -> Render:
    """Fills the templates of a folder: a value that is missing is an error."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def render(template: str, /, **values: object) -> str:
        return environment.get_template(template).render(values)

    return render


def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    """Content Security Policy's name for exactly this inline text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
