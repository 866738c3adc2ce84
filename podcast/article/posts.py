"""Posts of social networks in an article: what their author says is a quotation, the rest a widget.

An embedded post prints as text, "— Name (@handle) month day, year", and links. Its words are what the
article quotes; the handle, the date, the links, the hashtags hung at the end and the arrows are not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from podcast.article.language import is_french
from podcast.article.lines import Line, printed_line
from podcast.article.noise import noise_reason

FEWEST_WORDS = 8
"""Of a post that says something."""
MOST_TOGETHER = 3
"""Posts with nothing between them; more are a timeline."""

_HANDLE = r"@[\w.@-]{1,60}"
_SIGNED = re.compile(rf"(?:—|(?:^|\s)[–―-])\s?([^—–―()@]{{1,80}}?)\s?\(\s?{_HANDLE}\s?\)([^()]{{0,60}})$")
"""A name and a handle, then the date."""
_SHARED = re.compile(
    r"^(?:(?:une?|a) )?(?:publication|post|photo|vid[ée]o|reel)s? "
    r"(?:partag[ée]{1,2}s?|publi[ée]{1,2}s?|shared) (?:par|by) "
    rf"([^()@]{{1,80}}?)\s?\(\s?{_HANDLE}\s?\)",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"^(?:publi[ée]{1,2}|post[ée]{1,2}|posted) (?:par|by) ([^()@]{1,80}?) (?:sur|le|on)\s", re.IGNORECASE
)
"""The signature of a post; outside the frame of one, that of an article."""
_YEAR = re.compile(r"\b20\d\d\b")
_LINK = re.compile(
    r"(?:https?://|www\.|pic\.(?:twitter|x)\.com/)\S{1,500}|\[(?:image or embed|image|vid[ée]o)\]",
    re.IGNORECASE,
)
_TAIL = " \u00a0\u202f:"


def signature(text: str, *, framed: bool = False) -> tuple[str, str] | None:
    """The words above the signature in the same line, and the name that signs a post; None when none does.

    ``framed`` says that the line stands in the frame of a post; elsewhere the signature must be whole.

    >>> signature("— Mairie de Lannac (@lannac) 3 mars 2020")
    ('', 'Mairie de Lannac')
    """
    tail, handled = text[-220:], "@" in text
    if handled and (match := _SIGNED.search(tail)):
        if framed or _YEAR.search(match[2]):
            return text[: len(text) - len(tail) + match.start()].strip(), _bare(match[1])
        return None
    shared = (handled and _SHARED.match(text)) or (framed and _PUBLISHED.match(text))
    return ("", _bare(shared[1])) if shared else None


def framed_post(lines: Sequence[Line], *, quoted: bool = True) -> list[list[Line]]:
    """What each line of a frame becomes: itself, or, where one line signs a post, its words and its rest.

    Several signatures are a timeline: nothing of it is ``quoted``.
    """
    signed = {
        index: found for index, line in enumerate(lines) if (found := signature(line.text, framed=True))
    }
    if not signed:
        return [[line] for line in lines]
    (at, (above, author)), *others = signed.items()
    texts = [above if index == at else line.text for index, line in enumerate(lines)]
    opened = _opened(texts, author if quoted and not others else "")
    signs = lines[at].text[len(above) :].strip()
    opened[at].append(printed_line(signs, hint="widget"))
    return opened


def loose_posts(lines: Sequence[Line]) -> list[list[Line]]:
    """What each line of a text becomes; a post in it is a signature and the line above."""
    found: list[list[Line]] = []
    for line in lines:
        signed = signature(line.source)
        if signed is None:
            found.append([line])
            continue
        above, author = signed
        if not above and found and found[-1][-1].hint in ("", "quote"):
            found[-1] = _opened([found[-1][0].text], author)[0]
        opened = _opened([above], author)[0]
        found.append([*opened, printed_line(line.source[len(above) :].strip(), hint="widget")])
    return found


def with_posts(lines: Sequence[Line]) -> list[Line]:
    """The lines of a text, its posts read and its timelines left unquoted."""
    return without_timelines([part for parts in loose_posts(lines) for part in parts])


def without_timelines(lines: Sequence[Line]) -> list[Line]:
    """The lines, with the posts of a timeline no longer quoted."""
    found: list[Line] = []
    for is_post, run in groupby(lines, key=lambda line: line.hint in ("post", "widget")):
        together = list(run)
        posts = sum(is_quoted for is_quoted, _ in groupby(together, key=lambda line: line.hint == "post"))
        if is_post and posts > MOST_TOGETHER:
            together = [replace(line, hint="widget") for line in together]
        found += together
    return found


def _opened(texts: Sequence[str], author: str) -> list[list[Line]]:
    """For each line of a post but its signature: its words (``post``) and its rest (``widget``).

    The last words carry the name of their ``author``. In another language, or
    without a sentence, all is widget.
    """
    parts = [_parted(text) for text in texts]
    whole = " ".join(words for words, _ in parts)
    if not author or len(printed_line(whole).words) < FEWEST_WORDS or not is_french(whole):
        return [[printed_line(text, hint="widget")] if text else [] for text in texts]
    last = max(index for index, (words, _) in enumerate(parts) if words)
    opened = []
    for index, (words, rest) in enumerate(parts):
        said = f"{words} — {author}" if index == last else words
        post = [printed_line(said, hint="post")] if words else []
        opened.append([*post, *([printed_line(rest, hint="widget")] if rest else [])])
    return opened


def _parted(text: str) -> tuple[str, str]:
    """The words of a line of a post, and the links, tags and marks around them."""
    links = _LINK.findall(text)
    words = _LINK.sub("", text).split(" ")
    end = len(words)
    while end and _hangs(words[end - 1]):
        end -= 1
    start = 0
    while start < end and (_hangs(words[start]) or words[start].startswith(("@", ".@"))):
        start += 1
    said = " ".join(word for word in words[start:end] if word).rstrip(_TAIL)
    if not any(character.isalpha() for character in said) or noise_reason(printed_line(said)):
        return "", text
    return said, " ".join((*filter(None, words[:start]), *filter(None, words[end:]), *links))


def _hangs(word: str) -> bool:
    """True for a hashtag, an emoji or an arrow."""
    return word.startswith("#") or all(_is_pictured(character) for character in word)


def _is_pictured(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "CM" or category in ("So", "Sk", "Sm")


def _bare(name: str) -> str:
    """A name without its emoji and flags."""
    return " ".join(word for word in name.split() if not all(map(_is_pictured, word)))
