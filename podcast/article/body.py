"""Where on the page the article is.

Each line weighs something: sentences count their words, menu entries and
noise count against. The article is the run of lines of greatest weight — the
maximum-subsequence segmentation of Pasternack & Roth, "Extracting Article
Text from the Web with Maximum Subsequence Segmentation" (WWW 2009), with
French words in the place of HTML tags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podcast.article.byline import bare_signature, signature
from podcast.article.captions import is_credit
from podcast.article.dates import PrintedDate, find_dates, is_date_line
from podcast.article.lines import Line
from podcast.article.noise import SENTENCE_INSIDE, is_stamp, looks_like_teaser, noise_reason
from podcast.article.vocabulary import DATE_WORDS, END_MARKS, OFFERS, Reason

SHORT = (-3, -5, -7, -2, -2, -2, -2, -2, -10)
"""Lines that are no sentence, by their place in a run: one is a heading, some are a box, many are a menu."""
STAMP = 0
"""The minute of a live page."""
POST = 0
"""A line of a post of a social network: as many stand in articles as beside them."""
LISTED = -1
"""An item of a list that a sentence announced or that has its bullet."""
REPEATED = -12
FOREIGN = -25
"""A date or a signature inside the text: the top of a comment or of another article."""
TEASER_WORDS = 35
LABEL_WORDS = 4
"""The title of another article has at least as many words; a label or a heading may have fewer."""
TITLE_LEAST = 6
"""Fewest words of the title of another article above more than one sentence; a shorter line is a heading."""
HEADED = 25
"""What it adds to the first paragraph of a page that a title and a date or a signature stand above."""
HEAD_REACH = 6
TEASED = 6
"""Sentences between two titles, as lists of articles have them, weigh so many times less."""
LONGEST_COUNTED = 60
"""Words beyond this add nothing: one long legal notice is not an article."""
END_MARK_WORDS = 8
DATE_LINE_WORDS = 14
"""Words of a date printed as a sentence: "Publié le 3 mars 2024 à 8 h, mis à jour à 9 h." """
CAPTION_WORDS = 25
OPENING_SENTENCES = range(2, 6)
"""Sentences above the credit of the opening picture: the standfirst, the caption."""
PARAGRAPH_WORDS = 30
"""A sentence of as many words is a paragraph or a standfirst."""
OFFER_LINES = 5
"""Lines from the title of an offer (a newsletter, a subscription) to its button, at most."""
BUTTON_WORDS = 4
CLOSING: frozenset[Reason | None] = frozenset(("newsletter", "subscription", "login", "consent"))
COMMENTED_WORDS = 40
"""Words of an article that has comments."""
COMMENTS_LEAST = 2
COMMENT_SIGN_WORDS = 14
COMMENT_WINDOW = 14
"""Lines below a "Comments" title in which a comment or its form must show."""


class Judged(NamedTuple):
    """A line with what the rules say of it, before anything is known of the page."""

    line: Line
    reason: Reason | None
    repeated: bool
    """The same text stands elsewhere on the page."""
    dates: tuple[PrintedDate, ...] = ()

    @property
    def is_text(self) -> bool:
        """True for a sentence that no rule speaks against."""
        return self.reason is None and (self.line.is_prose or self.line.ends_sentence or self.line.introduces)

    @property
    def is_prose(self) -> bool:
        """True for a full paragraph that no rule speaks against."""
        return self.reason is None and self.line.is_prose


def judge(lines: Sequence[Line]) -> list[Judged]:
    """Each line with the reason against it, if any; dates and signatures are named as such."""
    counts = Counter(line.folded for line in lines)
    known: dict[tuple[str, int, str], Judged] = {}
    page = []
    for line in lines:
        key = (line.source, line.linked, line.hint)
        judged = known.get(key)
        if judged is None:
            short = not line.is_prose or len(line.words) <= DATE_LINE_WORDS
            dates = tuple(find_dates(line.text)) if short and not line.is_of_post else ()
            judged = Judged(line, _reason(line, dates), counts[line.folded] > 1, dates)
            known[key] = judged
        page.append(judged if judged.line is line else judged._replace(line=line))
    _close_offers(page)
    _caption_twice(page)
    _caption_above_credit(page)
    return page


def _close_offers(page: list[Judged]) -> None:
    """What stands between the title of an offer and its button is the offer: "Newsletter … S'inscrire".

    Above the first paragraph are menus, where one button stands beside another.
    """
    first = next((index for index, judged in enumerate(page) if judged.is_prose), len(page))
    opened: int | None = None
    for index in range(first, len(page)):
        judged = page[index]
        button = judged.reason in CLOSING and len(judged.line.words) <= BUTTON_WORDS
        if opened is not None and index - opened > OFFER_LINES:
            opened = None
        if button and opened is not None:
            for inside in range(opened + 1, index):
                if page[inside].reason is None:
                    page[inside] = page[inside]._replace(reason=page[opened].reason)
        if judged.reason in OFFERS and len(judged.line.words) <= END_MARK_WORDS:
            opened = index


def _caption_above_credit(page: list[Judged]) -> None:
    """The sentence right above a credit that stands alone is the caption of the opening picture.

    Further down a paragraph may stand above a picture that has no caption,
    and the only sentence above a credit may be the standfirst.
    """
    sentences = paragraphs = 0
    for index, judged in enumerate(page):
        if paragraphs > 1:
            return
        if sentences in OPENING_SENTENCES and is_credit(judged.line) and _may_be_caption(page[index - 1]):
            page[index - 1] = page[index - 1]._replace(reason="caption")
            page[index] = judged._replace(reason="caption")
        sentences += judged.is_text
        paragraphs += judged.is_prose and len(judged.line.words) >= PARAGRAPH_WORDS


def _caption_twice(page: list[Judged]) -> None:
    """A sentence that stands twice above a credit is a caption and the hidden text of its picture."""
    for first, second, below in zip(range(len(page)), range(1, len(page)), page[2:], strict=False):
        judged = page[second]
        twice = judged.is_prose and page[first].line.folded == judged.line.folded
        if twice and _may_be_caption(judged) and (below.reason == "caption" or is_credit(below.line)):
            page[first] = page[second] = judged._replace(reason="caption")


def _may_be_caption(judged: Judged) -> bool:
    short = len(judged.line.words) <= CAPTION_WORDS
    return judged.is_text and short and not SENTENCE_INSIDE.search(judged.line.text)


def find_body(page: Sequence[Judged]) -> range:
    """The lines from the first to the last paragraph of the article; empty when there is none."""
    best = range(0)
    best_weight = 0
    start, weight = 0, 0
    headed = _first_headed(page)
    for index, line_weight in enumerate(_weights(page[: comments_start(page)])):
        if weight <= 0:
            start, weight = index, 0
        weight += line_weight + (HEADED if index == headed else 0)
        if weight > best_weight:
            best_weight, best = weight, range(start, index + 1)
    return best


def _first_headed(page: Sequence[Judged]) -> int | None:
    """The first sentence below a title and its date or signature."""
    for index, judged in enumerate(page):
        if judged.reason not in ("byline", "date") or not index:
            continue
        above = page[max(0, index - HEAD_REACH) : index]
        below = page[index + 1 : index + 1 + HEAD_REACH]
        titled = any(other.reason is None and len(other.line.words) >= TITLE_LEAST for other in above)
        first = next((at for at, other in enumerate(below) if other.is_prose), None)
        if titled and first is not None:
            return index + 1 + first
    return None


def _reason(line: Line, dates: Sequence[PrintedDate]) -> Reason | None:
    reason = noise_reason(line)
    if line.is_prose:
        return "date" if dates and is_date_line(line.text, dates) else reason
    if reason not in ("caption", "comments", "legal notice"):
        if signature(line) or (dates and bare_signature(line)):
            return "byline"
        if reason in (None, "navigation", "share bar", "related article") and is_date_line(line.text, dates):
            return "date"
    return reason


def _weights(page: Sequence[Judged]) -> Iterator[int]:
    """What each line weighs where it stands."""
    run = paid = 0
    announced = False
    for index, judged in enumerate(page):
        if judged.is_text:
            run = paid = 0
            weight = _text_weight(judged)
            yield weight // TEASED if not announced and _is_teaser(page, index) else weight
            announced = judged.line.introduces
        elif judged.line.is_of_post:
            yield POST
        elif judged.reason is None and (announced or judged.line.continues or judged.line.hint == "item"):
            yield LISTED
        else:
            announced = False
            mark = _end_mark(judged)
            yield _noise_weight(judged, SHORT[min(run, len(SHORT) - 1)]) - max(0, mark - paid)
            run, paid = run + 1, max(paid, mark)


def _is_teaser(page: Sequence[Judged], index: int) -> bool:
    """True for a sentence or two in a row of title, sentence, title, sentence: a list of articles."""
    if not 1 < index < len(page) - 2 or len(page[index].line.words) > TEASER_WORDS:
        return False
    titles = (page[index - 1], page[index + 1])
    line = page[index].line
    if min(len(title.line.words) for title in titles) < LABEL_WORDS:
        return False
    if len(titles[0].line.words) < TITLE_LEAST and SENTENCE_INSIDE.search(line.text):
        return False
    sentences = (page[index - 2], page[index + 2])
    return all(other.reason is None and not other.is_text for other in titles) and any(
        other.is_text and len(other.line.words) <= TEASER_WORDS for other in sentences
    )


def _text_weight(judged: Judged) -> int:
    line = judged.line
    if not line.is_prose:
        return 0
    words = min(len(line.words), LONGEST_COUNTED) // (1 + judged.repeated)
    return words // 3 if looks_like_teaser(line) else words - 4


def _noise_weight(judged: Judged, short: int) -> int:
    if is_stamp(judged.line):
        return STAMP
    if judged.reason in ("byline", "date") or (judged.reason is None and judged.dates):
        return FOREIGN
    return min(short, REPEATED) if judged.repeated and judged.reason is None else short


def _end_mark(judged: Judged) -> int:
    """What the title of a box weighs more than another short line; paid once between two paragraphs."""
    if judged.reason is None or len(judged.line.words) > END_MARK_WORDS:
        return 0
    return END_MARKS.get(judged.reason, 0)


def comments_start(page: Sequence[Judged]) -> int:
    """The line that opens the comments; the end of the page when none does.

    "12 commentaires" stands at the head of an article too: it opens them only
    where more of the text is above it than below, or where a comment, with its
    name and date, or the form to write one follows.
    """
    words = [min(len(judged.line.words), LONGEST_COUNTED) if judged.is_prose else 0 for judged in page]
    above, total = 0, sum(words)
    for index, judged in enumerate(page):
        if judged.reason == "comments" and len(judged.line.words) <= 8 and above:
            window = page[index + 1 : index + 1 + COMMENT_WINDOW]
            if above * 2 >= total or (above >= 60 and any(_opens_comment(other) for other in window)):
                return index
        above += words[index]
    return _first_comment(page, words)


def _first_comment(page: Sequence[Judged], words: Sequence[int]) -> int:
    """The first of several comments that no title announces: a name and a date, then what is said.

    The name and the date of the article itself stand above its first paragraph or below its last.
    """
    found: list[int] = []
    above = 0
    for index, judged in enumerate(page[:-1]):
        if above >= COMMENTED_WORDS and _signs_comment(judged) and page[index + 1].is_text:
            found.append(index)
        above += words[index]
    return found[0] if len(found) >= COMMENTS_LEAST else len(page)


def _signs_comment(judged: Judged) -> bool:
    """True for a name with a date and an hour, as nothing but a comment has inside a page."""
    line = judged.line
    if judged.is_text or len(line.words) > COMMENT_SIGN_WORDS or not line.text[0].isalpha():
        return False
    timed = any(date.when.hour or date.when.minute for date in judged.dates)
    return timed and not line.text[:2].islower() and line.words[0] not in DATE_WORDS


def _opens_comment(judged: Judged) -> bool:
    line = judged.line
    return judged.reason == "comments" or (len(line.words) <= 16 and not line.is_prose and bool(judged.dates))
