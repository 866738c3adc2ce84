"""``read``, ``normalize``, ``say``, errors and exit codes, as users meet them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.core import TyperGroup
from typer.main import get_command

from podcast.cli import COMMANDS, application, quick
from podcast.cli.generating import Format
from podcast.cli.plain import plain
from tests.cli.conftest import Run, start

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "article.txt"


def test_read_json_has_exactly_the_promised_shape(run: Run) -> None:
    result = run("read", EXAMPLE, "--json")
    shown = json.loads(result.stdout)
    promised = ["title", "standfirst", "section", "authors", "published", "url", "blocks", "dropped"]
    assert [key for key in shown if key in promised] == promised
    assert {tuple(block) for block in shown["blocks"]} == {("kind", "text", "spoken")}
    assert {tuple(piece) for piece in shown["dropped"]} == {("text", "reason")}
    assert {block["kind"] for block in shown["blocks"]} >= {"heading", "paragraph"}
    assert all(block["spoken"] for block in shown["blocks"])
    assert not any(char.isdigit() for block in shown["blocks"] for line in block["spoken"] for char in line)


def test_read_shows_what_was_kept_and_dropped(run: Run) -> None:
    shown, lines = json.loads(run("read", EXAMPLE, "--json").stdout), run("read", EXAMPLE).stdout
    assert f"[title] {shown['title']}" in lines
    assert f"dropped ({len(shown['dropped'])})" in lines
    for piece in shown["dropped"]:
        assert f"{piece['reason']}: {' '.join(piece['text'].split())}" in lines


def test_normalize_gives_a_line_for_a_line(run: Run, tmp_path: Path) -> None:
    written = "Le 8 juillet à 7h56.\n\nRien à changer ici.\n"
    said = "Le huit juillet à sept heures cinquante-six.\n\nRien à changer ici.\n"
    (tmp_path / "written.txt").write_text(written, encoding="utf-8")
    assert run("normalize", stdin=written).stdout == said
    assert run("normalize", "-", stdin=written).stdout == said
    assert run("normalize", tmp_path / "written.txt").stdout == said


def test_normalize_explains_each_rewrite(run: Run) -> None:
    lines = run("normalize", "--explain", stdin="À 7h56, 21 femmes.\n").stdout.splitlines()
    assert lines[0] == "À sept heures cinquante-six, vingt et une femmes."
    rules = [line.split("\t") for line in lines[1:]]
    assert [(written, said) for _rule, _span, written, said in rules] == [
        ("7h56", "sept heures cinquante-six"),
        ("21", "vingt et une"),
    ]


def test_normalize_prints_the_phonemes_that_reach_the_voice(run: Run) -> None:
    lines = run("normalize", "--phonemes", stdin="À 7h56.\nLéon XIV.\n").stdout.splitlines()
    assert len(lines) == 2
    assert "sˈɛt" in lines[0]
    assert "ˈaʃ" not in lines[0]
    assert "katˈɔʁz" in lines[1]


def test_say_writes_a_file_and_names_it(run: Run, tmp_path: Path, ffprobe: str) -> None:
    target = tmp_path / "bonjour.opus"
    result = run("say", "Bonjour à toutes et à tous.", "-o", target)
    assert result.stdout.strip() == str(target)
    probe = [ffprobe, "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(target)]
    assert subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip() == "opus"
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "bonjour.opus"}


def test_say_streams_before_the_end_is_spoken(environment: dict[str, str]) -> None:
    """A reader of the pipe has sound while most of the text is not even asked for."""
    text = "La gare rouvre. " * 4000
    command = ["say", text, "-o", "-", "--format", "wav", "--no-cache"]
    with start(command, environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert len(process.stdout.read(60_000)) == 60_000
        assert process.poll() is None
        process.stdout.close()
        process.wait(timeout=20)
        assert process.stderr.read() == b""


def test_say_reads_standard_input(run: Run) -> None:
    same = [run("say", "-", "-o", "-", stdin="Il est 13 h 05."), run("say", "Il est 13 h 05.", "-o", "-")]
    assert len(same[0].stdout) > 5000
    assert same[0].stdout == same[1].stdout


ERRORS = [
    (["generate", "absent.txt"], 65, "absent.txt: no such file"),
    (["generate", "."], 65, "is a folder"),
    (["generate", "-"], 65, "empty"),
    (["generate", "ftp://example.org/a"], 65, "only http and https"),
    (["generate", "http://127.0.0.1/"], 65, "refused"),
    (["generate", str(EXAMPLE), "--voice", "nobody"], 69, "no voice is called 'nobody'"),
    (["generate", str(EXAMPLE), "--output", "/proc/nowhere"], 74, "could not be written"),
    (["read", "absent.txt"], 65, "no such file"),
    (["normalize", "absent.txt"], 65, "absent.txt"),
    (["say", "« … »"], 65, "nothing to say"),
    (["say", "Bonjour.", "-o", "/nowhere/a.mp3"], 74, "cannot be written"),
    (["say", "Bonjour.", "-o", "bonjour.xyz"], 2, "bonjour.xyz"),
    (["normalize", "--explain", "--phonemes"], 2, "choose"),
    (["generate"], 2, "SOURCE"),
    (["generate", str(EXAMPLE), "--jobs", "-1"], 2, "--jobs"),
    (["chant"], 2, "chant"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), ERRORS)
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


def test_debug_shows_the_traceback_wherever_it_stands(run: Run) -> None:
    for arguments in (["--debug", "read", "absent.txt"], ["read", "absent.txt", "--debug"]):
        assert "Traceback" in run(*arguments).stderr


def test_a_terminal_sees_progress(environment: dict[str, str], tmp_path: Path) -> None:
    """On a terminal, a bar with RTF on stderr, and stdout stays clean."""
    terminal, theirs = pty.openpty()
    process = start(
        ["generate", EXAMPLE, "--output", tmp_path / "out"],
        environment,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(terminal, 65536):
            shown += data
    except OSError:  # the other end of a closed terminal
        pass
    stdout, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"RTF" in shown
    assert b"100" in shown
    assert b"\x1b" not in stdout
    os.close(terminal)


def test_help_is_quick_and_names_every_command() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "podcast", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("generate", "read", "normalize", "say"):
        assert f"\n  {command} " in result.stdout


@pytest.mark.parametrize(("command", "told"), [("normalize", "1"), ("bench", None)])
def test_numpy_starts_no_threads_but_programs_that_are_measured_are_left_alone(
    command: str, told: str | None
) -> None:
    code = (
        "import os, sys\n"
        "from podcast.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    process = subprocess.run(
        [sys.executable, "-c", code, "--debug", command, "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.splitlines()[-1] == str(told)


def test_every_command_is_found_in_its_module() -> None:
    """``application`` builds one module's commands alone: the table must not send it to the wrong one."""
    whole = get_command(application())
    assert isinstance(whole, TyperGroup)
    assert set(whole.commands) == set(COMMANDS)
    for name in COMMANDS:
        part = get_command(application(name))
        assert isinstance(part, TyperGroup)
        assert name in part.commands
        assert set(part.commands) <= {each for each, module in COMMANDS.items() if module == COMMANDS[name]}


