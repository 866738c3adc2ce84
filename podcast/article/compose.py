"""From the judged lines of an HTML page to its `Article`: title, standfirst, blocks, and the rest."""

from __future__ import annotations

from collections.abc import Iterator

from podcast.article.boxes import is_standfirst
from podcast.article.choice import Choice
from podcast.article.head import Head, read_head
from podcast.article.headline import find_title
from podcast.article.islands import LIVE_STAMPS, is_headline, settle
from podcast.article.lines import Line, fold, letters
from podcast.article.metadata import Metadata
from podcast.article.noise import is_stamp
from podcast.article.printed import printed_authors, printed_date, printed_section
from podcast.article.site import people
from podcast.article.vocabulary import Reason
from podcast.errors import ArticleError
from podcast.types import Article, Block, BlockKind, Dropped

FEWEST_WORDS = 20
"""Words of the shortest body."""
STANDFIRST_WORDS = range(6, 160)
STANDFIRST_LEVELS = 3
"""Elements around a line whose names may call it a standfirst."""
STANDFIRST_ABOVE = 4
"""Lines above the body, where no line is the title."""
STANDFIRST_REACH = 2
"""Lines of the body among which a standfirst is looked for."""
HEADING_WORDS = 8
"""A heading under the title that is longer is a standfirst."""
DOUBLE_WORDS = 6
MOST_BLOCKS = 2000
"""Of a page in which doubles are looked for."""


def compose(choice: Choice, metadata: Metadata, where: str) -> Article:
    """The article that the witnesses chose; raises `ArticleError` when they found none."""
    return _Composer(choice, metadata).article(where)


def compose_attested(choice: Choice, metadata: Metadata) -> Article | None:
    """Every sentence and heading that the extractor attests, in any language; None when there is none."""
    kinds: dict[int, BlockKind] = {
        index: "heading" if choice.pieces[index].printed == "heading" else "paragraph"
        for index, judged in enumerate(choice.page)
        if judged.reason is None and choice.attested.says(index) and judged.line.text not in metadata.titles
    }
    if not any(choice.page[index].line.ends_sentence for index in kinds):
        return None
    return Article(
        title=next(iter(metadata.titles), ""),
        section=metadata.section,
        authors=metadata.authors,
        published=metadata.published,
        url=metadata.url,
        image_url=metadata.image_url,
        blocks=tuple(Block(kind, choice.page[index].line.text) for index, kind in kinds.items()),
        dropped=tuple(
            Dropped(judged.line.source, judged.reason or "beside the article")
            for index, judged in enumerate(choice.page)
            if index not in kinds
        ),
    )


