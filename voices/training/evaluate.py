"""A voice measured on the held-out sentences, beside its teacher.

Any Piper voice of SAMPLE_RATE that tells its durations can be measured.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
import numpy.typing as npt

from voices.training import measure
from voices.training.dataset import symbols
from voices.training.export import SILENT
from voices.training.features import steady
from voices.training.prosody import contour
from voices.training.recipe import HOP, SAMPLE_RATE, Source
from voices.training.recordings import Recording

SCALES = (0.667, 1.0, 0.8)
SPEED_ROUNDS = 7
VOICED = 0.99
"""Between two sub-frames of the teacher, both must be voiced: at the edges no tracker knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """One utterance of the voice."""

    samples: npt.NDArray[np.float64]
    frames: list[int]
    """For each token of the recording."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the sentences, unless the name says otherwise."""

    sentences: int
    megabytes: float
    real_time_factor: float
    """Of the sentence of median length, on one thread."""
    log_mel: float
    envelope: float
    """The log-mel distance without what the pitch does to it."""
    pitch_median: float
    """Cents from the contour that was meant; ``pitch_rmse`` likewise."""
    pitch_rmse: float
    pitch_gross: float
    duration_error: float
    """Milliseconds a token."""
    duration_bias: float
    """Share by which the whole is longer than the teacher's."""
    dropped: int
    """Sounds of no length, in all."""
    clipped: int
    """Samples at the limit, in all."""
    roughness: float
    """Largest second difference over the level, against the teacher's: the worst sentence."""
    overall: float
    p808: float
    teacher_overall: float
    teacher_p808: float
    log_mel_at_teachers_pitch: float | None = None
    """``log_mel`` with exactly the teacher's tune in place of the voice's; only the recipe can measure it."""

    def table(self) -> str:
        """A line a figure."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        return "\n".join(f"{name:26} {value:.4g}" for name, value in known.items())


class Speaker:
    """A Piper voice in memory, on one thread."""

    def __init__(self, model: Path, session: Any = None) -> None:
        """``session`` where it is not to be computed as it stands in the file."""
        self.model = model
        self._session = session or _opened(model)
        self._ids = symbols()
        known = self._session.get_modelmeta().custom_metadata_map
        self.source: Source = "drawn" if known.get("tune") == "drawn" else "teacher"
        """Whose tune it means to sing: the teacher's, unless it says otherwise."""

    def speak(self, tokens: Sequence[str], length_scale: float = 1.0) -> Spoken:
        """Say tokens, ``^`` to ``$``, with Piper's padding between them."""
        ids = [number for token in tokens for number in (self._ids[token], 0)][:-1]
        samples, durations = self._session.run(
            None,
            {
                "input": np.array([ids], np.int64),
                "input_lengths": np.array([len(ids)], np.int64),
                "scales": np.array([SCALES[0], length_scale, SCALES[2]], np.float32),
            },
        )
        padded = durations.squeeze().astype(int)
        frames = padded[::2].copy()
        frames[:-1] += padded[1::2]
        return Spoken(samples.squeeze().astype(np.float64), frames.tolist())


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one sentence measured."""

    log_mel: float
    envelope: float
    pitch: measure.PitchError
    duration_error: float
    duration_bias: float
    dropped: int
    clipped: int
    roughness: float
    opinion: measure.Opinion
    teacher_opinion: measure.Opinion


def measured(spoken: Spoken, recording: Recording, source: Source) -> Sentence:
    """One utterance beside the teacher's; ``source`` says which tune was meant."""
    teacher = recording.samples / 32768
    ours, theirs = np.array(spoken.frames), recording.frames.astype(int)
    places = measure.warp(spoken.frames, theirs.tolist())
    meant, voiced = melody(spoken.frames, recording, source)
    sounds = np.array([token not in SILENT for token in recording.tokens])
    return Sentence(
        measure.mel_distance(spoken.samples, teacher, places),
        measure.envelope_distance(spoken.samples, teacher, places),
        measure.pitch_error(measure.pitch_of(spoken.samples), np.where(voiced, meant, 0.0)),
        float(np.abs(ours - theirs)[sounds].mean() * HOP / SAMPLE_RATE * 1000) if sounds.any() else 0.0,
        float(ours.sum() / theirs.sum() - 1),
        int(((ours == 0) & (theirs > 0) & sounds).sum()),
        measure.clipped(spoken.samples),
        measure.roughness(spoken.samples) / measure.roughness(teacher),
        measure.opinion(spoken.samples),
        measure.opinion(teacher),
    )


