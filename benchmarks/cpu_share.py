"""What share of the CPU goes into anything but the voice.

    python benchmarks/cpu_share.py --voice FOLDER [--minutes 5]

Makes an episode with the cache off and compares the CPU time of this process
(cleaning, French, assembling, levelling, encoding, tags, cover) with that of
the workers, which only speak. With a voice of 15 M parameters
(``random_voice.py`` makes one) assembling and encoding may take 25 %.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path

from podcast import pipeline
from podcast.bench.texts import article
from podcast.settings import Settings


def cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voice", required=True)
    parser.add_argument("--minutes", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "article.txt"
        source.write_text(article(options.minutes * 60), encoding="utf-8")
        settings = Settings(voice=options.voice, output=Path(folder) / "out", use_cache=False)
        report = pipeline.generate(str(source), settings)
    ours, voice = cpu(resource.RUSAGE_SELF), cpu(resource.RUSAGE_CHILDREN)
    seconds = report.episode.duration
    print(f"{seconds:.0f} s of audio; CPU seconds per second of audio:")
    print(f"the voice      {voice / seconds:.4f}")
    print(f"all the rest   {ours / seconds:.4f}")
    print(f"share of the rest {ours / (ours + voice):.1%}, goal 25 %")


if __name__ == "__main__":
    main()
