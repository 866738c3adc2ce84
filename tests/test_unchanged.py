"""A source that is what it was is known without being read; whatever is in doubt is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast import pipeline, recall, render, speech, unchanged
from podcast.article.fetch import FetchPolicy
from podcast.article.source import Source
from podcast.casting import Cast
from podcast.episode import Sound
from podcast.french import Pauses, Reading
from podcast.french.lexicon import Lexicon
from podcast.progress import Report
from podcast.render.blobs import BlobCache
from podcast.settings import Settings
from podcast.types import Show, Voice
from podcast.unchanged import Note, Notes, fingerprint, key_of, told
from tests import kept

SOURCE = Source("Le marché rouvre\n\nIl était fermé depuis mardi.", "paste", "https://gazette.example.org/1")
SETTINGS = Settings()
KEPT_APART = {"jobs"}
"""Whatever their value, the episode is the same."""
OTHER: dict[str, object] = {
    "voice": "fr_FR-siwis-low",
    "cast": Cast({"quote": "fr_FR-siwis-low"}),
    "output": Path("elsewhere"),
    "audio_format": "opus",
    "jobs": 3,
    "use_cache": False,
    "show": Show(title="La Gazette à écouter"),
    "reading": Reading(pauses=Pauses(title=1.5)),
    "sound": Sound(loudness=-18.0),
    "picture": True,
    "policy": FetchPolicy(own_site=True),
    "force": True,
}
"""Another value for each setting."""


def key(source: Source = SOURCE, settings: Settings = SETTINGS, *people: Voice) -> str:
    return recall.source_key(source, settings, people)


def test_each_setting_has_its_line() -> None:
    assert {field.name for field in fields(Settings)} == set(OTHER)


@pytest.mark.parametrize("name", OTHER)
def test_another_value_of_any_setting_asks_another_question(name: str) -> None:
    other = key(SOURCE, replace(SETTINGS, **{name: OTHER[name]}))  # type: ignore[arg-type]
    assert (other == key()) == (name in KEPT_APART)


@pytest.mark.parametrize(
    "other", [replace(SOURCE, text="Autre"), replace(SOURCE, kind="html"), replace(SOURCE, url=None)]
)
def test_another_page_asks_another_question(other: Source) -> None:
    assert key(other) != key()


def test_where_the_same_text_was_found_does_not_matter() -> None:
    assert key(replace(SOURCE, where="une.txt")) == key(replace(SOURCE, where="deux.txt"))


def test_another_model_of_a_voice_asks_another_question() -> None:
    voice = Voice("voix", "piper", "voix.onnx", "0" * 64, 22050)
    assert key(SOURCE, SETTINGS, voice) != key(SOURCE, SETTINGS, replace(voice, model_hash="1" * 64))


def test_a_lexicon_is_what_is_in_its_file(tmp_path: Path) -> None:
    keys = set()
    for text in ("mairie\tméri\n", "mairie\tmairi\n"):
        (tmp_path / "lexique.tsv").write_text(text, encoding="utf-8")
        keys.add(
            key(SOURCE, replace(SETTINGS, reading=Reading(lexicon=Lexicon.load(tmp_path / "lexique.tsv"))))
        )
    assert len(keys) == 2


def test_a_jingle_is_what_is_in_its_file(tmp_path: Path) -> None:
    jingle = tmp_path / "jingle.wav"
    keys = set()
    for data in (b"un", b"deux"):
        jingle.write_bytes(data)
        keys.add(key(SOURCE, replace(SETTINGS, sound=Sound(intro=jingle))))
    assert len(keys) == 2


def test_equal_values_are_told_alike_in_every_process() -> None:
    """The order in a set is another in each process: the built-in lexicon is full of sets."""
    code = (
        "from podcast.unchanged import told; from podcast.french.lexicon import Lexicon;"
        "import hashlib; print(hashlib.sha256(told(Lexicon.builtin()).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(seen) == 1


LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(allow_nan=False)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner) | st.frozensets(LEAVES),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_values_that_differ_are_told_apart(one: object, other: object) -> None:
    if one != other:
        assert told(one) != told(other)


@pytest.mark.parametrize("value", [object(), print, datetime(2025, 7, 8), [{"a": object()}]])
def test_what_cannot_be_told_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be told"):
        key_of(value)


CHANGES: list[tuple[str, Callable[[Path], object], bool]] = [
    ("nothing", lambda _: None, False),
    ("compiled files", lambda p: _written(p / "podcast" / "__pycache__" / "rules.pyc", "x"), False),
    ("an editor's lock", lambda p: (p / "podcast" / ".#rules.py").symlink_to("nowhere"), False),
    ("an edited rule", lambda p: _written(p / "podcast" / "french" / "rules.py", "x = 22"), True),
    ("a touched table", lambda p: os.utime(p / "podcast" / "french" / "words.tsv", ns=(1, 1)), True),
    ("a new module", lambda p: _written(p / "podcast" / "new.py", ""), True),
    ("a lost table", lambda p: (p / "podcast" / "french" / "words.tsv").unlink(), True),
    (
        "another version",
        lambda p: (p / "site" / "voix-1.dist-info").rename(p / "site" / "voix-2.dist-info"),
        True,
    ),
    ("the same version again", lambda p: os.utime(p / "site" / "voix-1.dist-info", ns=(1, 1)), True),
    ("a file beside the packages", lambda p: _written(p / "site" / "notes.txt", ""), False),
]


def _written(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("change", "matters"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_another_program_has_another_fingerprint(
    tmp_path: Path, change: Callable[[Path], object], matters: bool
) -> None:
    _written(tmp_path / "podcast" / "french" / "rules.py", "x = 1")
    _written(tmp_path / "podcast" / "french" / "words.tsv", "et")
    (tmp_path / "site" / "voix-1.dist-info").mkdir(parents=True)
    path = [str(tmp_path / "site"), str(tmp_path / "absent")]
    before = fingerprint(tmp_path / "podcast", path)
    change(tmp_path)
    assert (fingerprint(tmp_path / "podcast", path) != before) == matters


NOTE = Note("le-marche", "0" * 64, "1" * 64, 345, 12)


def test_what_is_noted_is_found_by_another_process(tmp_path: Path) -> None:
    assert Notes(BlobCache(tmp_path, 10**6)).find("ab12") is None
    Notes(BlobCache(tmp_path, 10**6)).keep("ab12", NOTE)
    assert Notes(BlobCache(tmp_path, 10**6)).find("ab12") == NOTE


@pytest.mark.parametrize("other", [b"{", b"\xff", b"[]", b"1", b'{"folder": "x"}', b'{"other": 1}'])
def test_a_note_of_another_form_is_none(tmp_path: Path, other: bytes) -> None:
    blobs = BlobCache(tmp_path, 10**6)
    blobs.store("ab12.json", other)
    assert Notes(blobs).find("ab12") is None


class Watched(render.Pool):
    """Speakers that tell whether they were called."""

    called = 0

    def prepare(self, voice: Voice) -> None:
        self.called += 1
        super().prepare(voice)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Report, int]]:
    """Make an episode of a text; how often speakers were called for it."""
    monkeypatch.setenv("PODCAST_CACHE", str(tmp_path / "cache"))
    settings = Settings(output=tmp_path / "out", force=True)

    def make(text: str) -> tuple[Report, int]:
        (tmp_path / "page.txt").write_text(text, encoding="utf-8")
        pool = Watched(speech.open_engine, 1)
        with pool:
            report = pipeline.generate(str(tmp_path / "page.txt"), settings, pool=pool)
        return report, pool.called

    return make


TEXT = "Le marché rouvre\n\nIl était fermé depuis mardi, à cause de la pluie. On y vend des pommes."


def test_speakers_start_while_a_new_text_is_read_and_for_nothing_else(
    made: Callable[[str], tuple[Report, int]],
) -> None:
    first, called = made(TEXT)
    assert called == 1
    again, called = made(TEXT)
    assert called == 0
    assert replace(again.episode, chapters=()) == replace(first.episode, chapters=())
    assert len(again.episode.chapters) == len(first.episode.chapters)
    assert again.progress.cached == again.progress.utterances == first.progress.utterances
    assert again.progress.done_chars == again.progress.total_chars == first.progress.total_chars
    _edited, called = made(f"{TEXT} Et des poires.")
    assert called == 1, "although there is an episode already"


def test_a_record_that_was_edited_is_not_trusted(made: Callable[[str], tuple[Report, int]]) -> None:
    first, _ = made(TEXT)
    record = first.episode.audio_path.with_name("article.json")
    told_there = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps({**told_there, "title": "Le Marché rouvre"}), encoding="utf-8")
    again, called = made(TEXT)
    assert called == 1, "it is read again"
    assert again.episode.title == "Le marché rouvre"


def test_an_episode_that_another_took_the_place_of_is_made_again(
    made: Callable[[str], tuple[Report, int]],
) -> None:
    made(TEXT)
    made(TEXT.replace("pommes", "poires"))
    assert made(TEXT)[1] == 1
    assert made(TEXT)[1] == 0


def test_a_note_is_kept_for_what_the_trace_knows(
    made: Callable[[str], tuple[Report, int]], tmp_path: Path
) -> None:
    made(TEXT)
    kept.forget(tmp_path / "cache", "%.json")
    assert made(TEXT)[1] == 1
    assert made(TEXT)[1] == 0


def test_the_program_is_this_one() -> None:
    assert unchanged.program() == fingerprint(Path(pipeline.__file__).parent, sys.path)