PLAIN: list[tuple[object, object, object]] = [
    (str, "texte", "texte"),
    (str, "", ""),
    (int, "12", 12),
    (int, "-1", None),
    (int, "1_0", None),
    (int, "٣", None),
    (int, 12, 12),
    (int, True, None),
    (bool, "yes", None),
    (Path, "absent/absent.txt", Path("absent/absent.txt")),
    (Path, Path("there"), Path("there")),
    (Format, "mp3", Format.MP3),
    (Format, "MP3", None),
    (Format, Format.MP3, Format.MP3),
    (list[str], ("a", "b"), ["a", "b"]),
    (list[str], (b"a",), None),
    (tuple[str, int], ("a", "1"), None),
    (datetime, "2025-07-08", None),
]


@pytest.mark.parametrize(("kind", "given", "value"), PLAIN)
def test_a_plain_value_is_read_and_others_are_left_to_typer(
    kind: object, given: object, value: object
) -> None:
    assert plain(kind, given) == value


LINES = st.lists(
    st.sampled_from(
        [
            *("article.txt", "-", "", "--", "--help", "--unknown", "-v", "--voices", "https://exemple.fr/a"),
            *("--no-cache", "--json", "--own-site", "--force", "--allow", "--jobs=2", "--format=opus"),
            *("--voice", "--output", "--format", "--jobs", "--config", "2", "-1", "mp3", "m4a", "wav"),
        ]
    ),
    max_size=6,
)


@settings(max_examples=400, deadline=None)
@example(["a", "b", "--jobs", "2", "--output", "out", "--format", "m4a", "--no-cache", "--voice", "x"])
@given(LINES)
def test_what_is_read_quickly_is_what_typer_reads(line: list[str]) -> None:
    """Whatever typer would refuse, or leave with a word of help, is left to it."""
    read = quick.read(["generate", *line])
    if read is None:
        return
    whole = get_command(application("generate"))
    assert isinstance(whole, TyperGroup)
    known = whole.commands["generate"].make_context("generate", list(line)).params
    assert {name: value for name, value in known.items() if value} == {
        name: value for name, value in read.items() if value or name == "jobs"
    }


WRONG: list[tuple[list[str], str]] = [
    (["generate", "x", "--jobs", "-1"], "--jobs"),
    (["generate", "x", "--jobs", "two"], "--jobs"),
    (["serve", "--port", "99999"], "--port"),
    (["generate", "x", "--format", "wav"], "--format"),
    (["generate"], "SOURCE"),
    (["voices", "show"], "KEY"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG)
def test_what_is_wrong_on_the_line_is_named(run: Run, arguments: list[str], named: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert named in result.stderr


@pytest.mark.parametrize("arguments", [["read", str(EXAMPLE)], ["normalize"], ["voices", "list"]])
def test_no_command_waits_for_pydantic(environment: dict[str, str], arguments: list[str]) -> None:
    """To import it takes longer than to know an article again."""
    command = [sys.executable, "-X", "importtime", "-m", "podcast", *arguments]
    result = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    assert "pydantic" not in result.stderr
