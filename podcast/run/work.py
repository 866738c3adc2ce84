"""Each article on its own: looked at, spoken when it is new or changed, put off when it fails.

Several may be begun at once, where there is somebody to speak them; the
library hears of them one after the other, in their order, so that what it
holds does not depend on who was faster.
"""

from __future__ import annotations

import errno
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from podcast.article.fetch import PageGone
from podcast.article.fetch.urls import parse_url
from podcast.errors import ArticleError, ConfigError, FetchError, PublishError, VoiceError
from podcast.publish.entry import Entry, guid_of
from podcast.publish.library import Library
from podcast.publish.record import content_hash
from podcast.run.gather import Listing, date_of, delay, is_calm, is_too_old
from podcast.run.look import Seen, look
from podcast.run.make import Maker, Speaking, Spoken, settle
from podcast.run.plan import Plan
from podcast.run.report import Deed, Line, Outcome
from podcast.types import Article

logger = logging.getLogger(__name__)

WORKING_ON = "working_on"
"""The fact that names the articles in hand, one a line: if the run dies, one of them may be why."""
PATIENCE = 3
"""Failures in a row after which a site is not asked any more in this run."""
FEW = 3
"""So many articles may vanish at once; more of them are not believed if they are most of those looked at."""

OnLook = Callable[[int, int], None]
"""Is told how many articles have been looked at, and of how many, before the next is."""

_DISK_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
_FATAL = (PublishError, VoiceError, ConfigError)
"""Not the fault of one article: the run stops, and the next one goes on."""


@dataclass(frozen=True, slots=True)
class _InHand:
    """An article that was begun and is not in the library yet."""

    article: Article
    entry: Entry
    before: Entry
    """As it was when this run came to it."""
    speaking: Speaking


