"""French as it is said, not as it is written."""

from podcast.french.normalize import normalize
from podcast.french.pauses import Pauses
from podcast.french.remembered import Memory
from podcast.french.utterances import Reading, utterances

__all__ = ["Memory", "Pauses", "Reading", "normalize", "utterances"]