def _opened(model: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def evaluate(speaker: Speaker, recordings: Sequence[Recording]) -> Figures:
    """All figures of a voice on these sentences; the model says which tune was meant."""
    rows = [measured(speaker.speak(item.tokens), item, speaker.source) for item in recordings]
    return Figures(
        sentences=len(rows),
        megabytes=speaker.model.stat().st_size / 1e6,
        real_time_factor=real_time_factor(speaker, recordings),
        log_mel=fmean(row.log_mel for row in rows),
        envelope=fmean(row.envelope for row in rows),
        pitch_median=fmean(row.pitch.median for row in rows),
        pitch_rmse=fmean(row.pitch.rmse for row in rows),
        pitch_gross=fmean(row.pitch.gross for row in rows),
        duration_error=fmean(row.duration_error for row in rows),
        duration_bias=fmean(row.duration_bias for row in rows),
        dropped=sum(row.dropped for row in rows),
        clipped=sum(row.clipped for row in rows),
        roughness=max(row.roughness for row in rows),
        overall=fmean(row.opinion.overall for row in rows),
        p808=fmean(row.opinion.p808 for row in rows),
        teacher_overall=fmean(row.teacher_opinion.overall for row in rows),
        teacher_p808=fmean(row.teacher_opinion.p808 for row in rows),
    )


def at_teachers_pitch(voice: Any, recordings: Sequence[Recording]) -> float:
    """The log-mel distance of an ``export.Voice`` when it sings the teacher's tune in place of its own."""
    import torch

    table = symbols()
    found = []
    for item in recordings:
        ids = torch.tensor([[table[token] for token in item.tokens]])
        with torch.no_grad():
            drawn, _, frames = voice.plan(ids, torch.tensor([ids.shape[1]]), torch.tensor(1.0))
            places = measure.warp(frames.tolist(), item.frames.tolist())
            tune, _ = melody(frames.tolist(), item, "teacher")
            sung = torch.tensor(np.log(tune), dtype=torch.float32)
            samples = voice.sound(drawn, sung[None], 1.0)[0].double().numpy()
        found.append(measure.mel_distance(samples, item.samples / 32768, places))
    return fmean(found)


def melody(
    frames: Sequence[int], recording: Recording, source: Source
) -> tuple[measure.Array, npt.NDArray[np.bool_]]:
    """The tune that is meant when the tokens last ``frames``, in hertz, and where the teacher has voice."""
    logs, voiced = steady(recording.pitch.astype(float))
    fine = _fine(measure.warp(frames, recording.frames.tolist()))
    logs = contour(recording.tokens, frames) if source == "drawn" else measure.laid_under(logs, fine)
    return np.exp(logs), measure.laid_under(voiced.astype(float), fine) > VOICED


def real_time_factor(speaker: Speaker, recordings: Sequence[Recording]) -> float:
    """CPU seconds for a second of speech, of the sentence of median length: the best of ``SPEED_ROUNDS``."""
    chosen = sorted(recordings, key=lambda item: len(item.samples))[len(recordings) // 2]
    return min(_timed(speaker, chosen) for _ in range(SPEED_ROUNDS))


def compare(speakers: Sequence[Speaker], recordings: Sequence[Recording]) -> Iterator[float]:
    """Real-time factors of several voices, measured in turns so that other work weighs on all alike."""
    chosen = sorted(recordings, key=lambda item: len(item.samples))[len(recordings) // 2]
    rounds = [[_timed(speaker, chosen) for speaker in speakers] for _ in range(SPEED_ROUNDS)]
    return (median(column) for column in zip(*rounds, strict=True))


def save(figures: Figures, path: Path) -> None:
    """As JSON."""
    path.write_text(json.dumps(asdict(figures), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Figures:
    """What ``save`` wrote."""
    return Figures(**json.loads(path.read_text(encoding="utf-8")))


def _timed(speaker: Speaker, recording: Recording) -> float:
    began = time.process_time()
    spoken = speaker.speak(recording.tokens)
    return (time.process_time() - began) / (len(spoken.samples) / SAMPLE_RATE)


def _fine(places: measure.Array) -> measure.Array:
    """Places in sub-frames, two for one in frames."""
    return np.asarray(np.repeat(2 * places, 2) + np.tile([0.0, 1.0], len(places)))
