"""Every number that the training depends on; two presets."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Literal

SAMPLE_RATE = 22050
"""Hertz, of the teacher and of the voice."""

HOP = 256
"""Samples in a frame: the unit of durations, and what ``hop_length`` tells Piper."""

SUBFRAME = 128
"""Samples in a sub-frame: the unit of pitch and envelopes; two to a frame."""

HARMONIC_BANDS = 64
NOISE_BANDS = 32


Source = Literal["teacher", "drawn"]
"""Whose tune the voice sings: the teacher's, or the one that ``prosody`` draws."""


@dataclass(frozen=True, slots=True)
class Text:
    """How much text there is; ``counts`` says how many utterances of each kind the grammar adds."""

    seed: int = 11
    written: int | None = None
    """Hand-written sentences to use; None for all."""
    development: int = 24
    """Hand-written sentences kept out of the training, for the figures in its log."""
    counts: dict[str, int] = field(
        default_factory=lambda: {
            "sentence": 1900,
            "long": 250,
            "question": 280,
            "exclamation": 110,
            "title": 150,
            "short": 260,
        }
    )
    held_out: int | None = None
    """How many of the sentences of ``held-out.txt`` are measured; None for all."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The teacher: espeak-ng's French with the timbre of one of its variants."""

    variant: str = "fr+Diogo"
    rate: int = 155
    """Words a minute, as espeak-ng counts them."""
    title_rate: int = 140
    """A title is read more slowly."""
    pitch: int = 50
    pitch_range: int = 50


@dataclass(frozen=True, slots=True)
class Size:
    """Widths and depths of the student."""

    token: int = 192
    recurrent: int = 96
    frame: int = 256
    token_blocks: int = 3
    frame_blocks: int = 6


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the training: a learning rate that rises, then falls along a cosine to its fiftieth."""

    steps: int
    batch: int
    crop: int
    """Frames of each utterance that are decoded in a step."""
    rate: float
    warm_up: int = 100


@dataclass(frozen=True, slots=True)
class Melody:
    """The network of the tune and its training."""

    source: Source = "teacher"
    width: int = 96
    steps: int = 4000
    batch: int = 16
    rate: float = 2e-3
    checkpoint_every: int = 200


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes one voice; two equal recipes make the same voice on the same machine."""

    name: str = "full"
    key: str = "fr_FR-gazette-draft"
    seed: int = 5
    text: Text = field(default_factory=Text)
    sound: Sound = field(default_factory=Sound)
    size: Size = field(default_factory=Size)
    features: Phase = field(default_factory=lambda: Phase(2300, 16, 192, 1.4e-3))
    """First the student learns durations, pitch and envelopes, by L1 distance."""
    waveform: Phase = field(default_factory=lambda: Phase(4200, 12, 96, 6e-4))
    """Then also the sound itself, by its spectra at four resolutions."""
    melody: Melody = field(default_factory=Melody)
    checkpoint_every: int = 100
    """Steps; what a broken-off run has to do again at most."""
    gain: float = 1.4
    flutter: float = 0.004
    """Depth of each of the three sines of Klatt's slow pitch drift."""

    jitter: float = 0.003
    """Standard deviation of the pitch from one sub-frame to the next, as a share of it."""

    dispersion: float = 0.003
    """Seconds over which a pulse is spread (see ``synthesis``)."""

    def hash(self, *parts: str) -> str:
        """Of the named fields: what a stage depends on."""
        chosen = {part: value for part, value in asdict(self).items() if part in parts}
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]


FULL = Recipe()

SMOKE = Recipe(
    name="smoke",
    text=Text(
        written=4,
        development=2,
        counts={"sentence": 4, "question": 1, "title": 1, "short": 2},
        held_out=2,
    ),
    size=Size(token=32, recurrent=16, frame=32, token_blocks=1, frame_blocks=1),
    features=Phase(6, 4, 64, 1e-3, warm_up=2),
    waveform=Phase(4, 4, 32, 5e-4, warm_up=2),
    melody=Melody(width=16, steps=6, batch=4, checkpoint_every=3),
    checkpoint_every=2,
)
"""The whole chain on a few sentences, in seconds: it says nothing, but through every stage."""

PRESETS = {recipe.name: recipe for recipe in (FULL, SMOKE)}
