"""Installing and removing voices: whole or not at all, and what was described or nothing."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import random
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast.errors import VoiceError
from podcast.speech import download
from podcast.speech.catalogue import find_voice
from podcast.speech.description import FILE_NAME, Description, read_description, read_voice
from podcast.speech.install import Fetched, install, remove
from tests.speech.model_server import Publisher, publishing

MODEL = random.Random(7).randbytes(300_000)
CONFIG = b'{"audio": {}}'
HEAD = """
engine = "piper"
model = "{model}"
sample_rate = 16000
licence = "CC0-1.0"
attribution = "La rédaction"
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "WAITS", ())


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as publisher:
        publisher.files = {"/own.onnx": MODEL, "/own.json": CONFIG}
        yield publisher


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file(publisher: Publisher, name: str, **known: str | int) -> str:
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in known.items()]
    return "\n".join(["[[files]]", f'name = "{name}"', f'url = "{publisher.url}/{name}"', *lines, ""])


def describe(tmp_path: Path, *parts: str, model: str = "own.onnx") -> Description:
    folder = tmp_path / "catalogue" / "anne"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text("\n".join([HEAD.format(model=model), *parts]), encoding="utf-8")
    return read_description(folder)


@pytest.fixture
def anne(publisher: Publisher, tmp_path: Path) -> Description:
    """A voice of two files, described in full."""
    return describe(
        tmp_path,
        file(publisher, "own.onnx", size=len(MODEL), sha256=sha256(MODEL)),
        file(publisher, "own.json", size=len(CONFIG), sha256=sha256(CONFIG)),
    )


def test_an_installed_voice_is_found_with_all_its_files(anne: Description, store: Path) -> None:
    assert not anne.installed
    folder = install(anne, store)
    assert folder == store / "anne"
    assert (folder / "own.onnx").read_bytes() == MODEL
    voice = find_voice("anne", folders=[store])
    assert voice.model == str(folder / "own.onnx")
    assert {path.name for path in folder.iterdir()} == {"own.onnx", "own.json", FILE_NAME, "SHA256SUMS"}
    assert [path.name for path in store.iterdir()] == ["anne"]


def test_the_record_can_be_checked_by_anyone(anne: Description, store: Path) -> None:
    folder = install(anne, store)
    subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True
    )


def test_a_second_run_asks_for_nothing(anne: Description, store: Path, publisher: Publisher) -> None:
    install(anne, store)
    asked = len(publisher.asked)
    install(read_description(store / "anne"), store)
    assert len(publisher.asked) == asked


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(MODEL)), min_size=1, max_size=3))
def test_pulling_the_plug_at_any_byte_and_running_again_completes_it(
    anne: Description, tmp_path: Path, publisher: Publisher, cuts: list[int]
) -> None:
    with_plug = tmp_path / f"store-{random.Random().getrandbits(60)}"
    publisher.cuts, publisher.sent = list(cuts), 0
    for _ in range(len(cuts) + 1):
        try:
            install(anne, with_plug)
            break
        except VoiceError:
            assert not (with_plug / "anne").exists()
    assert read_voice(with_plug / "anne")
    assert (with_plug / "anne" / "own.onnx").read_bytes() == MODEL
    assert publisher.sent == len(MODEL) + len(CONFIG), "no byte comes twice"


@pytest.mark.parametrize("left", ["own.onnx.piece", "own.onnx", "own.json", "SHA256SUMS", "voice.toml"])
def test_whatever_a_killed_run_left_is_no_obstacle(anne: Description, store: Path, left: str) -> None:
    part = store / ".anne.part"
    part.mkdir(parents=True)
    (part / left).write_bytes(b"a piece of something")
    install(anne, store)
    assert (store / "anne" / "own.onnx").read_bytes() == MODEL
    assert (store / "anne" / "own.json").read_bytes() == CONFIG


def test_what_an_earlier_description_asked_for_does_not_count(
    publisher: Publisher, tmp_path: Path, store: Path
) -> None:
    """A run for one revision is broken off; the next, of a newer program, wants another."""
    old, new = MODEL[::-1], MODEL
    publisher.files["/own.onnx"] = old
    first = file(publisher, "own.onnx", size=len(old), sha256=sha256(old))
    with pytest.raises(VoiceError, match="404"):
        install(describe(tmp_path, first, file(publisher, "absent")), store)
    publisher.files["/own.onnx"] = new
    second = file(publisher, "own.onnx", size=len(new), sha256=sha256(new))
    install(describe(tmp_path, second), store)
    assert (store / "anne" / "own.onnx").read_bytes() == new


WRONG = [
    ("a wrong byte", MODEL[:-1] + bytes([MODEL[-1] ^ 1])),
    ("too short", MODEL[:-1]),
    ("empty", b""),
    ("too long", MODEL + b"x"),
]


