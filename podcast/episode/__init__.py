"""From clips to an episode with chapters.

    clips ─► assemble ─► level ─► press ─► line ─► codec ─► bytes    stream.py: the one way
             pauses,     −16 LUFS  where   ≤ −1     MP3,              master.py: on a file, checked
             music                 it lies  dBTP     M4A, Opus         build.py: the whole folder

An MP3 is made in runs, from silence to silence (``lame``, ``mp3``); a run that is
known is not made again (``runs``), and a clip that is known is not even decoded
(``audio``, ``notes``). ``filters``, ``limiter`` and ``loudness`` are
what the line is made of, ``hearing`` measures what was encoded, where ``doubt`` wants it. Beside the
sound: ``timeline`` and ``chapters`` (when what is heard), ``transcript``,
``page``, ``cover`` and ``tags`` (what is shown), ``folder`` (whole or not at all),
``stored`` (not made again). ``sound`` holds the settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast.episode.folder import slug
from podcast.episode.sound import MIME_TYPES, Format, Sound
from podcast.episode.stored import DISCLOSURE, Trace, name_in, stored_episode
from podcast.later import imported_from

if TYPE_CHECKING:
    from podcast.episode.build import build_episode
    from podcast.episode.stream import EpisodeStream
    from podcast.episode.timeline import Moment

__all__ = [
    "DISCLOSURE",
    "MIME_TYPES",
    "EpisodeStream",
    "Format",
    "Moment",
    "Sound",
    "Trace",
    "build_episode",
    "name_in",
    "slug",
    "stored_episode",
]

_MAKERS = {
    "build_episode": "podcast.episode.build",
    "EpisodeStream": "podcast.episode.stream",
    "Moment": "podcast.episode.timeline",
}
"""What needs numpy: imported when it is asked for, so that an episode is known again without it."""

__getattr__ = imported_from(_MAKERS, __name__)
