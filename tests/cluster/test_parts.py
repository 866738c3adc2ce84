"""The parts of the cluster's room, each on its own."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from podcast import speech
from podcast.cluster.clips import SharedClips
from podcast.cluster.handover import KIND, InPlace, ThroughStore
from podcast.cluster.luggage import pack, unpack
from podcast.cluster.tally import Tally
from podcast.cluster.voice import OwnVoice
from podcast.cluster.worker import Desk, Order
from podcast.errors import ConfigError, PublishError, SynthesisError
from podcast.publish.record import stored_files
from podcast.publish.storage import open_store
from podcast.publish.store import Store
from podcast.render import ClipCache, Pool, Task
from podcast.settings import Settings
from podcast.types import Engine, Voice
from tests.cluster.test_backfill import write_voice
from tests.render import scripted


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "shared"))
    open_bucket: Callable[[], Store] = request.getfixturevalue("open_bucket")
    return open_bucket()


# The voice of a worker


def task(text: str, voice: Voice = scripted.VOICE) -> Task:
    return Task(text, voice)


@pytest.mark.parametrize("text", ["tone 1", "tone 3", "un texte quelconque"])
def test_a_worker_speaks_as_a_pool_does(text: str) -> None:
    with Pool(scripted.open_engine, 1) as pool, OwnVoice(scripted.open_engine) as own:
        theirs = pool.submit(task(text))
        while not theirs.wait(10):
            pass
        speech_of_pool, speech = theirs.take()[0], own.submit(task(text)).take()[0]
    assert speech.pcm == speech_of_pool.pcm
    assert speech.words == speech_of_pool.words


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("fail", "."),
        ("bug", "the engine failed"),
        ("late", "."),
        ("mute", "the engine gave no audio"),
        ("nan", "the engine failed"),
    ],
)
def test_what_an_engine_does_wrong_is_told_and_the_next_task_is_spoken(text: str, what: str) -> None:
    with OwnVoice(scripted.open_engine) as own:
        with pytest.raises(SynthesisError, match=what):
            own.submit(task(text)).take()
        assert own.submit(task("tone 1")).take()[0].size


def test_a_worker_whose_engine_hangs_ends() -> None:
    code = (
        "from podcast.cluster.voice import OwnVoice\nfrom podcast.render import Task\n"
        "from tests.render import scripted\n"
        "OwnVoice(scripted.open_engine, timeout=0.5).submit(Task('sleep 60', scripted.VOICE))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    assert ended.returncode == 1
    assert b"Timeout" in ended.stderr


def test_a_worker_keeps_the_memory_that_it_frees(tmp_path: Path) -> None:
    """Though Dask's nannies tell malloc to give it back: else every sentence has all its pages given anew."""
    code = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from podcast.cluster.handover import InPlace\nfrom podcast.cluster.worker import Desk, Order\n"
        "from podcast.settings import Settings\n"
        "desk = Desk(Order(Settings(), InPlace(Path(sys.argv[1])), 'sign'), Path(sys.argv[1]))\n"
        "def faults():\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "blocks = [b'x' * 4_000_000 for _ in range(8)]\nblocks.clear()\nbefore = faults()\n"
        "for _ in range(20):\n"
        "    blocks = [b'x' * 4_000_000 for _ in range(8)]\n    blocks.clear()\n"
        "print(faults() - before)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"},
        capture_output=True,
        check=True,
        text=True,
    )
    pages = 20 * 8 * 4_000_000 // 4096
    assert int(told.stdout) < pages / 20


# What goes along


def test_a_voice_that_a_machine_does_not_have_is_fetched(store: Store, tmp_path: Path) -> None:
    folder = write_voice(tmp_path / "voix" / "hasard")
    jingle = tmp_path / "generique.wav"
    jingle.write_bytes(b"RIFF")
    settings = Settings(voice=str(folder))
    settings = replace(settings, sound=replace(settings.sound, intro=jingle))
    luggage = pack(settings, store)
    known = speech.find_voice(str(folder))
    shutil.rmtree(folder)
    jingle.unlink()
    there = unpack(pickle.loads(pickle.dumps(luggage)), settings, store, tmp_path / "worker")
    found = speech.find_voice(there.voice)
    assert (found.key, found.model_hash) == (known.key, known.model_hash)
    assert found.model.startswith(str(tmp_path / "worker"))
    assert there.sound.intro is not None
    assert there.sound.intro.read_bytes() == b"RIFF"
    assert there.sound.outro is None


def test_a_voice_that_a_machine_has_is_not_fetched(store: Store, tmp_path: Path) -> None:
    settings = Settings()
    there = unpack(pack(settings, store), settings, store, tmp_path / "worker")
    assert there.voice == settings.voice
    assert not (tmp_path / "worker").exists()


def test_another_voice_of_the_same_name_is_not_taken_for_it(store: Store, tmp_path: Path) -> None:
    folder = write_voice(tmp_path / "voix" / "hasard")
    settings = Settings(voice=str(folder))
    luggage = pack(settings, store)
    (folder / "random.onnx").write_bytes(b"un autre modele")
    there = unpack(luggage, settings, store, tmp_path / "worker")
    assert there.voice != str(folder)
    assert speech.find_voice(there.voice).model_hash == luggage.voices[str(folder)].voice.model_hash


# How episodes come back


def parcel(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "episode.mp3").write_bytes(b"x" * 100_000)
    (folder / "article.json").write_bytes(b"{}")
    return folder