@pytest.mark.parametrize("data", [data for _, data in WRONG], ids=[name for name, _ in WRONG])
@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_another_file_is_refused_and_removed_and_the_right_one_installs_afterwards(
    publisher: Publisher, tmp_path: Path, store: Path, data: bytes, kind: str
) -> None:
    known = {kind: hashlib.new(kind, MODEL).hexdigest()}
    voice = describe(tmp_path, file(publisher, "own.onnx", size=len(MODEL), **known))
    publisher.files["/own.onnx"] = data
    with pytest.raises(VoiceError, match="not the file that the voice describes") as caught:
        install(voice, store)
    assert f"{publisher.url}/own.onnx" in str(caught.value)
    assert not (store / "anne").exists()
    assert not list(store.rglob("own.onnx*"))
    publisher.files["/own.onnx"] = MODEL
    install(voice, store)


def test_what_is_not_known_beforehand_is_recorded(publisher: Publisher, tmp_path: Path, store: Path) -> None:
    voice = describe(tmp_path, file(publisher, "own.onnx"))
    assert voice.size is None
    folder = install(voice, store)
    assert f"{sha256(MODEL)}  own.onnx" in (folder / "SHA256SUMS").read_text(encoding="utf-8")
    before = read_voice(folder).model_hash
    (folder / "SHA256SUMS").unlink()
    assert read_voice(folder).model_hash == before, "without the record the file is hashed"


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


def test_a_pointer_says_what_the_description_does_not_know(
    publisher: Publisher, tmp_path: Path, store: Path
) -> None:
    publisher.files["/pointer"] = POINTER.format(sha256(MODEL), len(MODEL)).encode()
    voice = describe(tmp_path, file(publisher, "own.onnx", pointer=f"{publisher.url}/pointer"))
    publisher.files["/own.onnx"] = MODEL[::-1]
    with pytest.raises(VoiceError, match="sha256"):
        install(voice, store)
    publisher.files["/own.onnx"] = MODEL
    install(voice, store)


