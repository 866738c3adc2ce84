"""What the sources name, against what the library knows: the articles to look at."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from podcast.article.listing import Listed, list_source
from podcast.errors import ArticleError, FetchError
from podcast.publish.entry import Entry, Newcomer
from podcast.publish.library import Library
from podcast.run.look import is_web, policy_for
from podcast.run.plan import DAY, Plan
from podcast.run.report import Outcome

logger = logging.getLogger(__name__)

WATCHED = 7 * DAY
"""Seconds after its last change for which an episode's page is asked for though no source names it."""
MOST_WATCHED = 200
"""Such pages that one run asks for, the longest unasked first."""
CALM = DAY / 4
"""Seconds between two looks at a page of somebody else's site, unless its source says that it changed."""
FIRST_DELAY = 600.0
LONGEST_DELAY = DAY


@dataclass(slots=True)
class Listing:
    """What all sources together name; one that could not be read is not among them."""

    articles: dict[str, Listed] = field(default_factory=dict)
    """By address."""
    sources: dict[str, str] = field(default_factory=dict)
    """``Source.where`` by address."""
    folders: set[str] = field(default_factory=set)
    """Sources whose articles are files: what they do not name is gone."""


def list_all(plan: Plan, outcome: Outcome) -> Listing:
    """Ask every source; one that fails is noted in ``outcome`` and stops nobody."""
    listing = Listing()
    if not plan.sources:
        logger.warning("podcast.toml names no [[sources]]: there is nothing to look for")
    for source in plan.sources:
        began = time.perf_counter()
        policy = policy_for(source.where, plan.settings.policy)
        try:
            found = list_source(source, folder=plan.folder, policy=policy)
        except (ArticleError, FetchError) as error:
            logger.warning("source left out: %s", error)
            outcome.broken[source.where] = str(error)
            continue
        logger.info("%s names %d articles (%.1f s)", source.where, len(found), time.perf_counter() - began)
        outcome.sources[source.where] = len(found)
        if source.kind == "folder":
            listing.folders.add(source.where)
        for listed in found:
            listing.articles.setdefault(listed.address, listed)
            listing.sources.setdefault(listed.address, source.where)
    return listing


def take_up(listing: Listing, library: Library, plan: Plan, now: float) -> None:
    """Put into the library what the sources name and it does not know."""
    for address, number in _moves(listing, library.addresses()).items():
        logger.info("an article moved to %s", address)
        library.move(address, number)
    library.add(*_newcomers(listing, library.addresses(), plan, now))


def _newcomers(listing: Listing, known: dict[str, int], plan: Plan, now: float) -> list[Newcomer]:
    """The articles that the library has never seen and that are not too old to be taken up."""
    return [
        Newcomer(address, listing.sources[address], date_of(listed), name_of(listing, listed))
        for address, listed in listing.articles.items()
        if address not in known and not is_too_old(listed.updated, plan, now)
    ]


def _moves(listing: Listing, known: dict[str, int]) -> dict[str, int]:
    """New addresses of known articles: their sources give them the same name as before."""
    still_there = {known[address] for address in listing.articles if address in known}
    names = Counter(name_of(listing, listed) for listed in listing.articles.values())
    return {
        address: known[name]
        for address, listed in listing.articles.items()
        if address not in known
        and (name := name_of(listing, listed)) in known
        and names[name] == 1
        and known[name] not in still_there
    }


def to_look_at(listing: Listing, library: Library, plan: Plan, now: float) -> list[Entry]:
    """The articles whose pages this run asks for: known ones first, then those waiting, newest first."""
    known = library.addresses()
    listed = {known[address] for address in listing.articles if address in known}
    entries = [entry for entry in library.entries() if is_due(entry, now)]
    waiting = [entry for entry in entries if entry.state == "waiting"]
    told = [e for e in entries if e.id in listed and _is_worth_asking(e, listing, plan, now)]
    untold = [e for e in entries if e.id not in listed and _is_watched(e, listing, plan, now)]
    untold.sort(key=lambda entry: entry.checked_at)
    waiting.sort(key=lambda entry: entry.listed, reverse=True)
    return [*told, *untold[:MOST_WATCHED], *waiting]


def is_due(entry: Entry, now: float) -> bool:
    """Whether its last failure is long enough ago; a clock that was set back keeps nobody waiting."""
    return entry.retry_at <= now or entry.retry_at > now + LONGEST_DELAY


def delay(attempts: int) -> float:
    """Seconds to wait after so many failures: none after the first, then longer and longer."""
    return 0.0 if attempts <= 1 else min(FIRST_DELAY * 2 ** min(attempts - 2, 20), LONGEST_DELAY)


def is_too_old(published: datetime | None, plan: Plan, now: float) -> bool:
    """Whether an article of that date is left alone."""
    return bool(plan.oldest and published and published.timestamp() < now - plan.oldest)


def date_of(listed: Listed) -> str:
    """When its source says that the article was touched, for ``Entry.listed``."""
    return listed.updated.astimezone(UTC).isoformat() if listed.updated else ""


def name_of(listing: Listing, listed: Listed) -> str:
    """What its source calls the article, for ``Newcomer.name``."""
    if listed.identity in ("", listed.address):
        return ""
    return f"{listing.sources[listed.address]} {listed.identity}"


def is_calm(address: str, plan: Plan) -> bool:
    """Whether the page stands on somebody else's site, which is not asked for it at every run."""
    return is_web(address) and policy_for(address, plan.settings.policy).min_interval > 0


def _is_worth_asking(entry: Entry, listing: Listing, plan: Plan, now: float) -> bool:
    if entry.state not in ("ready", "refused", "withdrawn"):
        return False
    item = listing.articles.get(entry.address)
    return bool(item and date_of(item) != entry.listed) or not _is_fresh(entry, plan, now)


def _is_watched(entry: Entry, listing: Listing, plan: Plan, now: float) -> bool:
    """A feed forgets its older articles: whether they are still there is seen from their pages."""
    if entry.state != "ready" or entry.record is None:
        return False
    if not is_web(entry.address):
        return entry.source in listing.folders
    if not entry.fingerprint:
        return True  # to be read anew: asked for by hand, or found again on disk
    return now - entry.record.updated.timestamp() < WATCHED and not _is_fresh(entry, plan, now)


def _is_fresh(entry: Entry, plan: Plan, now: float) -> bool:
    """Whether what is known of the page will do for now."""
    calm = is_calm(entry.address, plan) and bool(entry.fingerprint)
    return calm and 0 <= now - entry.checked_at < CALM
