"""A voice of a speech server on the command line: heard while it speaks, and one line for whatever fails."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, start
from tests.speech.speech_server import RATE, SpeechServer, serving

TEXT = "Le conseil a voté le budget, et les travaux de la digue commenceront bientôt, dit le maire."
Describe = Callable[..., None]


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with serving() as running:
        yield running


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    environment.pop("OPENAI_API_KEY", None)
    return {**environment, "PODCAST_VOICES": str(tmp_path / "voices")}


@pytest.fixture
def describe(tmp_path: Path) -> Describe:
    """Writes the description of the voice « served »."""

    def write(manner: str, *settings: str) -> None:
        folder = tmp_path / "voices" / "served"
        folder.mkdir(parents=True)
        lines = ['engine = "openai"', 'model = "tones"', f"sample_rate = {RATE}", "streams = true"]
        lines += ['licence = "CC0-1.0"', 'attribution = "Essai"', f'speaker = "{manner}"', "[settings]"]
        (folder / "voice.toml").write_text("\n".join((*lines, *settings)), encoding="utf-8")

    return write


def test_sound_leaves_the_program_while_the_server_still_speaks(
    environment: dict[str, str], server: SpeechServer, describe: Describe
) -> None:
    describe("slow", f'base_url = "{server.url}"')
    arguments = ["say", TEXT, "--voice", "served", "-o", "-", "--no-cache", "--jobs", "1"]
    process = start(arguments, environment, stdout=subprocess.PIPE)
    with process:
        assert process.stdout
        first = process.stdout.read(8000)
        sent = server.sent
        rest = process.stdout.read()
    assert process.returncode == 0
    assert len(first) == 8000
    assert sent < server.sent - 5
    assert len(rest) > len(first)


# Who answers and how, the voice's settings, what the line names
UNAVAILABLE = [
    ("no key", "well", ['key_variable = "GAZETTE_KEY"'], "GAZETTE_KEY is not set"),
    ("no OpenAI key", "well", None, "OPENAI_API_KEY is not set"),
    ("a refused key", "401", [], "401: the reason of 401"),
    ("no such model", "404", [], "404: the reason of 404"),
    ("no server", "well", ['base_url = "http://127.0.0.1:9/v1"'], "does not answer"),
    ("a busy server", "503", [], "503: the reason of 503"),
    ("no sound format", "mp3", [], "audio/mpeg"),
]


@pytest.mark.parametrize(
    ("manner", "settings", "named"), [row[1:] for row in UNAVAILABLE], ids=[row[0] for row in UNAVAILABLE]
)
def test_whatever_is_missing_is_one_line_and_exit_69(
    run: Run, server: SpeechServer, describe: Describe, manner: str, settings: list[str] | None, named: str
) -> None:
    base = [] if settings is None or "base_url" in "".join(settings) else [f'base_url = "{server.url}"']
    describe(manner, *base, *(settings or []))
    result = run("say", TEXT, "--voice", "served", "-o", "-", "--no-cache", "--jobs", "1")
    assert result.returncode == 69
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert named in line


def test_a_server_that_breaks_off_is_no_whole_file(
    run: Run, server: SpeechServer, describe: Describe, tmp_path: Path
) -> None:
    describe("cut", f'base_url = "{server.url}"')
    result = run("say", TEXT, "--voice", "served", "-o", tmp_path / "said.mp3", "--no-cache")
    assert result.returncode == 70
    assert TEXT[:20] in result.stderr
    assert not (tmp_path / "said.mp3").exists()
