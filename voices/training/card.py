"""The finished voice in its folder: model, description, model card and two samples."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from string import Template

import numpy as np

from podcast.episode.loudness import LoudnessMeter
from voices.training.evaluate import Figures, Speaker
from voices.training.recipe import SAMPLE_RATE, Recipe, Source
from voices.training.recordings import Recording

HERE = Path(__file__).parent
SAMPLES = {"sample-news": ("long", "statement", "number"), "sample-question": ("title", "quote", "question")}
"""The two samples: the first held-out sentence of each kind, one after the other."""

GAP = 0.45
"""Seconds between the sentences of a sample."""

ATTRIBUTION = (
    "Voix « gazette », ébauche hors ligne du projet podcast, "
    "apprise de la parole de synthèse d'espeak-ng 1.52"
)

LEARNT: dict[Source, str] = {
    "teacher": """\
Durations, timbre and tune are learnt from espeak-ng. The recipe can also draw the tune, from the rules of
French intonation (`Melody.source`, `voices/training/prosody.py`): DNSMOS gave a voice that sang that one 0.07
more overall, on the same sentences, and it lay 0.1 further from the teacher in log-mel distance. Nobody has
listened to both.""",
    "drawn": """\
Durations and timbre are learnt from espeak-ng; the tune is not: it is drawn from the rules of French
intonation (`voices/training/prosody.py`): accentual phrases, a rise before a comma, a fall at the end of a
statement, a high rise at the end of a question unless a question word has told it already.""",
}
LIMITS: dict[Source, str] = {
    "teacher": """\
- Its tune is espeak-ng's: up at the first accent of a clause, then sinking, each time alike.""",
    "drawn": """\
- A question rises unless a question word is its very first: « Mais alors, qui paiera ? » rises.""",
}
"""What the card says of where the tune comes from, and of its limits."""

SILENCE = -70.0
"""LUFS of what is too quiet or too short to have a loudness."""


def finish(
    recipe: Recipe, model: Path, figures: Figures, recordings: list[Recording], hours: float, folder: Path
) -> None:
    """Fill ``folder`` with the voice; ``recordings`` are the held-out ones, ``hours`` what it learnt from."""
    folder.mkdir(parents=True, exist_ok=True)
    speaker = Speaker(model)
    facts = {
        "key": recipe.key,
        "parameters": f"{parameters(recipe)[0] / 1e6:.2f} M",
        "tune": f"{parameters(recipe)[1] / 1e6:.2f} M",
        "rate": f"{SAMPLE_RATE:,}",
        "hours": f"{hours:.1f}",
        "learnt": LEARNT[recipe.melody.source],
        "limits": LIMITS[recipe.melody.source],
        "variant": recipe.sound.variant.partition("+")[2],
        "attribution": ATTRIBUTION,
        "loudness": f"{loudness(speaker, recordings):.1f}",
        "steps": f"{recipe.features.steps + recipe.waveform.steps + recipe.melody.steps:,}",
        "figures": _figures(figures),
        "sentences": str(figures.sentences),
        "rtf": f"{figures.real_time_factor:.3f}",
        "mels": f"{figures.log_mel:.3f}",
    }
    for path in (model, model.with_name(f"{model.name}.json")):
        shutil.copyfile(path, folder / path.name)
        name = path.name.removeprefix(recipe.key).strip(".").replace(".", "_")
        facts[f"{name}_size"] = str(path.stat().st_size)
        facts[f"{name}_hash"] = hashlib.sha256(path.read_bytes()).hexdigest()
    for target, template in (("voice.toml", "voice.toml.in"), ("MODEL_CARD.md", "model-card.md.in")):
        text = Template((HERE / template).read_text(encoding="utf-8")).substitute(facts)
        (folder / target).write_text(text, encoding="utf-8")
    for name, kinds in SAMPLES.items():
        _write_sample(speaker, recordings, kinds, folder / f"{name}.mp3")


def parameters(recipe: Recipe) -> tuple[int, int]:
    """How many weights the student and the tune have."""
    from voices.training.model import Student
    from voices.training.tune import Tune

    student, tune = Student(recipe.size), Tune(recipe.melody.width)
    return sum(w.numel() for w in student.parameters()), sum(w.numel() for w in tune.parameters())


def loudness(speaker: Speaker, recordings: list[Recording]) -> float:
    """Of the bare voice over all sentences, in LUFS."""
    meter = LoudnessMeter(SAMPLE_RATE)
    for recording in recordings:
        meter.add(speaker.speak(recording.tokens).samples.astype(np.float32))
    return meter.integrated() or SILENCE


def _write_sample(speaker: Speaker, recordings: list[Recording], kinds: tuple[str, ...], path: Path) -> None:
    import soundfile

    chosen = [next((r for r in recordings if r.line.kind == kind), None) for kind in kinds]
    said = [speaker.speak(recording.tokens).samples for recording in chosen if recording]
    silence = np.zeros(int(GAP * SAMPLE_RATE))
    parts = [part for samples in said or [silence] for part in (samples, silence)]
    soundfile.write(path, np.concatenate(parts), SAMPLE_RATE, format="MP3")


def _figures(figures: Figures) -> str:
    """The table of the card."""
    rows = (
        ("DNSMOS, overall (1 to 5)", figures.overall, figures.teacher_overall, ".2f"),
        ("DNSMOS, P.808 (1 to 5)", figures.p808, figures.teacher_p808, ".2f"),
        ("log-mel distance to the teacher, as spoken", figures.log_mel, None, ".3f"),
        (
            "the same, sung to the teacher's very tune",
            figures.log_mel_at_teachers_pitch or 0.0,
            None,
            ".3f",
        ),
        ("the same, of the envelopes alone", figures.envelope, None, ".3f"),
        ("pitch, median distance to the tune that was meant, cents", figures.pitch_median, None, ".1f"),
        ("pitch, root mean square of it, cents", figures.pitch_rmse, None, ".1f"),
        ("duration of a sound, mean distance to the teacher, ms", figures.duration_error, None, ".1f"),
        ("length of a sentence against the teacher's", figures.duration_bias, None, "+.1%"),
        ("sounds that were dropped", figures.dropped, None, "d"),
        ("clipped samples", figures.clipped, None, "d"),
        ("sharpest step against the teacher's, worst sentence", figures.roughness, None, ".2f"),
        ("CPU seconds for a second of speech, one thread", figures.real_time_factor, None, ".4f"),
    )
    lines = ["| | this voice | its teacher |", "|---|---|---|"]
    for name, ours, theirs, form in rows:
        lines.append(f"| {name} | {ours:{form}} | {'' if theirs is None else f'{theirs:{form}}'} |")
    return "\n".join(lines)
