"""Voices of the published architectures with random weights: they say nothing, at the true cost.

    python -m benchmarks.random_voices FOLDER [NAME…]

Where weights cannot be fetched, these are measured in their place: what an
engine costs does not depend on what is in them. Each becomes a folder
``FOLDER/random-NAME`` with a ``voice.toml``, so that ``--voice`` takes its
path; one that is there already is left alone. It needs every extra, and
``onnx``; each is made in a process of its own.

The sound of each lasts about as long as speech would: Piper and VITS get a
length of phonemes for it, pocket-tts and XTTS stop after a fixed time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from podcast.speech import open_engine
from podcast.speech.digest import file_hash, write_record
from podcast.types import Voice

SENTENCE = "Le conseil a voté mardi soir un budget en hausse, sans augmenter les impôts de la commune."
SECONDS = 5.0
"""What a reader takes for the sentence, about."""

POCKET_FRAMES = 40
"""Of 80 ms: pocket-tts speaks a text in pieces of fifty tokens, which are letters here, about 3 s."""

XTTS_STEPS = 107
"""Of 1024 samples at 22,050 Hz: ``SECONDS``."""

XTTS_V2 = {
    "gpt_num_audio_tokens": 1026,
    "gpt_start_audio_token": 1024,
    "gpt_stop_audio_token": 1025,
    "gpt_use_perceiver_resampler": True,
}
"""What the ``config.json`` of XTTS v2 changes of the defaults."""

STYLE = "poids aléatoires, architecture publiée : ne dit rien"
VOICE_TOML = """\
engine = "{engine}"
model = "{model}"
sample_rate = {rate}
speaker = "{speaker}"
streams = {streams}
style = "{style}"
licence = "none: random weights"
attribution = "Poids aléatoires : cette voix ne dit rien"
{files}{settings}"""


def piper_medium(folder: Path) -> None:
    """What Piper calls medium."""
    from benchmarks import random_voice

    warnings.simplefilter("ignore")  # the exporter's
    random_voice.main(folder)


def piper_bfloat(folder: Path) -> None:
    """The same, to be computed in bfloat16."""
    piper_medium(folder)
    with (folder / "voice.toml").open("a", encoding="utf-8") as description:
        description.write('\n[settings]\narithmetic = "bfloat16"\n')


def vits(folder: Path) -> None:
    """Coqui's VITS, its defaults: that of css10."""
    from tests.speech.tiny_models import tiny_vits

    voice = tiny_vits(folder, sizes={"init_discriminator": False})
    voice = replace(voice, settings={"trim_silence": False})
    engine = open_engine(voice)
    spoken = sum(len(chunk.samples) for chunk in engine.stream(SENTENCE)) / engine.sample_rate
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["model_args"]["length_scale"] = SECONDS / spoken
    config["audio"]["do_trim_silence"] = False  # it would eat noise; the vendor's command has no other say
    path.write_text(json.dumps(config), encoding="utf-8")
    describe(folder, voice, kept=("model_file.pth", "config.json"))


def pocket(folder: Path, published: str = "french") -> None:
    """Kyutai's pocket-tts in French."""
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    from tests.speech.tiny_models import tiny_pocket

    sizes = load_config(CONFIGS_DIR / f"{published}.yaml").model_dump()
    sizes["model_recommended_frames_after_eos"] = POCKET_FRAMES
    voice = tiny_pocket(folder, sizes=sizes, tokens=4000)
    config = json.loads(Path(voice.model).read_text(encoding="utf-8"))
    config["weights_path"] = str(folder / "model.safetensors")  # the vendor's command would fetch it
    config["flow_lm"]["lookup_table"]["tokenizer_path"] = str(folder / "tokenizer.json")
    Path(voice.model).write_text(json.dumps(config), encoding="utf-8")
    kept = ("tiny.yaml", "model.safetensors", "tokenizer.json", f"{voice.speaker}.safetensors")
    describe(folder, voice, kept=kept)


def pocket_24l(folder: Path) -> None:
    """The same with 24 layers."""
    pocket(folder, "french_24l")


def xtts(folder: Path) -> None:
    """Coqui's XTTS v2."""
    from tests.speech import tiny_models

    model = folder / "model"
    model.mkdir()
    tiny_models.STEPS = XTTS_STEPS
    voice = tiny_models.tiny_xtts(model, sizes=XTTS_V2, tokens=6681)
    write_record(folder, {f"model/{path.name}": file_hash(path) for path in model.iterdir()})
    describe(folder, voice, kept=("model",))


MODELS: dict[str, Callable[[Path], None]] = {
    "piper-medium": piper_medium,
    "piper-medium-bfloat16": piper_bfloat,
    "coqui-vits": vits,
    "pocket": pocket,
    "pocket-24l": pocket_24l,
    "xtts-v2": xtts,
}


def describe(folder: Path, voice: Voice, kept: Sequence[str]) -> None:
    """Write the ``voice.toml`` of a voice that is made of these files."""
    files = ""
    for name in kept:
        sha256 = f'sha256 = "{file_hash(folder / name)}"\n' if (folder / name).is_file() else ""
        files += f'\n[[files]]\nname = "{name}"\n{sha256}'
    settings = "".join(f"{name} = {json.dumps(value)}\n" for name, value in voice.settings.items())
    text = VOICE_TOML.format(
        engine=voice.engine,
        model=Path(voice.model).relative_to(folder),
        rate=voice.sample_rate,
        speaker=voice.speaker,
        streams=str(voice.streams).lower(),
        style=STYLE,
        files=files,
        settings=f"\n[settings]\n{settings}" if settings else "",
    )
    (folder / "voice.toml").write_text(text, encoding="utf-8")


def make(name: str, folder: str) -> None:
    """Make one voice in an empty folder."""
    MODELS[name](Path(folder).absolute())


def ready(place: Path, names: Sequence[str] = tuple(MODELS)) -> list[Path]:
    """The folders of these voices; what is not there is made first."""
    folders = [place / f"random-{name}" for name in names]
    for name, folder in zip(names, folders, strict=True):
        if not (folder / "voice.toml").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            code = f"from benchmarks import random_voices as made; made.make({name!r}, {str(folder)!r})"
            subprocess.run([sys.executable, "-c", code], check=True, stdout=sys.stderr)
    return folders


def main() -> None:
    """Make them, and print their paths."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODELS))
    options = parser.parse_args()
    for folder in ready(options.folder, options.names or tuple(MODELS)):
        print(folder)


if __name__ == "__main__":
    main()
