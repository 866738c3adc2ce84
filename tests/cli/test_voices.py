"""``podcast voices`` as users meet it: processes of their own, a publisher on loopback."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, start
from tests.speech.model_server import Publisher, publishing
from tests.speech.voices import RATE, random_voice

BUNDLED = "fr_FR-gazette-draft"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path, store: Path) -> dict[str, str]:
    """A store of the test's own, then a catalogue that has the voice ``anne``."""
    folders = os.pathsep.join(map(str, (store, tmp_path / "catalogue")))
    return {**environment, "PODCAST_VOICES": folders, "XDG_DATA_HOME": str(tmp_path / "data")}


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """Publishes ``anne``: a real, tiny Piper voice with random weights."""
    made = tmp_path / "made"
    made.mkdir()
    random_voice(made)
    with publishing() as publisher:
        lines = [
            'engine = "piper"',
            'model = "random.onnx"',
            f"sample_rate = {RATE}",
            'licence = "CC0-1.0"',
            'attribution = "Voix d\'essai"',
            'style = "du bruit"',
            "speaks_ipa = true",
        ]
        for path in sorted(made.iterdir()):
            data = path.read_bytes()
            publisher.files[f"/{path.name}"] = data
            lines += ["[[files]]", f'name = "{path.name}"', f'url = "{publisher.url}/{path.name}"']
            lines += [f"size = {len(data)}", f'sha256 = "{hashlib.sha256(data).hexdigest()}"']
        folder = tmp_path / "catalogue" / "anne"
        folder.mkdir(parents=True)
        (folder / "voice.toml").write_text("\n".join(lines), encoding="utf-8")
        yield publisher


def state(run: Run, key: str) -> bool:
    voices = {voice["key"]: voice for voice in json.loads(run("voices", "list", "--json").stdout)}
    return bool(voices[key]["installed"])


@pytest.mark.usefixtures("publisher")
def test_a_voice_is_listed_installed_tried_and_removed(run: Run, store: Path, tmp_path: Path) -> None:
    assert not state(run, "anne")
    installed = run("voices", "install", "anne")
    assert installed.stdout == f"anne: {store / 'anne'}\n"
    assert installed.stderr == ""
    assert state(run, "anne")
    sample = tmp_path / "sample.wav"
    assert run("voices", "try", "anne", "-o", sample).returncode == 0
    assert sample.stat().st_size > RATE
    assert run("voices", "remove", "anne").stdout == "anne: removed\n"
    assert not state(run, "anne")


@pytest.mark.usefixtures("publisher")
def test_a_sample_streams_to_a_player(run: Run) -> None:
    result = run("voices", "try", BUNDLED, "-o", "-", "--format", "wav")
    assert result.stdout.startswith("RIFF")


def test_the_plug_is_pulled_and_the_next_run_completes_it(
    run: Run, environment: dict[str, str], publisher: Publisher, store: Path
) -> None:
    publisher.hold_after = 150_000
    with start(["voices", "install", "anne"], environment) as process:
        assert publisher.held.wait(30)
        piece = store / ".anne.part" / "random.onnx.piece"
        while not piece.exists() or piece.stat().st_size < 100_000:
            time.sleep(0.01)
        process.kill()
    publisher.hold_after = None
    publisher.released.set()
    assert not (store / "anne").exists()
    assert not state(run, "anne")
    publisher.sent = 0
    assert run("voices", "install", "anne").returncode == 0
    assert publisher.sent < sum(map(len, publisher.files.values())), "it went on from there"
    assert [path.name for path in store.iterdir()] == ["anne"]


def test_the_list_has_every_voice_with_licence_and_size(run: Run) -> None:
    lines = run("voices", "list").stdout.splitlines()
    shown = {line.split()[0]: line for line in lines}
    assert "installed" in shown[BUNDLED]
    assert "6.9 MB" in shown[BUNDLED]
    assert "Apache-2.0" in shown[BUNDLED]
    assert "63.2 MB" in shown["fr_FR-siwis-medium"]
    assert "CC-BY-4.0" in shown["fr_FR-siwis-medium"]
    only = run("voices", "list", "--installed").stdout.splitlines()
    assert BUNDLED in {line.split()[0] for line in only}
    assert len(only) < len(lines)


