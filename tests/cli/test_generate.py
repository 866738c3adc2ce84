"""``podcast generate``: from a pasted page to an episode, by the bundled voice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests import kept
from tests.cli.conftest import Run, start

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "article.txt"

FILES = {
    "article.json",
    "chapters.json",
    "cover.jpg",
    "episode.mp3",
    "index.html",
    "timeline.json",
    "transcript.vtt",
}
KEYS = [
    "episode",
    "audio",
    "duration",
    "chapters",
    "utterances",
    "cached",
    "loudness",
    "rtf",
    "time_to_first_audio",
]

SHORT = """Le pont rouvre jeudi

La passerelle de la gare était fermée depuis le 3 mars.

{first}

Les trains, eux, n'ont pas cessé de passer. La mairie promet un bilan dans six mois.
"""


def article(folder: Path, first: str = "Les piétons la retrouveront à 7h30, promet la mairie.") -> Path:
    path = folder / "pont.txt"
    path.write_text(SHORT.format(first=first), encoding="utf-8")
    return path


def seen(output: Path) -> list[str]:
    """What a listener sees in the output folder."""
    return sorted(p.name for p in output.iterdir() if not p.name.startswith(".")) if output.exists() else []


def test_an_episode_is_a_folder_with_everything_in_it(run: Run, tmp_path: Path) -> None:
    result = run("generate", EXAMPLE, "--output", tmp_path / "out", "--json")
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    report = json.loads(result.stdout)
    assert list(report) == KEYS
    folder = Path(report["episode"])
    assert {path.name for path in folder.iterdir()} == FILES
    assert seen(tmp_path / "out") == [folder.name]
    assert 60 < report["duration"] < 240
    assert abs(report["loudness"] + 16) <= 1
    assert 0 < report["rtf"] < 1
    assert report["chapters"][0]["start"] == 0
    assert report["chapters"][-1]["end"] == report["duration"]
    assert len(report["chapters"]) == 3


def test_a_second_run_speaks_nothing_and_changes_no_byte(run: Run, tmp_path: Path) -> None:
    source, output = article(tmp_path), tmp_path / "out"
    first = json.loads(run("generate", source, "--output", output, "--json").stdout)
    before = {p.name: p.read_bytes() for p in Path(first["episode"]).iterdir()}
    second = json.loads(run("generate", source, "--output", output, "--json").stdout)
    assert first["cached"] == 0
    assert second["cached"] == second["utterances"] == first["utterances"]
    assert second["rtf"] == 0
    assert {p.name: p.read_bytes() for p in Path(second["episode"]).iterdir()} == before


def test_an_unchanged_source_is_not_read_and_the_same_is_told(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    arguments = ["generate", str(article(tmp_path)), "--output", str(tmp_path / "out")]
    run(*arguments)
    told = []
    for _ in ("by its note", "without"):
        told.append([run(*arguments, *form).stdout for form in ([], ["--json"])])
        kept.forget(tmp_path / "cache", "%.json")
    assert told[0] == told[1]
    command = [sys.executable, "-X", "importtime", "-m", "podcast", *arguments]
    reads = [
        b"podcast.article.paste" in subprocess.run(command, env=environment, capture_output=True).stderr
        for _ in ("without", "by its note")
    ]
    assert reads == [True, False]


def made(path: Path) -> tuple[int, int]:
    """Which file the audio of an episode is: the number of one that has gone may be given again."""
    status = (path / "episode.mp3").stat()
    return status.st_ino, status.st_mtime_ns


CHANGES: list[tuple[str, str, str]] = [
    ("nothing", "", ""),
    ("the name of the show", "", '[show]\ntitle = "La Gazette à écouter"\n'),
    ("the loudness", "", "[sound]\nloudness = -18.0\n"),
    ("a word of the lexicon", "", '[lexicon.words]\n"mairie" = "méri"\n'),
    ("a pause", "", "[pauses]\nparagraph = 1.4\n"),
    ("a lost page", "index.html", ""),
    ("a lost cover", "cover.jpg", ""),
    ("lost sound", "episode.mp3", ""),
    ("a lost record", "article.json", ""),
]


@pytest.mark.parametrize(("lost", "config"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_only_what_would_be_the_same_is_not_made_again(
    run: Run, tmp_path: Path, lost: str, config: str
) -> None:
    settings = tmp_path / "podcast.toml"
    settings.write_text("", encoding="utf-8")
    arguments: list[str | Path] = ["generate", article(tmp_path), "--output", tmp_path / "out"]
    arguments += ["--config", settings, "--json"]
    folder = Path(json.loads(run(*arguments).stdout)["episode"])
    before, keeps = made(folder), not lost and not config
    settings.write_text(config, encoding="utf-8")
    if lost:
        (folder / lost).unlink()
    second = run(*arguments)
    assert second.returncode == 0, second.stderr
    assert {path.name for path in folder.iterdir()} == FILES
    assert (made(folder) == before) == keeps


def test_a_changed_paragraph_is_the_only_one_spoken_again(run: Run, tmp_path: Path) -> None:
    run("generate", article(tmp_path), "--output", tmp_path / "out")
    changed = article(tmp_path, "Les cyclistes attendront le printemps.")
    report = json.loads(run("generate", changed, "--output", tmp_path / "out", "--json").stdout)
    assert report["utterances"] - report["cached"] == 1


def test_no_cache_speaks_every_sentence(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        result = run("generate", article(tmp_path), "--output", tmp_path / "out", "--no-cache", "--json")
        assert json.loads(result.stdout)["cached"] == 0
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("audio_format", ["m4a", "opus"])
def test_other_formats(run: Run, tmp_path: Path, audio_format: str, ffprobe: str) -> None:
    result = run("generate", article(tmp_path), "--output", tmp_path, "--format", audio_format, "--json")
    report = json.loads(result.stdout)
    assert Path(report["audio"]).name == f"episode.{audio_format}"
    probe = subprocess.run(
        [ffprobe, "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", report["audio"]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert abs(float(probe.stdout) - report["duration"]) < 0.1


def test_without_json_it_says_where_to_listen(run: Run, tmp_path: Path) -> None:
    result = run("generate", article(tmp_path), "--output", tmp_path / "out")
    page = next((tmp_path / "out").glob("*/index.html"))
    assert page.resolve().as_uri() in result.stdout
    assert len(result.stdout.splitlines()) == 1


def test_a_bad_source_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    result = run(
        "generate", tmp_path / "absent.txt", article(tmp_path), "--output", tmp_path / "out", "--json"
    )
    assert result.returncode == 65
    assert len(result.stdout.splitlines()) == 1
    assert "absent.txt: no such file" in result.stderr
    assert len(seen(tmp_path / "out")) == 1


def test_an_article_from_standard_input(run: Run, tmp_path: Path) -> None:
    text = SHORT.format(first="On y passe à pied.")
    result = run("generate", "-", "--output", tmp_path / "out", stdin=text.encode("cp1252"))
    assert result.returncode == 0, result.stderr
    assert seen(tmp_path / "out") == ["le-pont-rouvre-jeudi"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_nothing_half_written(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals, code: int
) -> None:
    output = tmp_path / "out"
    process = start(["generate", EXAMPLE, "--output", output], environment, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not (output.exists() and any(output.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=10)
    assert process.returncode == code
    assert stderr.decode().count("\n") == 1
    assert list(output.iterdir()) == []


def test_a_reader_who_leaves_is_no_fault(environment: dict[str, str], tmp_path: Path) -> None:
    theirs, ours = os.pipe()
    os.close(theirs)
    process = start(
        ["generate", EXAMPLE, "--output", tmp_path / "out"], environment, stdout=ours, stderr=subprocess.PIPE
    )
    os.close(ours)
    assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == 1
    assert len(list((tmp_path / "out").iterdir())) == 1


IMPORTER = """
import os, signal, sys, threading
from podcast.cli import Stopped, _stop

