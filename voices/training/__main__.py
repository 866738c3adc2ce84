"""Make the bundled voice: ``python -m voices.training [--preset smoke] [--until STAGE]``."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from voices.training.recipe import PRESETS
from voices.training.stages import STAGES, Workshop

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "output" / "training"


def main(arguments: list[str] | None = None) -> None:
    """Run what is left to do."""
    parser = argparse.ArgumentParser(prog="python -m voices.training", description=__doc__)
    parser.add_argument("--preset", choices=PRESETS, default="full")
    parser.add_argument("--until", choices=[stage.name for stage in STAGES], help="the last stage to run")
    parser.add_argument("--work", type=Path, default=WORK, help="where stages keep what they make")
    parser.add_argument(
        "--voices", type=Path, help="where the voice goes; by default voices/ for the full preset"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    recipe = PRESETS[options.preset]
    beside = ROOT if recipe.name == "full" else options.work / recipe.name
    voices = options.voices or beside / "voices"
    Workshop(recipe, options.work, voices).make(options.until)


if __name__ == "__main__":
    main()