def test_a_voice_is_shown_with_its_source_and_attribution(run: Run) -> None:
    shown = run("voices", "show", "xtts-v2").stdout
    assert "Coqui Public Model License" in shown
    facts = json.loads(run("voices", "show", "xtts-v2", "--json").stdout)
    assert facts["accept_license"]
    assert facts["size"] == 1_876_049_523
    assert all(address.startswith("https://") for address in facts["files"])


def test_a_stick_may_have_voices_that_the_catalogue_does_not_know(
    run: Run, publisher: Publisher, tmp_path: Path
) -> None:
    stick = tmp_path / "stick" / "berthe"
    stick.mkdir(parents=True)
    description = (tmp_path / "catalogue" / "anne" / "voice.toml").read_text(encoding="utf-8")
    (stick / "voice.toml").write_text(description, encoding="utf-8")
    for path, data in publisher.files.items():
        (stick / path.strip("/")).write_bytes(data)
    assert run("voices", "install", "berthe").returncode == 69
    result = run("voices", "install", "berthe", "--from", stick.parent)
    assert result.returncode == 0, result.stderr
    assert state(run, "berthe")
    assert not publisher.asked


def test_a_stick_does_not_decide_what_a_known_voice_is(
    run: Run, publisher: Publisher, tmp_path: Path
) -> None:
    """Its own description, with the hash of what it has instead, is not asked."""
    stick = tmp_path / "stick" / "anne"
    stick.mkdir(parents=True)
    for path, data in publisher.files.items():
        (stick / path.strip("/")).write_bytes(data[::-1])
    description = (tmp_path / "catalogue" / "anne" / "voice.toml").read_text(encoding="utf-8")
    for data in publisher.files.values():
        right, wrong = (hashlib.sha256(content).hexdigest() for content in (data, data[::-1]))
        description = description.replace(right, wrong)
    (stick / "voice.toml").write_text(description, encoding="utf-8")
    result = run("voices", "install", "anne", "--from", stick.parent)
    assert result.returncode == 69
    assert "not the file that the voice describes" in result.stderr


ERRORS = [
    (["voices", "show", "nobody"], 69, "no voice is called 'nobody'"),
    (["voices", "install", "nobody"], 69, "no voice is called 'nobody'"),
    (["voices", "install", "xtts-v2"], 69, "--accept-license"),
    (["voices", "install", "fr_FR-siwis-low", "--from", "/nowhere"], 69, "No such file"),
    (["voices", "install", "fr_FR-siwis-low", "--from", "http://127.0.0.1:9/"], 69, "check the network"),
    (["voices", "remove", BUNDLED], 69, "not among the voices that were installed"),
    (["voices", "try", "fr_FR-siwis-low"], 69, "podcast voices install fr_FR-siwis-low"),
    (["generate", "x.txt", "--voice", "xtts-v2"], 69, "podcast voices install xtts-v2 --accept-license"),
    (["voices", "install"], 2, "KEY"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), ERRORS, ids=[" ".join(case[0]) for case in ERRORS])
def test_an_error_is_one_line_and_its_exit_code(
    run: Run, arguments: list[str], code: int, message: str
) -> None:
    result = run(*arguments)
    assert result.returncode == code
    assert message in result.stderr
    assert not result.stdout
    assert "Traceback" not in result.stderr
    if code != 2:
        assert result.stderr.count("\n") == 1


def test_a_terminal_sees_what_is_coming(environment: dict[str, str], publisher: Publisher) -> None:
    publisher.hold_after = 150_000
    terminal, theirs = pty.openpty()
    process = start(["voices", "install", "anne"], environment, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    assert publisher.held.wait(30)
    publisher.released.set()
    shown = b""
    try:
        while data := os.read(terminal, 65536):
            shown += data
    except OSError:  # the other end of a closed terminal
        pass
    stdout, _ = process.communicate(timeout=30)
    os.close(terminal)
    assert process.returncode == 0
    assert b"random.onnx" in shown
    assert b"\x1b" not in stdout
