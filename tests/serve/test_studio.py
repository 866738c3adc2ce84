"""All that makes the sound of an article makes its id; who reads what is what the show says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from podcast.casting import Cast
from podcast.episode import Sound
from podcast.french import Pauses, Reading
from podcast.french.lexicon import Lexicon
from podcast.pipeline import NOTICE
from podcast.serve.studio import Studio
from podcast.settings import Settings
from podcast.types import Show
from tests.serve.conftest import options_in, serving
from tests.serve.speech_server import SpeechServer, speaking

Speech = tuple[SpeechServer, str]


@pytest.fixture
def speech(tmp_path: Path) -> Iterator[Speech]:
    with speaking(tmp_path) as served:
        yield served


def another(voice: str, name: str, **changes: str) -> str:
    """A copy of a voice, with other lines in its description; its path."""
    folder = Path(voice).parent / name
    shutil.copytree(voice, folder)
    description = folder / "voice.toml"
    text = description.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    description.write_text(text)
    return str(folder)


def jingle(folder: Path, content: bytes) -> Path:
    path = folder / "generique.wav"
    path.write_bytes(content)
    return path


HEARD: dict[str, Callable[[Settings, Path], Settings]] = {
    "a word of the lexicon": lambda s, _: replace(
        s, reading=Reading(lexicon=Lexicon.builtin().merged(Lexicon.of({"Ploërmel": "Plo-ermel"})))
    ),
    "a pause": lambda s, _: replace(s, reading=Reading(pauses=Pauses(heading=1.2))),
    "how long a sentence may be": lambda s, _: replace(s, reading=Reading(max_chars=150)),
    "the loudness": lambda s, _: replace(s, sound=Sound(loudness=-19.0)),
    "a jingle": lambda s, folder: replace(s, sound=Sound(intro=jingle(folder, b"one"))),
    "who reads quotations": lambda s, _: replace(
        s, cast=Cast({"quote": another(s.voice, "quotes", tones="other")})
    ),
    "who reads a section": lambda s, _: replace(
        s, cast=Cast(sections={"Sport": another(s.voice, "sport", tones="other")})
    ),
    "the model": lambda s, _: replace(s, voice=another(s.voice, "b/tones", tones="other")),
    "how the engine is set": lambda s, _: replace(
        s, voice=another(s.voice, "c/tones", timeout="retries = 2.0 #")
    ),
}
UNHEARD: dict[str, Callable[[Settings, Path], Settings]] = {
    "nothing": lambda s, _: s,
    "how many speak": lambda s, _: replace(s, jobs=7),
    "whether clips are kept": lambda s, _: replace(s, use_cache=False),
    "where episodes go": lambda s, folder: replace(s, output=folder),
    "the name of the show": lambda s, _: replace(s, show=Show(title="Autre")),
    "where the voice is": lambda s, _: replace(s, voice=another(s.voice, "d/tones")),
}


def identity(settings: Settings) -> str:
    studio = Studio(settings)
    studio.close()
    return studio.identity


@pytest.mark.parametrize("what", HEARD)
def test_what_is_heard_makes_the_id(speech: Speech, tmp_path: Path, what: str) -> None:
    settings = Settings(voice=speech[1])
    assert identity(HEARD[what](settings, tmp_path)) != identity(settings)


@pytest.mark.parametrize("what", UNHEARD)
def test_what_is_not_heard_does_not(speech: Speech, tmp_path: Path, what: str) -> None:
    settings = Settings(voice=speech[1])
    assert identity(UNHEARD[what](settings, tmp_path)) == identity(settings)


def test_a_jingle_is_what_is_in_its_file(speech: Speech, tmp_path: Path) -> None:
    settings = Settings(voice=speech[1])
    found = [
        identity(replace(settings, sound=Sound(intro=jingle(tmp_path, content))))
        for content in (b"one", b"two", b"one")
    ]
    assert found[0] == found[2] != found[1]


def test_everybody_of_the_cast_is_heard(speech: Speech, tmp_path: Path) -> None:
    server, voice = speech
    cast = Cast(
        kinds={"quote": another(voice, "quotes", tones="quotes")},
        sections={"Sport": another(voice, "sport", tones="sport")},
    )
    body = {
        "title": "Un titre.",
        "section": "Sport",
        "blocks": [{"text": "Le match commence."}, {"kind": "quote", "text": "Nous avons gagné."}],
    }
    with serving(Settings(voice=voice, cast=cast, use_cache=False, jobs=1), options_in(tmp_path)) as site:
        answer = site.ask("POST", "/articles", json.dumps(body), Content_Type="application/json")
        server.said.clear()
        assert site.ask("GET", f"/articles/{answer.json['id']}/audio.mp3").status == 200
    assert server.said == [
        ("sport", "Un titre."),
        ("sport", "Le match commence."),
        ("quotes", "Nous avons gagné."),
        ("sport", NOTICE),
    ]
