"""``voice.toml``: what it may say, and what is said when it is wrong."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from podcast.errors import ConfigError, VoiceError
from podcast.speech.description import FILE_NAME, read_voice
from podcast.types import Voice

LEAST = """
engine = "piper"
model = "own.onnx"
sample_rate = 16000
licence = "CC0"
attribution = "La rédaction"
"""
FILES = f"""
[[files]]
name = "own.onnx"
size = 4
sha256 = "{"a" * 64}"
"""
FULL = f"""{LEAST}
language = "fr-BE"
style = "posée"
speaker = "Anne"
speaks_ipa = true
streams = true
loudness = -21
{FILES}
[settings]
length_scale = 1.1
"""


def write(folder: Path, text: str) -> Path:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    (folder / "own.onnx").write_bytes(b"onnx")
    return folder


def test_a_full_description_gives_every_field(folder: Path) -> None:
    voice = read_voice(write(folder, FULL))
    assert voice == Voice(
        key="own",
        engine="piper",
        model=str(folder / "own.onnx"),
        model_hash=voice.model_hash,
        sample_rate=16000,
        language="fr-BE",
        speaker="Anne",
        licence="CC0",
        attribution="La rédaction",
        style="posée",
        loudness=-21.0,
        speaks_ipa=True,
        streams=True,
        settings={"length_scale": 1.1},
    )


def test_a_model_without_a_hash_is_hashed(folder: Path) -> None:
    assert read_voice(write(folder, LEAST)).model_hash == hashlib.sha256(b"onnx").hexdigest()


def test_given_hashes_are_trusted_and_each_counts(folder: Path) -> None:
    more = FILES.replace("own.onnx", "own.json")
    (folder / "own.json").touch()
    hashes = {
        read_voice(write(folder, text)).model_hash
        for text in (LEAST, LEAST + FILES, LEAST + FILES.replace("aa", "ab"), LEAST + FILES + more)
    }
    assert len(hashes) == 4


def test_an_engines_own_model_id_is_kept_as_it_is(folder: Path) -> None:
    ids = ("tts_models/fr/css10/vits", "tts_models/fr/mai/vits")
    voices = [read_voice(write(folder, LEAST.replace("own.onnx", model))) for model in ids]
    assert [voice.model for voice in voices] == list(ids)
    assert voices[0].model_hash != voices[1].model_hash


# What is changed in FULL, and what the message must name.
MISTAKES = [
    ('engine = "piper"', 'engine = "espeak"', "espeak"),
    ('engine = "piper"', "", "engine"),
    ('licence = "CC0"', "", "licence"),
    ('attribution = "La rédaction"', "", "attribution"),
    ("sample_rate = 16000", 'sample_rate = "16000"', "sample_rate"),
    ("sample_rate = 16000", "sample_rate = true", "sample_rate"),
    ("sample_rate = 16000", "sample_rate = 0", "sample_rate"),
    ('style = "posée"', 'styl = "posée"', "styl"),
    ("speaks_ipa = true", "speaks_ipa = 1", "speaks_ipa"),
    ("loudness = -21", 'loudness = "fort"', "loudness"),
    ("[[files]]", "[files]", "files"),
    ("size = 4", "size = -4", "size"),
    ("size = 4", "size = 4.5", "size"),
    ("size = 4", "weight = 4", "weight"),
    ('name = "own.onnx"', 'name = "../own.onnx"', "../own.onnx"),
    ("a" * 64, "a" * 63, "sha256"),
    ("a" * 64, "g" * 64, "sha256"),
    ("length_scale = 1.1", "length_scale = [1.1]", "length_scale"),
    ("[settings]", "settings", "line"),
    ("[settings]", "[settings", "line"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), MISTAKES)
def test_a_mistake_is_one_line_that_names_file_and_key(
    folder: Path, right: str, wrong: str, named: str
) -> None:
    assert right in FULL
    with pytest.raises(ConfigError) as caught:
        read_voice(write(folder, FULL.replace(right, wrong)))
    assert str(folder / FILE_NAME) in str(caught.value)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_that_is_not_utf8_is_a_mistake_too(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(b'style = "pos\xe9e"')
    with pytest.raises(ConfigError):
        read_voice(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    write(folder, FULL)
    (folder / "own.onnx").unlink()
    with pytest.raises(VoiceError, match=r"own\.onnx"):
        read_voice(folder)


@pytest.mark.parametrize("name", ["nowhere", "nowhere/deeper", ""])
def test_a_folder_without_description_is_not_a_voice(folder: Path, name: str) -> None:
    with pytest.raises(VoiceError):
        read_voice(folder / name)
