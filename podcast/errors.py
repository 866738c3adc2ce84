"""Every error that users meet, with its exit code (sysexits.h).

PodcastError        70   a fault of the program itself
├─ ArticleError     65   the input is not an article that can be spoken
├─ VoiceError       69   the voice, its model, licence or engine is not available
├─ SynthesisError   70   the engine failed on a sentence
├─ AudioError       70   assembling, encoding or tagging failed
├─ PublishError     74   writing the episode, the library or the feed failed
├─ FetchError       75   the source could not be fetched now: try again later
└─ ConfigError      78   a setting or a lexicon file is wrong
"""

from __future__ import annotations


class PodcastError(Exception):
    """One line for the user: what went wrong, where, and the remedy.

    ``where`` is a path, a URL, a line or a sentence; ``remedy`` says what to do.
    """

    exit_code = 70

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        text = f"{text} ({self.remedy})" if self.remedy else text
        return " ".join(text.split())

    def __reduce__(self) -> tuple[object, ...]:
        """Cross process borders with ``where`` and ``remedy``: they are keyword-only."""
        return _rebuild, (type(self), self.what, self.where, self.remedy)


def _rebuild(kind: type[PodcastError], what: str, where: str, remedy: str) -> PodcastError:
    return kind(what, where=where, remedy=remedy)


class ArticleError(PodcastError):
    """The input is not an article that can be spoken."""

    exit_code = 65


class VoiceError(PodcastError):
    """The voice, its model, its licence or its engine is not available."""

    exit_code = 69


class SynthesisError(PodcastError):
    """The engine failed on a sentence, or gave no audio."""

    exit_code = 70


class AudioError(PodcastError):
    """Assembling, encoding or tagging the episode failed."""

    exit_code = 70


class PublishError(PodcastError):
    """Writing the episode, the library or the feed failed."""

    exit_code = 74


class FetchError(PodcastError):
    """The source could not be fetched now; trying again later may help."""

    exit_code = 75


class ConfigError(PodcastError):
    """A setting or a lexicon file is wrong."""

    exit_code = 78
