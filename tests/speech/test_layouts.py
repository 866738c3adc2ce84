"""What the catalogue says of a voice is what its engine needs: published tiny, installed, spoken."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from podcast.speech import open_engine
from podcast.speech.catalogue import find_description
from podcast.speech.description import FILE_NAME, Description, read_description, read_voice
from podcast.speech.install import install
from podcast.types import Voice
from tests.speech.model_server import Publisher, publishing
from tests.speech.speech_server import serving
from tests.speech.tiny_models import tiny_pocket, tiny_vits, tiny_xtts
from tests.speech.voices import random_voice

KNOWN_OF_A_FILE = re.compile(r"^(size|sha256|md5|pointer|url) = .*\n", re.MULTILINE)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as publisher:
        yield publisher


def republished(key: str, publisher: Publisher, folder: Path, **changes: str) -> Description:
    """The catalogue's own description of a voice, whose files are those of the loopback publisher."""
    text = (find_description(key).folder / FILE_NAME).read_text(encoding="utf-8")
    text = KNOWN_OF_A_FILE.sub("", text)
    text = re.sub(r'^name = "(.*)"', rf'name = "\1"\nurl = "{publisher.url}/\1"', text, flags=re.MULTILINE)
    for written, instead in changes.items():
        text = re.sub(rf"^{written} = .*", instead, text, flags=re.MULTILINE)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return read_description(folder)


def publish(publisher: Publisher, folder: Path, names: dict[str, str]) -> None:
    for made, published in names.items():
        publisher.files[f"/{published}"] = (folder / made).read_bytes()


def speaks(voice: Voice) -> bool:
    engine = open_engine(voice)
    try:
        return any(np.abs(chunk.samples).max() > 0 for chunk in engine.stream("Le pont est ouvert."))
    finally:
        engine.close()


def made(tmp_path: Path, make: Callable[[Path], Voice]) -> Path:
    folder = tmp_path / "made"
    folder.mkdir()
    make(folder)
    return folder


def test_a_piper_voice(publisher: Publisher, tmp_path: Path, folder: Path) -> None:
    key = "fr_FR-gilles-low"
    source = made(tmp_path, random_voice)
    publish(publisher, source, {"random.onnx": f"{key}.onnx", "random.onnx.json": f"{key}.onnx.json"})
    assert speaks(read_voice(install(republished(key, publisher, folder), tmp_path / "store")))


def test_a_coqui_archive(publisher: Publisher, tmp_path: Path, folder: Path) -> None:
    """As the publisher packs them: a folder in a zip, the weights with another ending."""
    source = made(tmp_path, tiny_vits)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.write(source / "model_file.pth", "tts_models--fr--css10--vits/model_file.pth.tar")
        archive.write(source / "config.json", "tts_models--fr--css10--vits/config.json")
    publisher.files["/tts_models--fr--css10--vits.zip"] = data.getvalue()
    wanted = republished("fr_FR-css10-vits", publisher, folder)
    assert speaks(read_voice(install(wanted, tmp_path / "store")))


def test_xtts(publisher: Publisher, tmp_path: Path, folder: Path) -> None:
    source = made(tmp_path, tiny_xtts)
    publish(publisher, source, {path.name: path.name for path in source.iterdir()})
    wanted = republished("xtts-v2", publisher, folder, speaker='speaker = "Bruit"')
    assert speaks(read_voice(install(wanted, tmp_path / "store", accept_license=True)))


def test_pocket(publisher: Publisher, tmp_path: Path, folder: Path) -> None:
    """With the tiny architecture as one more file, in place of one that the package describes."""
    source = made(tmp_path, tiny_pocket)
    publish(publisher, source, {path.name: path.name for path in source.iterdir()})
    publish(publisher, source, {"bruit.safetensors": "estelle.safetensors"})
    republished("fr_FR-pocket", publisher, folder, model='model = "tiny.yaml"', config="")
    text = (folder / FILE_NAME).read_text(encoding="utf-8")
    more = f'[[files]]\nname = "tiny.yaml"\nurl = "{publisher.url}/tiny.yaml"\n\n[[files]]'
    (folder / FILE_NAME).write_text(text.replace("[[files]]", more, 1), encoding="utf-8")
    assert speaks(read_voice(install(read_description(folder), tmp_path / "store")))


def test_a_voice_behind_a_server(publisher: Publisher, folder: Path) -> None:
    with serving() as server:
        wanted = republished("fr_FR-kokoro-siwis", publisher, folder, base_url=f'base_url = "{server.url}"')
        assert speaks(wanted.voice())
    asked = server.requests[-1][2]
    assert (asked["model"], asked["voice"]) == ("kokoro", "ff_siwis")
