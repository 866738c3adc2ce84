"""Where the processor's time goes: each stage of the way alone, in one process, on the same sentences.

The voice, which is open already, speaks the sentences of a made-up article
once; what it said is then assembled, levelled, encoded and measured in every
format. It also tells what coding adds to the true peak, which
``podcast.episode.stream.HEADROOM`` allows for.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from podcast import pipeline, speech
from podcast.bench.plan import Findings, Plan, workshop
from podcast.bench.results import Run
from podcast.episode import Format, Sound
from podcast.episode.assemble import assemble
from podcast.episode.audio import Loaded
from podcast.episode.codec import Encoder, coded_rate, open_encoder
from podcast.episode.hearing import measure as measure_file
from podcast.episode.level import Leveller
from podcast.episode.line import Line
from podcast.episode.loudness import PeakMeter
from podcast.episode.notes import Notes
from podcast.episode.press import Press
from podcast.episode.stream import ceiling_of
from podcast.settings import Settings
from podcast.types import Clip, Engine, Samples, Utterance, Voice

NAME = "stages"
FORMATS: tuple[Format, ...] = ("mp3", "m4a", "opus")
MINUTES = 3.0
"""Of sound: a stage costs the same, whatever came before."""


def measure(plan: Plan) -> Findings:
    """``cpu`` and ``audio`` of each stage with the first voice; ``added``, in dB, of each format."""
    name, voice = next(iter(plan.known().items()))
    plan.tell(f"{NAME}: {voice.key}")
    spent: dict[str, float] = {}
    with workshop(voice, name, plan.length(voice, min(MINUTES, plan.minutes))) as job:
        settings = Settings(voice=name, force=True)
        with _spent(spent, "clean"):
            article = pipeline.load(str(job().text), settings)
        with _spent(spent, "read"):
            utterances = list(pipeline.read(pipeline.script(article), settings))
    with closing(speech.open_engine(voice)) as engine, _spent(spent, "speak"):
        clips = list(_spoken(utterances, voice, engine))
    seconds = sum(clip.samples.size / clip.sample_rate for clip in clips)
    seconds += sum(utterance.pause_after for utterance in utterances)
    for stage, cpu in spent.items():
        yield Run(NAME, voice.key, stage, {"cpu": cpu, "audio": seconds})
    for fmt in FORMATS:
        spent, added = _mastered(clips, fmt)
        for stage, cpu in spent.items():
            yield Run(NAME, voice.key, f"{stage} {fmt}", {"cpu": cpu, "audio": seconds})
        yield Run(NAME, voice.key, f"true peak {fmt}", {"added": added})


def _spoken(utterances: list[Utterance], voice: Voice, engine: Engine) -> Iterator[Clip]:
    for utterance in utterances:
        text = (voice.speaks_ipa and utterance.phonemic) or utterance.text
        samples = np.concatenate([chunk.samples for chunk in engine.stream(text)])
        yield Clip(utterance, Loaded(samples), engine.sample_rate, 0.0, cached=False)


def _mastered(clips: list[Clip], fmt: Format) -> tuple[dict[str, float], float]:
    """CPU seconds of each stage, and dB that coding has added to the true peak."""
    sound, spent = Sound(), dict[str, float]()
    rate = coded_rate(fmt, clips[0].sample_rate)
    ceiling, levelled = ceiling_of(sound, fmt), _Levelled()
    with tempfile.TemporaryDirectory(prefix="podcast-bench-") as folder:
        path = Path(folder, f"stages.{fmt}")
        with _spent(spent, "assemble"):
            pieces = list(assemble(clips, sound, rate))
        with _spent(spent, "level"):
            line = Line(levelled, rate, ceiling)
            leveller = Leveller(
                rate, target=sound.loudness, ceiling=ceiling, output=line.output, notes=Notes(rate)
            )
            line.on_run, press = leveller.learn, Press(line, rate)
            for piece in pieces:
                press.add(piece, leveller.level(piece))
        with _spent(spent, "encode"), path.open("wb") as sink:
            levelled.play(open_encoder(sink, fmt, sample_rate=rate, bit_rate=sound.bits(fmt)))
        with _spent(spent, "measure"):
            _loudness, after = measure_file(path)
    meter = PeakMeter()
    for samples in levelled.sounds:
        meter.add(samples)
    return spent, after - meter.true_peak()


class _Levelled:
    """Takes the place of an encoder, and keeps what comes to it."""

    def __init__(self) -> None:
        self.sounds: list[Samples] = []
        self._rests: list[int] = []
        """Samples of silence after each of them."""

    def write(self, samples: Samples) -> None:
        self.sounds.append(samples)
        self._rests.append(0)

    def rest(self, count: int) -> int:
        self._rests[-1] += count
        return count

    def close(self) -> None:
        """Nothing is held."""

    def play(self, encoder: Encoder) -> None:
        """All of it again, to a real one."""
        for samples, rest in zip(self.sounds, self._rests, strict=True):
            encoder.write(samples)
            if rest:
                encoder.rest(rest)
        encoder.close()


@contextmanager
def _spent(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Adds what this process burns meanwhile."""
    began = time.process_time()
    yield
    seconds[name] = time.process_time() - began
