"""What assembling, levelling, encoding and checking cost, stage by stage.

    python benchmarks/encoding.py [--minutes 10] [--format mp3] [--json]

CPU seconds per second of sound, on the bundled voice; a voice of 15 M
parameters costs about 0.07, and all of this may cost a quarter of that at
most, 0.0175. Also prints what coding adds to the true peak, which
``podcast.episode.stream.HEADROOM`` allows for.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import numpy as np

from podcast.episode import Format, Sound, build_episode
from podcast.episode.assemble import assemble
from podcast.episode.codec import coded_rate, open_encoder
from podcast.episode.hearing import measure
from podcast.episode.level import Leveller
from podcast.episode.loudness import PeakMeter
from podcast.episode.stream import HEADROOM
from podcast.speech import installed_voices, open_engine
from podcast.types import Article, Block, Clip, Show, Utterance

SENTENCES = (
    "Le conseil a voté mardi soir un budget en hausse, sans augmenter les impôts.",
    "La majorité parle d'un effort de longue haleine.",
    "Au nord de la ville, les parents d'élèves se relaient devant la grille depuis la rentrée.",
    "Pourquoi attendre encore, demandent-ils ?",
    "Le département, qui paie le tiers des travaux, n'a pas encore donné son accord.",
    "Trois ponts seront élargis.",
    "Les commerçants s'inquiètent des places qui disparaissent, rue après rue, dans le centre ancien.",
    "Une réunion publique aura lieu jeudi à vingt heures, à la salle des fêtes.",
)
BUDGET = 0.0175


def clips(seconds: float) -> Iterator[Clip]:
    """The sentences in turn, spoken once each, until there is enough."""
    voice = installed_voices()[0]
    engine = open_engine(voice)
    spoken = [np.concatenate([chunk.samples for chunk in engine.stream(text)]) for text in SENTENCES]
    heard = 0.0
    for index, (text, samples) in enumerate(cycle(zip(SENTENCES, spoken, strict=True))):
        if heard >= seconds:
            return
        utterance = Utterance(index, index // len(SENTENCES), (0, len(text)), text, 0.4)
        yield Clip(utterance, samples, engine.sample_rate, 0.0, cached=False)
        heard += samples.size / engine.sample_rate + 0.4


def stages(spoken: list[Clip], fmt: Format, folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """CPU seconds of each stage alone, and the peaks before and after coding."""
    sound = Sound()
    rate = coded_rate(fmt, spoken[0].sample_rate)
    path = folder / f"stages.{fmt}"
    leveller = Leveller(rate, target=sound.loudness, ceiling=sound.true_peak - HEADROOM[fmt])
    seconds: dict[str, float] = {}
    with spent(seconds, "assemble"):
        pieces = list(assemble(spoken, sound, rate))
    with spent(seconds, "level"):
        levelled = [leveller.level(piece)[0] for piece in pieces]
    with spent(seconds, "encode"), path.open("wb") as sink:
        encoder = open_encoder(sink, fmt, sample_rate=rate, bit_rate=sound.bits(fmt))
        for samples in levelled:
            encoder.write(samples)
        encoder.close()
    with spent(seconds, "measure"):
        loudness, peak = measure(path)
    meter = PeakMeter()
    for samples in levelled:
        meter.add(samples)
    return seconds, {"loudness": loudness, "peak_before": meter.true_peak(), "peak_after": peak}


def whole(spoken: list[Clip], fmt: Format, folder: Path) -> tuple[float, float]:
    """CPU seconds of ``build_episode``, and seconds of sound."""
    script = [Block("paragraph", " ".join(SENTENCES))] * (len(spoken) // len(SENTENCES) + 1)
    article = Article("Mesure", tuple(script))
    seconds: dict[str, float] = {}
    with spent(seconds, "all"):
        episode = build_episode(
            article=article, script=script, clips=spoken, show=Show(), output=folder, fmt=fmt
        )
    return seconds["all"], episode.duration


@contextmanager
def spent(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.process_time()
    yield
    seconds[name] = time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--format", choices=HEADROOM, default="mp3")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    spoken = list(clips(60 * options.minutes))
    with tempfile.TemporaryDirectory() as folder:
        whole(spoken[:8], options.format, Path(folder))  # imports and first uses
        costs, levels = stages(spoken, options.format, Path(folder))
        total, duration = whole(spoken, options.format, Path(folder))
    rates = {name: cost / duration for name, cost in costs.items()}
    rates["build_episode"] = total / duration
    if options.json:
        print(json.dumps({"format": options.format, "duration": duration, "cpu": rates, **levels}))
        return
    print(f"{options.format}, {duration / 60:.1f} min; CPU seconds per second of sound:")
    for name, rate in rates.items():
        print(f"  {name:14} {rate:.5f}")
    share = rates["build_episode"] / BUDGET
    print(f"  {share:.0%} of the budget of {BUDGET}")
    print(
        f"{levels['loudness']:.2f} LUFS; true peak {levels['peak_before']:.2f} dBTP before coding, "
        f"{levels['peak_after']:.2f} after"
    )


if __name__ == "__main__":
    main()
