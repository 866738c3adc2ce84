"""Show notes: what a podcast app shows under an episode.

They are made of plain text only, escaped here, so that no markup of a page
can come through; the tags are those that Apple's app shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from podcast.publish.items import FeedItem
from podcast.publish.text import clock, is_web, line, paragraphs


def show_notes(item: FeedItem) -> str:
    """The summary, the authors, the chapters with moments to jump to, and links, as HTML."""
    return "\n".join(_lines(item))


def _lines(item: FeedItem) -> Iterator[str]:
    episode = item.episode
    for paragraph in paragraphs(episode.description):
        yield f"<p>{escape(paragraph)}</p>"
    authors = [name for name in map(line, item.authors) if name]
    if authors:
        yield f"<p>Texte : {escape(_listed(authors))}.</p>"
    if len(episode.chapters) > 1:
        yield "<p>Chapitres :</p>"
        yield "<ul>"
        for chapter in episode.chapters:
            yield f"<li>{clock(chapter.start)} {escape(line(chapter.title))}</li>"
        yield "</ul>"
    if is_web(episode.link):
        yield f"<p>{_link(episode.link or '', 'Lire l’article')}</p>"
    if is_web(item.page_url):
        yield f"<p>{_link(item.page_url, 'Écouter en suivant le texte')}</p>"


def _listed(names: Sequence[str]) -> str:
    """As a French sentence lists names: "A, B et C"."""
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{words}</a>'
