"""From clips to an episode with chapters."""

from podcast.episode.build import build_episode
from podcast.episode.sound import Format, Sound
from podcast.episode.stream import EpisodeStream, stream_episode
from podcast.episode.timeline import Moment

__all__ = ["EpisodeStream", "Format", "Moment", "Sound", "build_episode", "stream_episode"]