@pytest.mark.parametrize("pointer", [b"<html>", b"", None])
def test_a_pointer_that_is_none_is_a_warning(
    publisher: Publisher,
    tmp_path: Path,
    store: Path,
    pointer: bytes | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if pointer is not None:
        publisher.files["/pointer"] = pointer
    install(describe(tmp_path, file(publisher, "own.onnx", pointer=f"{publisher.url}/pointer")), store)
    assert "/pointer" in caplog.text


def zipped(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def test_an_archive_becomes_a_flat_folder(publisher: Publisher, tmp_path: Path, store: Path) -> None:
    publisher.files["/vits.zip"] = zipped(top__model_file_pth=MODEL, top__config_json=CONFIG, top__hidden=b"")
    voice = describe(tmp_path, file(publisher, "vits.zip", unpack="model"), model="model")
    folder = install(voice, store)
    assert (folder / "model" / "model_file_pth").read_bytes() == MODEL
    assert not list(folder.glob("*.zip*"))
    found = read_voice(folder)
    assert found.model == str(folder / "model")
    subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    (folder / "SHA256SUMS").unlink()
    assert read_voice(folder).model_hash == found.model_hash


def climbing() -> bytes:
    return zipped(**{"..__..__..__climbed": b"x", "C:\\climbed2": b"y"})


def test_an_archive_puts_no_file_elsewhere(publisher: Publisher, tmp_path: Path, store: Path) -> None:
    publisher.files["/vits.zip"] = climbing()
    folder = install(describe(tmp_path, file(publisher, "vits.zip", unpack="model"), model="model"), store)
    assert {path.name for path in (folder / "model").iterdir()} == {"climbed", "climbed2"}
    assert len(list(tmp_path.rglob("climbed"))) == 1


BAD_ARCHIVES = {
    "not a zip": MODEL[:1000],
    "cut": zipped(a=MODEL)[:-100],
    "a wrong byte": zipped(a=MODEL)[:5000] + b"\0\1\2" + zipped(a=MODEL)[5003:],
    "nothing in it": zipped(),
    "twice the same": zipped(x__a=b"1", y__a=b"2"),
}


@pytest.mark.parametrize("data", BAD_ARCHIVES.values(), ids=BAD_ARCHIVES.keys())
def test_a_bad_archive_is_refused_and_removed(
    publisher: Publisher, tmp_path: Path, store: Path, data: bytes
) -> None:
    publisher.files["/vits.zip"] = data
    with pytest.raises(VoiceError, match="zip archive") as caught:
        install(describe(tmp_path, file(publisher, "vits.zip", unpack="model"), model="model"), store)
    assert "vits.zip" in str(caught.value)
    assert not list(store.rglob("vits*"))
    assert not (store / "anne").exists()


@pytest.mark.parametrize("laid_out", ["{mirror}/anne", "{mirror}"])
def test_an_air_gapped_machine_installs_from_a_folder(
    anne: Description, tmp_path: Path, store: Path, publisher: Publisher, laid_out: str
) -> None:
    mirror = tmp_path / "stick"
    folder = Path(laid_out.format(mirror=mirror))
    folder.mkdir(parents=True)
    (folder / "own.onnx").write_bytes(MODEL)
    (folder / "own.json").write_bytes(CONFIG)
    install(anne, store, mirror=str(mirror))
    assert not publisher.asked
    assert (store / "anne" / "own.onnx").read_bytes() == MODEL


def test_a_mirror_is_the_voices_folder_of_another_machine_behind_a_web_server(
    anne: Description, store: Path, publisher: Publisher
) -> None:
    publisher.files = {"/voices/anne/own.onnx": MODEL, "/voices/anne/own.json": CONFIG}
    install(anne, store, mirror=f"{publisher.url}/voices/")
    assert (store / "anne" / "own.json").read_bytes() == CONFIG


def test_a_truncated_file_of_a_mirror_is_refused(anne: Description, tmp_path: Path, store: Path) -> None:
    mirror = tmp_path / "stick"
    mirror.mkdir()
    (mirror / "own.onnx").write_bytes(MODEL[:-1])
    with pytest.raises(VoiceError, match="instead of"):
        install(anne, store, mirror=str(mirror))
    with pytest.raises(VoiceError, match="No such file"):
        install(anne, store, mirror=str(tmp_path / "nowhere"))


def test_a_licence_is_accepted_explicitly_or_nothing_is_fetched(
    publisher: Publisher, tmp_path: Path, store: Path
) -> None:
    voice = describe(tmp_path, "accept_license = true", file(publisher, "own.onnx"))
    with pytest.raises(VoiceError, match="--accept-license"):
        install(voice, store)
    assert not publisher.asked
    assert not store.exists()
    folder = install(voice, store, accept_license=True)
    assert read_voice(folder)
    (folder / "LICENCE-ACCEPTED").unlink()
    with pytest.raises(VoiceError, match=r"CC0-1\.0, is not accepted"):
        read_voice(folder)
    assert not read_description(folder).installed


def test_a_description_of_ones_own_gets_the_files_it_lacks(
    publisher: Publisher, tmp_path: Path, store: Path
) -> None:
    folder = describe(tmp_path, file(publisher, "own.onnx")).folder
    store.mkdir()
    folder.rename(store / "anne")
    (store / "anne" / "notes.txt").write_text("à garder", encoding="utf-8")
    install(read_description(store / "anne"), store)
    assert read_voice(store / "anne")
    assert (store / "anne" / "notes.txt").exists()


def test_a_file_that_is_nowhere_published_says_so(tmp_path: Path, store: Path) -> None:
    with pytest.raises(VoiceError, match="--from"):
        install(describe(tmp_path, '[[files]]\nname = "own.onnx"'), store)


def test_two_installations_at_once_do_not_meet(anne: Description, store: Path) -> None:
    part = store / ".anne.part"
    part.mkdir(parents=True)
    descriptor = os.open(part, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(VoiceError, match="another process"):
        install(anne, store)
    os.close(descriptor)
    install(anne, store)


def test_progress_goes_over_the_whole_voice(anne: Description, store: Path) -> None:
    told: list[Fetched] = []
    install(anne, store, on_fetched=told.append)
    total = len(MODEL) + len(CONFIG)
    assert {fetched.total for fetched in told} == {total}
    assert [fetched.done for fetched in told] == sorted(fetched.done for fetched in told)
    assert told[-1] == Fetched("own.json", total, total)


def test_a_place_that_cannot_be_written_is_one_line(anne: Description, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VoiceError, match="cannot be written"):
        install(anne, tmp_path / "file" / "store")


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    publisher: Publisher, tmp_path: Path, store: Path
) -> None:
    with pytest.raises(VoiceError, match="are free"):
        install(describe(tmp_path, file(publisher, "own.onnx", size=10**18)), store)
    assert not publisher.asked


def test_what_was_installed_can_be_removed(anne: Description, store: Path) -> None:
    install(anne, store)
    remove("anne", store)
    assert not list(store.iterdir())


@pytest.mark.parametrize("key", ["own", "absent", "../store/anne", "", "."])
def test_nothing_else_is_removed(anne: Description, store: Path, key: str) -> None:
    install(anne, store)
    own = store / "own"
    own.mkdir()
    (own / FILE_NAME).write_text(HEAD.format(model="x"), encoding="utf-8")
    with pytest.raises(VoiceError, match="not among the voices"):
        remove(key, store)
    assert {path.name for path in store.iterdir()} == {"anne", "own"}