@dataclass(slots=True)
class Worker:
    """One run's way through the articles; every step of it is in the library before the next."""

    plan: Plan
    library: Library
    listing: Listing
    outcome: Outcome
    maker: Maker
    on_look: OnLook = lambda _done, _of: None
    _in_hand: deque[_InHand] = field(default_factory=deque)
    _began: float = field(default_factory=time.monotonic)
    _made: int = 0
    _gone: list[Entry] = field(default_factory=list)
    _failures: Counter[str] = field(default_factory=Counter)
    """By host, since it last answered."""

    def work(self, entries: Sequence[Entry]) -> None:
        """Do everything for these articles; raises only what concerns all of them."""
        for number, entry in enumerate(entries):
            self.on_look(number, len(entries))
            self._work_on(entry)
        while self._in_hand:
            self._settle_next()
        self._withdraw(sum(entry.state == "ready" for entry in entries))

    def _work_on(self, entry: Entry) -> None:
        if self._is_full() and entry.state == "waiting":
            self.outcome.left_over += 1
            return
        host = urlsplit(entry.address).netloc
        if self._failures[host] >= PATIENCE:
            self._report("later", replace(entry, error=f"{host} does not answer: left for the next run"))
            return
        with self._answering_for(entry):
            self._take(self._look(entry, host), entry)

    @contextmanager
    def _answering_for(self, entry: Entry) -> Iterator[None]:
        """What goes wrong with one article is noted with it; raises only what concerns all of them."""
        try:
            yield
        except PageGone as error:
            self._note_gone(entry, error)
        except ArticleError as error:
            self._refuse(entry, error)
        except FetchError as error:
            self._put_off(entry, str(error))
        except _FATAL:
            raise
        except Exception as error:
            _raise_for_disk(error, self.plan)
            logger.debug("%s failed", entry.address, exc_info=True)
            self._put_off(entry, str(error) or repr(error))

    def _look(self, entry: Entry, host: str) -> Seen:
        began = time.perf_counter()
        try:
            seen = look(entry, self.plan)
        except FetchError:
            self._failures[host] += 1
            raise
        self._failures[host] = 0
        item = self.listing.articles.get(entry.address)
        listed = date_of(item) if item else entry.listed
        checked = time.time() if is_calm(entry.address, self.plan) else 0.0
        took = time.perf_counter() - began if seen.read else entry.load_seconds
        entry = replace(seen.entry, listed=listed, checked_at=checked, load_seconds=took)
        return replace(seen, entry=entry)

    def _take(self, seen: Seen, before: Entry) -> None:
        """Decide what a page that was found means."""
        entry = replace(seen.entry, attempts=0, retry_at=0.0, error="")
        if seen.read is None:  # what was said of it still holds, unless it was a failure of the moment
            self._leave(replace(entry, error="" if before.attempts else before.error), before)
            return
        in_hand = [one.before.address for one in self._in_hand]
        self.library.set_fact(WORKING_ON, "\n".join((*in_hand, entry.address)))
        try:
            article = _with_plain_url(seen.read())
        except ArticleError as error:
            self._refuse(entry, error)
            return
        self._settle_those_at(article.url)
        found = content_hash(article)
        if entry.state == "ready" and found == entry.content_hash:
            self._leave(entry, before)
        elif entry.record is None and (twin := self._twin(article, entry)):
            logger.info("%s is %s", entry.address, twin.address)
            self.library.join(entry.address, twin)
            self.outcome.unchanged += 1
        elif is_too_old(article.published, self.plan, time.time()) and entry.record is None:
            self._refuse(entry, ArticleError("is older than limits.days", where=entry.address))
        elif self._is_full():
            self.outcome.left_over += 1
        elif self.outcome.dry:
            self._would_make(article, entry)
        else:
            self._begin(article, replace(entry, content_hash=found, title=article.title), before)

    def _leave(self, entry: Entry, before: Entry) -> None:
        self.outcome.unchanged += 1
        if entry != before:
            self.library.save(entry)

    def _twin(self, article: Article, entry: Entry) -> Entry | None:
        """The article that is already known at the canonical address of the page.

        Some sites give all their pages one canonical address: two pages are
        only believed to be the same when they have the same title.
        """
        twin = self.library.find(article.url) if article.url else None
        return twin if twin and twin.id != entry.id and twin.title == article.title else None

    def _begin(self, article: Article, entry: Entry, before: Entry) -> None:
        if entry.record is None and article.url:
            entry = self._named_for(article.url, entry)
        self._in_hand.append(_InHand(article, entry, before, self.maker.begin(article, entry)))
        while len(self._in_hand) > self.maker.ahead:
            self._settle_next()

    def _settle_next(self) -> None:
        """Wait for the article that was begun first, and bring it into the library."""
        one = self._in_hand.popleft()
        with self._answering_for(one.before):
            spoken, entry = one.speaking(), one.entry
            record = settle(spoken, one.article, entry, self.plan, number=self.library.next_number())
            made = replace(
                entry, state="ready", title=record.title, make_seconds=spoken.seconds, record=record
            )
            self.library.made(made)
            self._made += 1
            self._report_made(spoken, made, is_new=entry.record is None)

    def _settle_those_at(self, url: str | None) -> None:
        """Until nothing is in hand at an address of which the library is about to be asked."""
        while url and any(url in (one.article.url, one.entry.address) for one in self._in_hand):
            self._settle_next()

    def _named_for(self, url: str, entry: Entry) -> Entry:
        """A new article under its canonical address, and with the GUID of it, unless another has them."""
        known = self.library.find(url)
        if known and known.id != entry.id:
            return entry
        self.library.join(url, entry)
        return entry if self.library.with_guid(guid_of(url)) else replace(entry, guid=guid_of(url))

    def _report_made(self, spoken: Spoken, entry: Entry, *, is_new: bool) -> None:
        line = Line(
            "new" if is_new else "changed",
            entry.address,
            entry.title,
            entry.guid,
            seconds=round(entry.load_seconds + spoken.seconds, 3),
            duration=round(spoken.episode.duration, 3),
            utterances=spoken.utterances,
            cached=spoken.cached,
        )
        self.outcome.lines.append(line)
        logger.info(
            "%s: « %s », %.0f s of sound, %d of %d sentences from the cache (%.1f s)",
            line.deed, line.title, line.duration, line.cached, line.utterances, line.seconds,
        )  # fmt: skip

    def _would_make(self, article: Article, entry: Entry) -> None:
        self._made += 1
        self._report("changed" if entry.record else "new", replace(entry, title=article.title))

    def _refuse(self, entry: Entry, error: ArticleError) -> None:
        """Not an article: an episode of what it was before stays. What was said before is not said again."""
        if entry.error == str(error):
            self.outcome.unchanged += 1
            return
        kept = entry.state == "ready"
        entry = replace(entry, state=entry.state if kept else "refused", error=str(error))
        self.library.save(entry)
        self._report("kept" if kept else "refused", entry)

    def _put_off(self, entry: Entry, error: str) -> None:
        attempts = entry.attempts + 1
        entry = replace(entry, attempts=attempts, retry_at=time.time() + delay(attempts), error=error)
        self.library.save(entry)
        self._report("later", entry)

    def _report(self, deed: Deed, entry: Entry) -> None:
        self.outcome.lines.append(Line(deed, entry.address, entry.title, entry.guid, entry.error))
        level = logging.WARNING if deed in ("later", "kept", "refused") else logging.INFO
        logger.log(level, "%s: %s", deed, entry.error or f"{entry.address} « {entry.title} »")

    def _note_gone(self, entry: Entry, error: PageGone) -> None:
        if entry.state == "ready":
            self._gone.append(replace(entry, error=str(error)))
        else:
            self._refuse(entry, error)

    def _withdraw(self, looked_at: int) -> None:
        """Take the episodes out of the feed whose pages are gone."""
        gone, self._gone = self._gone, []
        if len(gone) > FEW and len(gone) * 2 > looked_at:
            error = f"{len(gone)} of {looked_at} articles seem to be gone at once: nothing is withdrawn"
            self.outcome.broken["pages"] = error
            logger.warning(error)
            return
        for entry in gone:
            unread = replace(entry, fingerprint="", etag="", last_modified="", content_hash="")
            self.library.save(replace(unread, state="withdrawn"))
            self._report("withdrawn", entry)

    def _is_full(self) -> bool:
        plan, most = self.plan, self.plan.most_episodes
        while most and self._in_hand and self._made + len(self._in_hand) >= most:
            self._settle_next()  # it may fail, and leave its place to another
        return bool(
            (most and self._made >= most)
            or (plan.most_time and time.monotonic() - self._began > plan.most_time)
        )


def _with_plain_url(article: Article) -> Article:
    """Its canonical address in the one spelling that feeds take (accents as %XX); None for another scheme."""
    try:
        url = str(parse_url(article.url)) if article.url else None
    except ArticleError:
        url = None
    return replace(article, url=url)


def _raise_for_disk(error: BaseException, plan: Plan) -> None:
    """A disk that is full or read-only may come to light in any library: it is no article's fault."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _DISK_FAULTS:
            what = f"the episode could not be written: {cause.strerror}"
            remedy = "check the space and the rights of the disk"
            raise PublishError(what, where=str(plan.library), remedy=remedy) from error
        cause = cause.__cause__ or cause.__context__
