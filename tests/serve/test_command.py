"""``podcast serve`` as it is run: a process, a signal, a restart."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from podcast.cli.serve import serve
from podcast.serve.options import Options
from tests.serve.conftest import TEXT, Site, options_in
from tests.serve.speech_server import SpeechServer, speaking

Process = subprocess.Popen[str]


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name != "PODCAST_TOKEN"}
    return {**clean, "PODCAST_CACHE": str(tmp_path / "cache"), **more}


@contextmanager
def started(tmp_path: Path, *arguments: str) -> Iterator[tuple[Process, Site]]:
    command = [sys.executable, "-m", "podcast", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        found = re.match(r"http://127\.0\.0\.1:(\d+)/", process.stderr.readline())
        assert found
        yield process, Site(int(found.group(1)), options_in(tmp_path))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def speech(tmp_path: Path) -> Iterator[tuple[SpeechServer, str]]:
    with speaking(tmp_path) as served:
        yield served


def test_a_signal_loses_nothing_that_was_finished(tmp_path: Path, speech: tuple[SpeechServer, str]) -> None:
    served, voice = speech
    with started(tmp_path, "--voice", voice) as (process, site):
        finished = site.post()
        sound = site.ask("GET", f"{finished}/audio.mp3").body
        site.until(lambda: site.ask("GET", finished).json["state"] == "done")
        served.pace = 0.5
        unfinished = site.post(TEXT.replace("fanfare", "chorale"))
        connection = site.connect()
        connection.request("GET", f"{unfinished}/audio.mp3")
        response = connection.getresponse()
        assert response.read(1000)
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        connection.close()
        response.close()
        assert not psutil.wait_procs(children, timeout=5)[1]
    spoken = tmp_path / "output" / ".served" / "spoken"
    assert [path.name for path in spoken.iterdir()] == [Path(finished).name]
    served.pace = 0.0
    with started(tmp_path, "--voice", voice) as (_, site):
        assert site.ask("GET", finished).json["state"] == "done"
        again = site.ask("GET", f"{finished}/audio.mp3")
        assert again.body == sound
        assert "etag" in again.headers
        assert len(site.ask("GET", f"{unfinished}/audio.mp3").body) > 10_000


def test_only_with_a_token_is_it_open_to_other_machines(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "podcast", "serve", "--port", "0"]
    for arguments in (["--host", "0.0.0.0"], ["--url", "https://listen.example.org"]):
        result = subprocess.run(
            [*command, *arguments], env=environment(tmp_path), capture_output=True, text=True, check=False
        )
        assert result.returncode == 78
        assert "PODCAST_TOKEN" in result.stderr


def test_a_voice_that_cannot_be_had_is_told_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "podcast", "serve", "--port", "0", "--voice", "nobody"]
    result = subprocess.run(
        command, env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 69
    assert len(result.stderr.splitlines()) == 1


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['uvicorn'] = None\nfrom podcast.cli import main; main(['serve'])"
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert result.returncode == 78
    assert "podcast[serve]" in result.stderr


@pytest.mark.parametrize(("gigabytes", "most"), [(10.0, 10_000_000_000), (0.5, 500_000_000), (-1.0, None)])
def test_how_much_sound_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gigabytes: float, most: int | None
) -> None:
    told: list[Options] = []
    monkeypatch.setattr("podcast.cli.serve._run", lambda _settings, options, *_: told.append(options))
    serve(folder=tmp_path, keep=gigabytes)
    assert told[0].most_kept == most