signal.signal(signal.SIGTERM, _stop)
try:
    import interrupted
    threading.Event().wait(5)
except Stopped:
    other = threading.Thread(target=__import__, args=("colorsys",), daemon=True)
    other.start()
    other.join(5)
    print(sys.modules["interrupted"].whole, not other.is_alive())
"""


def test_a_signal_waits_for_the_end_of_an_import(tmp_path: Path) -> None:
    """An exception from within would leave the lock of imports held, and every other thread waiting."""
    (tmp_path / "interrupted.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(0.1)\nwhole = True\n"
    )
    environment = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTER],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == "True True\n"


def test_killed_at_any_moment_it_leaves_no_partial_episode(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """Twelve SIGKILLs over the whole run: nothing visible, and the last run completes from the cache.

    On a slow machine there are more of them, each later, until one came after the first sentence.
    """
    output, cache, moments = tmp_path / "out", tmp_path / "cache", random.Random(1)
    for kill in range(96):
        if kill >= 12 and kept.clips(cache):
            break
        process = start(["generate", EXAMPLE, "--output", output], environment, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=moments.uniform(0.3, 2.5) * (1 + kill // 12))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for name in seen(output):
            assert {path.name for path in (output / name).iterdir()} == FILES
    report = json.loads(run("generate", EXAMPLE, "--output", output, "--json").stdout)
    assert report["cached"] > 0
    assert [path.name for path in output.iterdir()] == [Path(report["episode"]).name]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A newsroom's page on a real server, on an address that is not public."""
    folder = tmp_path / "site"
    folder.mkdir()
    paragraphs = SHORT.format(first="On y passe à pied.").split("\n\n")
    body = "".join(f"<p>{text.strip()}</p>" for text in paragraphs[1:])
    page = f"<html><head><title>{paragraphs[0]}</title></head><body><article><h1>{paragraphs[0]}</h1>{body}"
    (folder / "pont.html").write_text(page, encoding="cp1252")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/pont.html"
        server.shutdown()


