"""What Piper voices measure on forty sentences, beside the teacher of the bundled one.

    python -m benchmarks.voice [VOICE …] [--pictures FOLDER] [--stress]

VOICE is an installed key, which is computed as the program does it, or the
path of an .onnx file, which is computed as it stands (default: the bundled
voice, in both ways). The sentences, ``voices/training/text/held-out.txt``, are no part of
any training; the teacher is espeak-ng as the recipe uses it. Prints the
figures of ``voices.training.evaluate``, the voices in columns, the real-time
factor measured in turns; ``--stress`` adds texts that break voices, and
``--pictures`` draws ten sentences, teacher above, voices below.

The pitch is compared with the tune that was meant: the teacher's, unless the model
says that its own was drawn by the recipe's rules. Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from podcast.speech import find_voice
from podcast.speech.piper import session_of
from voices.training import measure
from voices.training.align import MismatchError
from voices.training.corpus import Line, build
from voices.training.evaluate import Figures, Speaker, compare, evaluate, melody
from voices.training.recipe import FULL, HOP, SAMPLE_RATE
from voices.training.recordings import Recording, record
from voices.training.teacher import Teacher

PICTURED = 10
COLOURS = 40

STRESS = {
    "one word": "Oui.",
    "one letter": "À.",
    "digits": "3 141 592 653, 0,5 %, 12 h 45, +33 6 12 34 56 78, 1 000 000 000 000.",
    "date": "Le 14/07/1789, M. Dupont, né en 1960, gagna 3,5 M€.",
    "foreign names": "Volodymyr Zelensky, Xi Jinping, Erdoğan, Schwarzenegger, Björk à Reykjavik.",
    "English": "The quick brown fox jumps over the lazy dog.",
    "acronyms": "L'ONU, l'OTAN, le SMIC, la SNCF, le CNRS et l'URSSAF.",
    "capitals": "ATTENTION DANGER.",
    "an address": "https://www.exemple.fr/page?id=3&x=%20",
    "one word sixty times": "non " * 60 + ".",
    "consonants": "Brrr pfff tsss krk.",
    "one vowel": "a" * 40 + ".",
    "Arabic": "مرحبا بالعالم.",
    "Chinese": "你好世界.",
    "400 words": " ".join(
        f"{'le' if i % 2 else 'un'} {word}{',' if i % 7 == 6 else ''}"
        for i, word in zip(range(200), ("vent", "quai", "chantier", "orage", "fleuve") * 40, strict=True)
    )
    + ".",
}
"""Said whole, or not said at all where espeak-ng hears nothing."""


def speaker_of(voice: str) -> Speaker:
    if voice.endswith(".onnx"):
        return Speaker(Path(voice))
    found = find_voice(voice)
    return Speaker(Path(found.model), session_of(found))


def columns(names: Sequence[str], figures: Sequence[Figures], speeds: Sequence[float]) -> Iterator[str]:
    rows = [asdict(figure) for figure in figures]
    yield " ".join([f"{'':18}", *(f"{name[-24:]:>26}" for name in names)])
    for name in rows[0]:
        if rows[0][name] is not None:
            yield " ".join([f"{name:18}", *(f"{row[name]:26.4g}" for row in rows)])
    yield " ".join([f"{'rtf, in turns':18}", *(f"{speed:26.4g}" for speed in speeds)])


def stress(speaker: Speaker, teacher: Teacher) -> Iterator[str]:
    """A line a text: its length and the teacher's, its peak, its sharpest step against the teacher's."""
    for name, text in STRESS.items():
        said, skipped = [], 0
        for sentence in teacher.phonemes(text):
            try:
                said.append(speaker.speak(["^", *sentence, "$"]))
            except KeyError:
                skipped += 1
        samples = np.concatenate([spoken.samples for spoken in said]) if said else np.zeros(1)
        exact = all(len(spoken.samples) == sum(spoken.frames) * HOP for spoken in said)
        sound = teacher.speak(text)[0] / 32768
        step = measure.roughness(samples) / (measure.roughness(sound) or 1.0)
        yield (
            f"{name:22} {len(samples) / SAMPLE_RATE:7.2f} s, teacher {len(sound) / SAMPLE_RATE:7.2f} s, "
            f"peak {np.abs(samples).max():.2f}, step {step:.2f}, finite {np.isfinite(samples).all()}, "
            f"durations add up {exact}, ends at {np.abs(samples[-64:]).max():.4f}"
            + (f", {skipped} not said" if skipped else "")
        )


def draw(speakers: Sequence[Speaker], recordings: Sequence[Recording], folder: Path) -> None:
    """Spectrograms with the pitch that is heard (dots) and the one that was meant (line)."""
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    for number, recording in enumerate(recordings[:: max(1, len(recordings) // PICTURED)][:PICTURED], 1):
        figure = Figure(figsize=(11, 2.6 * (1 + len(speakers))), layout="constrained")
        panels = figure.subplots(1 + len(speakers), 1, squeeze=False)[:, 0]
        _panel(panels[0], recording.samples / 32768, "espeak-ng")
        for panel, speaker in zip(panels[1:], speakers, strict=True):
            spoken = speaker.speak(recording.tokens)
            tune, _ = melody(spoken.frames, recording, speaker.source)
            _panel(panel, spoken.samples, speaker.model.stem, tune)
        figure.suptitle(recording.line.text, fontsize=9)
        _save(figure, folder / f"voice-{number:02d}.png")


def _save(figure: Any, path: Path) -> None:
    """In few colours and few bytes."""
    from PIL import Image

    drawn = BytesIO()
    figure.savefig(drawn, dpi=50)
    Image.open(drawn).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


def _panel(panel: Any, samples: measure.Array, title: str, tune: measure.Array | None = None) -> None:
    hiss = 1e-6 * np.random.default_rng(0).standard_normal(len(samples))
    panel.specgram(samples + hiss, NFFT=512, noverlap=384, Fs=SAMPLE_RATE, vmin=-120, vmax=-30, cmap="magma")
    panel.set_title(title, fontsize=8, loc="left")
    scale = panel.twinx()
    pitch = measure.pitch_of(samples)
    for line, style in ((np.where(pitch > 0, pitch, np.nan), "c."), (tune, "w-")):
        if line is not None:
            scale.plot(np.arange(len(line)) * HOP / 2 / SAMPLE_RATE, line, style, ms=1.5, lw=0.7)
    scale.set_ylim(50, 250)
    scale.set_xlim(0, len(samples) / SAMPLE_RATE)


def recorded(lines: Sequence[Line], teacher: Teacher) -> list[Recording]:
    found = []
    for line in lines:
        try:
            found.append(record(line, teacher, FULL.sound))
        except MismatchError as error:
            print(f"not measured: {line.text} ({error})")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    both = [FULL.key, find_voice(FULL.key).model]
    parser.add_argument("voices", nargs="*", default=both)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--stress", action="store_true")
    options = parser.parse_args()
    teacher = Teacher(FULL.sound)
    recordings = recorded(build(FULL.text).held_out, teacher)
    speakers = [speaker_of(voice) for voice in options.voices]
    figures = [evaluate(speaker, recordings) for speaker in speakers]
    print("\n".join(columns(options.voices, figures, list(compare(speakers, recordings)))))
    for voice, speaker in zip(options.voices, speakers, strict=True) if options.stress else ():
        print(f"\n{voice}\n" + "\n".join(stress(speaker, teacher)))
    if options.pictures:
        draw(speakers, recordings, options.pictures)


if __name__ == "__main__":
    main()