class _Composer:
    """One page being put together; ``kinds`` holds its blocks by line."""

    def __init__(self, choice: Choice, metadata: Metadata) -> None:
        self.choice = choice
        self.page = choice.page
        self.pieces = choice.pieces
        self.metadata = metadata
        self.body = choice.body
        self.head = read_head(self.page, self.body) if self.body else Head()
        self.title, self.title_line = find_title(choice, metadata.titles, self.head)
        self.standfirst = self._standfirst()
        self.kinds = dict(sorted(self._kinds())) if self.body else {}
        self.doubles = set(self._doubles())
        if not self.kinds:
            self.kinds, self.standfirst = dict.fromkeys(self.standfirst, "paragraph"), []

    def article(self, where: str) -> Article:
        blocks = [index for index in self.kinds if index not in self.doubles]
        if sum(len(self.page[index].line.words) for index in (*blocks, *self.standfirst)) < FEWEST_WORDS:
            raise ArticleError(
                "no article found: there is no paragraph of text in this page",
                where=where,
                remedy="give the page of one article, or paste its text",
            )
        metadata = self.metadata
        return Article(
            title=self.title,
            standfirst=" ".join(self.page[index].line.text for index in self.standfirst),
            section=metadata.section or printed_section(self.choice, self.head),
            authors=metadata.authors
            or people(self.head.authors, metadata.site)
            or people(printed_authors(self.choice, self.head, self.title_line), metadata.site),
            published=(
                metadata.published
                or printed_date(self.choice, self.head, self.title_line)
                or self.head.published
            ),
            url=metadata.url,
            image_url=metadata.image_url,
            blocks=tuple(Block(self.kinds[index], self.page[index].line.text) for index in blocks),
            dropped=tuple(self._dropped()),
        )

    # — standfirst —

    def _standfirst(self) -> list[int]:
        """The lines of the standfirst: called so, or printed as the page's description, or set as one."""
        if not self.body:
            return []
        first = max(0, self.body.start - STANDFIRST_ABOVE)
        if self.title_line is not None and self.title_line < self.body.stop:
            first = self.title_line + 1
        near = range(first, min(self.body.start + STANDFIRST_REACH, len(self.page)))
        free = [
            i for i in near if not self.page[i].reason and len(self.page[i].line.words) in STANDFIRST_WORDS
        ]
        called = [i for i in free if self._is_called_standfirst(i)]
        if called:
            return self._together(called)
        descriptions = {letters(text) for text in self.metadata.descriptions}
        described = [i for i in free if "".join(self.page[i].line.words) in descriptions]
        if described:
            return described[:1]
        headings = [
            i
            for i in free
            if self.pieces[i].printed == "heading"
            and i < self.body.start
            and len(self.page[i].line.words) > HEADING_WORDS
        ]
        if headings and self.title_line is not None:
            return headings[:1]
        loose = self.head.standfirst
        parted = loose is not None and loose in free and self.head.title == self.title_line
        return [loose] if loose is not None and parted and not self._is_among_paragraphs(loose) else []

    def _is_among_paragraphs(self, index: int) -> bool:
        """True when the next paragraph is set as this one is, in the same element."""
        following = next((i for i in range(index + 1, self.body.stop) if self.page[i].is_prose), None)
        if following is None:
            return True
        mine, other = self.pieces[index].element, self.pieces[following].element
        return mine.tag == other.tag and (mine.getparent() == other.getparent() or mine == other)

    def _is_called_standfirst(self, index: int) -> bool:
        element = self.pieces[index].element
        for _ in range(STANDFIRST_LEVELS):
            if is_standfirst(element):
                container = self.choice.container
                return container is None or not self.choice.outline.holds(element, container)
            parent = element.getparent()
            if parent is None:
                break
            element = parent
        return False

    def _together(self, called: list[int]) -> list[int]:
        """The first of them with those that follow it at once."""
        run = called[:1]
        for index in called[1:]:
            if all(self.page[between].reason for between in range(run[-1] + 1, index)):
                run.append(index)
        return run

    # — blocks —

    def _kinds(self) -> Iterator[tuple[int, BlockKind]]:
        """The lines that are blocks; a heading counts once text follows it."""
        taken = {self.title_line, *self.standfirst, *self.head.lines}
        title = letters(self.title)
        live = sum(is_stamp(self.page[index].line) for index in self.body) >= LIVE_STAMPS
        pending: list[tuple[int, BlockKind]] = []
        island: list[int] = []
        previous: Line | None = None
        for index in self._reach():
            judged, piece = self.page[index], self.pieces[index]
            if index in taken or "".join(judged.line.words) == title:
                continue
            if judged.reason and not self._is_quoted_post(index):
                island.append(index)
                continue
            if piece.printed == "heading":
                if self._near(index) and not live:
                    pending.append((index, "heading"))
                continue
            kind = self._text_kind(index)
            if kind is None:
                island.append(index)
                continue
            if not live:
                pending += [(i, k) for i, k in settle(self.page, island, previous).items() if self._near(i)]
            island.clear()
            yield from pending
            pending.clear()
            yield index, kind
            previous = judged.line

    def _reach(self) -> range:
        """The body with the short lines right after it."""
        start = self.body.start
        if self.title_line is not None and self.title_line < start:
            start = self.title_line + 1
        stop = self.body.stop
        while stop < len(self.page) and self._goes_on(stop):
            stop += 1
        return range(start, stop)

    def _goes_on(self, index: int) -> bool:
        """True for a short line, or a post, that the last paragraph is followed by."""
        if self.page[index].line.is_of_post:
            return self.choice.placed(index)
        return not self.page[index].reason and self._ends_well(index) and self._sure(index)

    def _is_quoted_post(self, index: int) -> bool:
        """True for what a post says that stands in the text, and in no other box."""
        judged = self.page[index]
        is_post = judged.line.hint == "post" and judged.reason == "social media post"
        return is_post and index >= self.body.start and self.choice.placed(index)

    def _ends_well(self, index: int) -> bool:
        return self.page[index].is_text or self.pieces[index].printed in ("item", "quote")

    def _near(self, index: int) -> bool:
        """True when a witness of what stands near says that it is the article's."""
        return self.choice.placed(index) or bool(self.choice.attested.says(index))

    def _sure(self, index: int) -> bool:
        return self.choice.placed(index) and self.choice.attested.says(index) is not False

    def _text_kind(self, index: int) -> BlockKind | None:
        """What kind of text a line is; None when it is none, or not the article's."""
        judged, piece = self.page[index], self.pieces[index]
        if judged.line.hint == "post":
            return "quote"
        before = index < self.body.start
        if judged.is_prose and not self.choice.agreed(index):
            return None
        if judged.is_prose and self.choice.is_card(index):
            return None
        if not judged.is_prose and not (self._sure(index) if before else self._near(index)):
            return None
        if piece.printed == "item":
            return "list_item"
        if piece.printed == "quote" or _is_quoted(judged.line):
            return "quote"
        return (
            "paragraph"
            if judged.is_text and not (piece.printed == "text" and is_headline(judged.line))
            else None
        )

    def _doubles(self) -> Iterator[int]:
        """Short lines that a paragraph says again: sentences set large beside the text."""
        bare = {index: "".join(self.page[index].line.words) for index in self.kinds}
        whole = "|".join(bare.values())
        for index, kind in self.kinds.items():
            is_set_large = kind != "paragraph" and len(self.page[index].line.words) >= DOUBLE_WORDS
            if is_set_large and len(bare) <= MOST_BLOCKS and whole.count(bare[index]) > 1:
                yield index

    # — the rest —

    def _dropped(self) -> Iterator[Dropped]:
        spoken = {self.title_line, *self.standfirst, *self.kinds} - self.doubles
        for index, judged in enumerate(self.page):
            if index not in spoken:
                yield Dropped(judged.line.source, self._why(index))

    def _why(self, index: int) -> Reason | str:
        judged = self.page[index]
        if judged.reason:
            return judged.reason
        if index in self.head.lines:
            return self.head.lines[index]
        if index in self.doubles or judged.repeated or judged.line.folded == fold(self.title):
            return "duplicate"
        if index < self.body.start:
            return "before the article"
        return "beside the article" if index < self.body.stop else "after the article"


def _is_quoted(line: Line) -> bool:
    text = line.text
    return text.startswith("«") and text.endswith("»") and text.count("«") == 1
