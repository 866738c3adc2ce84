"""The listening page of an episode: opened from the file system, it plays and follows the text."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from podcast.types import Article, Block, BlockKind, Show

PLAYER = Path(__file__).parent.parent / "serve" / "player" / "ecouter-article.js"
"""The element ``<ecouter-article>``, which each page holds: an episode's folder plays wherever it is put."""

_TEMPLATES = Path(__file__).parent / "templates"
_ELEMENTS: dict[BlockKind, Markup] = {
    "standfirst": Markup('<p class="standfirst">{}</p>\n'),
    "heading": Markup("<h2>{}</h2>\n"),
    "paragraph": Markup("<p>{}</p>\n"),
    "quote": Markup("<blockquote><p>{}</p></blockquote>\n"),
    "list_item": Markup("<li>{}</li>"),
    "notice": Markup('<p class="notice">{}</p>\n'),
}
"""What ``format`` puts into a ``Markup`` is escaped, unless it is one."""
_AUTHORS = Markup("Par {}<br>")
_DATE = Markup('<time datetime="{}">{}</time> · ')
_ORIGIN = Markup('<p><a href="{}" rel="noopener noreferrer">Lire l’article d’origine</a></p>')
_CLOSING = Markup("<p>{}</p>")
_NO_TIMELINE = '"timeline": null'
"""The quotes of all that came from an article are escaped: nothing else in a page reads like this."""
_INERT = {character: f"\\u{ord(character):04x}" for character in "<>&'\u2028\u2029"}
"""In JSON the same text, in HTML no markup."""
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def listening_page(
    *,
    article: Article,
    show: Show,
    script: Sequence[Block],
    duration: float,
    audio: str,
    timeline: Iterable[str],
    disclosure: str,
) -> Iterator[str]:
    """``index.html``, in pieces: the player, and the text that it follows.

    ``audio`` is the name of the sound file beside the page; ``timeline`` the
    text of ``timeline.json``, in pieces too since it may be as long as a book,
    which the page holds because nothing can be fetched from a file system;
    ``disclosure`` stands at the end when the script has no notice of its own.
    Everything that came from the article is escaped; no script but the player
    can run, and nothing is asked of any network.
    """
    title = next((block.text for block in script if block.kind == "title"), article.title)
    player, style = PLAYER.read_text(encoding="utf-8"), _asset("page.css")
    link = article.url if (article.url or "").startswith(("http://", "https://")) else None
    if any(block.kind == "notice" for block in script):
        disclosure = ""
    page = Markup(_asset("index.html")).format(  # noqa: S704 - our own file; its values are escaped
        language=article.language,
        name=f"{article.title} – {show.title}",
        over=" · ".join(filter(None, (article.section, show.title))),
        title=title,
        by=_byline(article, duration),
        audio=audio,
        text=_text(script),
        origin=_ORIGIN.format(link) if link else "",
        disclosure=_CLOSING.format(disclosure) if disclosure else "",
        player_data=Markup(_player_data(article, duration, audio, link)),  # noqa: S704 - escaped there
        player=Markup(player),  # noqa: S704 - our own file
        player_hash=_csp_hash(player),
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=_csp_hash(style),
    )
    before, _, after = page.partition(_NO_TIMELINE)
    yield f'{before}"timeline": '
    yield from map(_inert, timeline)
    yield after


def _byline(article: Article, duration: float) -> Markup:
    """Who wrote it, when, and how long it is."""
    authors = _AUTHORS.format(", ".join(article.authors)) if article.authors else ""
    published = article.published
    date = _DATE.format(published.isoformat(timespec="seconds"), french_date(published)) if published else ""
    return Markup("{}{}{} d’écoute").format(authors, date, french_length(duration))


def _text(script: Sequence[Block]) -> Markup:
    """All that is spoken, but for the title."""
    body = (block for block in script if block.kind != "title")
    return Markup().join(_alike(kind, blocks) for kind, blocks in groupby(body, lambda block: block.kind))


def _alike(kind: BlockKind, blocks: Iterable[Block]) -> Markup:
    """Blocks of one kind: a list is one element."""
    elements = Markup().join(_ELEMENTS[kind].format(block.text) for block in blocks)
    return Markup("<ul>{}</ul>\n").format(elements) if kind == "list_item" else elements


def _player_data(article: Article, duration: float, audio: str, link: str | None) -> str:
    """What ``<ecouter-article>`` is told: as the server answers (docs/embedding.md), but the timeline.

    JSON in which nothing can end the element that it stands in.
    """
    about = {
        "title": article.title,
        "authors": article.authors,
        "published": article.published.isoformat() if article.published else None,
        "section": article.section,
        "url": link,
        "state": "done",
        "duration": round(duration, 3),
        "audio": audio,
        "image": "cover.jpg",
        "timeline": None,
    }
    return _inert(json.dumps(about, ensure_ascii=False))


def _inert(text: str) -> str:
    """JSON that no HTML can be mistaken for; ``str.translate`` takes twenty times as long."""
    for character, escaped in _INERT.items():
        text = text.replace(character, escaped)
    return text


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


def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    """Content Security Policy's name for exactly this inline text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