def test_an_article_from_an_address(run: Run, tmp_path: Path, site: str) -> None:
    refused = run("generate", site, "--output", tmp_path / "out")
    assert refused.returncode == 65
    assert "allow-list" in refused.stderr
    made = run("generate", site, "--allow", "127.0.0.1", "--output", tmp_path / "out", "--json")
    assert made.returncode == 0, made.stderr
    assert seen(tmp_path / "out") == ["le-pont-rouvre-jeudi"]
    shown = json.loads(run("read", site, "--allow", "127.0.0.1", "--json").stdout)
    assert shown["url"] == site
    assert shown["blocks"][-1]["text"].startswith("Les trains, eux, n'ont pas cessé")


def test_the_reference_article(run: Run, tmp_path: Path, shared_articles: Path, ffprobe: str) -> None:
    source = shared_articles / "leparisien-2025-07-08.txt"
    report = json.loads(run("generate", source, "--output", tmp_path, "--json").stdout)
    assert 180 < report["duration"] < 300
    assert [c["title"] for c in report["chapters"][1:]] == [
        "Demandes maximalistes russes",
        "Bombardements quotidiens et réciproques",
    ]
    assert abs(report["loudness"] + 16) <= 1
    probe = subprocess.run(
        [ffprobe, "-v", "error", "-show_chapters", "-of", "json", report["audio"]],
        capture_output=True,
        text=True,
        check=True,
    )
    chapters = json.loads(probe.stdout)["chapters"]
    assert [c["tags"]["title"] for c in chapters] == [c["title"] for c in report["chapters"]]
    for written, said in zip(chapters, report["chapters"], strict=True):
        assert abs(float(written["start_time"]) - said["start"]) < 0.002