@pytest.fixture
def through(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> ThroughStore:
    options = {}
    if store.url.startswith("s3"):
        options = {"endpoint": request.getfixturevalue("moto"), "allow_http": "true", "region": "us-east-1"}
    return ThroughStore(tmp_path / "work", store.url, options)


def test_what_is_given_is_taken_whole_and_nothing_stays_behind(through: ThroughStore, tmp_path: Path) -> None:
    through.open("sign")
    folder = parcel(tmp_path / "worker" / "guid-1")
    files = stored_files(folder)
    through.give(folder)
    assert not folder.exists()
    assert stored_files(through.take("guid-1", files)) == files
    assert set(through.store("parcels").sizes()) == {"here"}


@pytest.mark.parametrize("damage", ["other bytes", "a file less", "half", "garbage", "lost"])
def test_what_was_damaged_on_its_way_is_not_taken(through: ThroughStore, tmp_path: Path, damage: str) -> None:
    folder, parcels = parcel(tmp_path / "worker" / "guid-1"), through.store("parcels")
    files = stored_files(folder)
    if damage == "other bytes":
        (folder / "episode.mp3").write_bytes(b"y" * 100_000)
    if damage == "a file less":
        (folder / "article.json").unlink()
    through.give(folder)
    if damage in ("half", "garbage"):
        assert parcels.get("guid-1.tar", tmp_path / "copy")
        whole = (tmp_path / "copy").read_bytes()
        parcels.put("guid-1.tar", whole[: len(whole) // 2] if damage == "half" else b"#" * 9000, **KIND)
    if damage == "lost":
        parcels.delete("guid-1.tar")
    with pytest.raises(PublishError, match="did not come whole"):
        through.take("guid-1", files)


def test_what_a_killed_client_never_fetched_is_removed(through: ThroughStore, tmp_path: Path) -> None:
    through.give(parcel(tmp_path / "worker" / "guid-1"))
    through.open("sign")
    assert set(through.store("parcels").sizes()) == {"here"}
    assert through.meets("sign")
    assert not through.meets("another sign")


def test_a_worker_that_sees_another_folder_says_so(tmp_path: Path) -> None:
    ThroughStore(tmp_path, str(tmp_path / "here")).open("sign")
    order = Order(Settings(), ThroughStore(tmp_path, str(tmp_path / "there")), "sign")
    with pytest.raises(ConfigError, match="does not see what the client put there"):
        Desk(order, tmp_path)


def test_a_worker_of_another_version_says_so(tmp_path: Path) -> None:
    order = Order(Settings(), InPlace(tmp_path), "sign", version="0.0.1")
    with pytest.raises(ConfigError, match=r"the client 0\.0\.1"):
        Desk(order, tmp_path)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    order = Order(Settings(), ThroughStore(tmp_path, "s3://bucket", {"secret": "tres-secret"}), "sign")
    assert "tres-secret" not in f"{order!r} {order}"
    assert pickle.loads(pickle.dumps(order)) == order


# Clips that all share


def test_what_one_machine_spoke_another_finds(store: Store, tmp_path: Path) -> None:
    first, second = (ClipCache(tmp_path / name, 10**9) for name in ("first", "second"))
    with OwnVoice(scripted.open_engine) as voice:
        speech = voice.submit(task("tone 3")).take()[0]
    SharedClips(first, store).keep(task("tone 3"), speech)
    clips = SharedClips(second, store)
    found = clips.find(task("tone 3"))
    assert found is not None
    assert found.pcm == speech.pcm
    assert second.load(task("tone 3")) is not None
    assert clips.find(task("tone 4")) is None
    with OwnVoice(_no_engine, clips.keep, clips.find) as voice:
        assert voice.submit(task("tone 3")).take()[0].pcm == speech.pcm


def _no_engine(voice: Voice) -> scripted.ScriptedEngine:
    raise AssertionError(f"{voice.key} was opened for a known sentence")


def test_a_store_that_fails_costs_nothing_but_the_sharing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    clips = SharedClips(ClipCache(tmp_path / "own", 10**9), open_store(str(tmp_path / "file")))
    with OwnVoice(scripted.open_engine, clips.keep, clips.find) as voice:
        for text in ("tone 1", "tone 2", "tone 1"):
            assert voice.submit(task(text)).take()[0].size
    assert caplog.text.count("not shared any more") == 1


# What it took


def test_a_tally_counts_and_tells_what_it_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers for an hour and a quarter; the first article goes out after a quarter."""
    clock = iter(range(0, 10**6, 900))
    monkeypatch.setattr("podcast.cluster.tally.time.monotonic", lambda: next(clock))
    tally = Tally()  # 0
    tally.count_workers(2)  # 900
    tally.begin()  # 1800
    for _ in range(3):
        tally.add(audio=600.0, cpu=18.0, busy=20.0)  # 2700, 3600, 4500
    report = tally.as_json(hourly_price=0.05)  # 5400
    assert report["audio_hours"] == 0.5
    assert report["worker_hours"] == 2.5
    assert report["making_seconds"] == 2700
    assert report["articles_per_worker_hour"] == 2.0
    assert report["audio_per_worker_second"] == pytest.approx(1800 / 5400, abs=1e-4)
    assert report["cost"] == 0.125
    assert report["cost_per_audio_hour"] == 0.25
    assert report["rtf"] == 0.03


def test_a_tally_of_nothing_has_no_ratios() -> None:
    report = Tally().as_json()
    assert report["articles"] == 0
    assert report["rtf"] is report["cost"] is report["cost_per_audio_hour"] is None


opened: list[str] = []


def _counted(voice: Voice) -> Engine:
    opened.append(voice.key)
    return speech.open_engine(voice)


def test_the_engine_of_a_voice_is_loaded_once() -> None:
    opened.clear()
    own = OwnVoice(_counted)
    with own:
        voice = speech.find_voice(Settings().voice)
        for text in ("Bonjour.", "Encore."):
            own.load(voice)
            assert own.submit(Task(text, voice)).take()[0].size
    assert opened == [voice.key]
