"""Whole episodes beside their peers: who is missing or fails is named, and the others go on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from podcast.bench import bare, first_audio, rendering, session
from podcast.bench.contenders import OURS, PEERS, PODCAST, STREAMS, Contender
from podcast.bench.plan import Findings, Plan, attempt, workshop
from podcast.bench.process import CommandFailed
from podcast.bench.rendering import turned
from podcast.bench.results import Missing, Run, load_results
from podcast.bench.sections import SECTIONS
from podcast.bench.table import markdown
from podcast.errors import VoiceError
from podcast.settings import DEFAULT_VOICE
from podcast.speech import find_voice
from tests.bench.failing import failing_peer
from tests.speech.voices import random_voice

PLAN = replace(Plan.quick((DEFAULT_VOICE,), lambda _line: None), minutes=0.1)


def test_everybody_makes_the_same_text(ffmpeg: str) -> None:
    found = list(rendering.measure(PLAN))
    assert ffmpeg
    assert all(isinstance(run, Run) for run in found)
    made = {run.who: run.figures for run in found if isinstance(run, Run)}
    assert list(made) == [OURS, PEERS["piper"].name, bare.NAME, bare.ALONE]
    ours, theirs, published, alone = made.values()
    assert 0.8 < theirs["audio"] / published["audio"] < 1.2
    assert alone["audio"] == published["audio"]
    assert ours["audio"] > theirs["audio"]  # its pauses, and the closing line
    assert all(figures["wall"] > 0 and figures["cpu"] > 0 for figures in made.values())
    assert alone["cpu"] < published["cpu"] < theirs["cpu"]  # the bundled voice comes in eight bits


def test_a_peer_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = list(rendering.measure(PLAN))
    assert [gap.why for gap in found if isinstance(gap, Missing)] == ["ffmpeg is not installed"]
    assert {run.who for run in found if isinstance(run, Run)} == {OURS, bare.NAME, bare.ALONE}


def test_a_peer_that_fails_is_left_out_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = failing_peer(monkeypatch, "tts", "no such language")
    found = list(rendering.measure(replace(PLAN, rounds=2, least=2)))
    assert len(tries) == 1
    assert [gap.why for gap in found if isinstance(gap, Missing)] == ["tts: no such language"]
    assert [run.who for run in found if isinstance(run, Run)].count(OURS) == 2


@pytest.mark.parametrize("who", [OURS, first_audio.COLD, first_audio.WARM])
def test_nothing_goes_on_when_podcast_fails(who: str) -> None:
    def fail(_given: object) -> dict[str, float]:
        raise CommandFailed("no space left", where="podcast")

    with pytest.raises(CommandFailed, match="no space left"):
        attempt("rendering", find_voice(DEFAULT_VOICE), who, {who: fail}, None)


def test_the_show_of_the_folder_that_one_stands_in_has_no_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "podcast.toml").write_text('[voices]\nquotes = "nobody"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with workshop(find_voice(DEFAULT_VOICE), DEFAULT_VOICE, 0.1) as job:
        assert PODCAST.figures(job())["audio"] > 10


@pytest.mark.parametrize("who", [*PEERS.values(), *STREAMS.values()], ids=lambda who: who.name)
def test_whoever_is_not_installed_says_so(who: Contender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podcast.bench.contenders.find_spec", lambda _name: None)
    assert who.lacks() == f"{who.package} is not installed"


@pytest.mark.parametrize(("number", "order"), [(1, "abc"), (2, "bca"), (3, "cab"), (4, "abc"), (11, "bca")])
def test_each_is_first_in_its_turn(number: int, order: str) -> None:
    assert "".join(turned(list("abc"), number)) == order


@pytest.mark.parametrize(
    ("plan", "rounds"),
    [
        (Plan((), rounds=4, least=2, patience=60.0), 4),
        (Plan((), rounds=4, least=2, patience=-1.0), 2),
        (Plan((), rounds=1, least=2, patience=-1.0), 1),
    ],
)
def test_rounds_go_on_while_there_is_patience(plan: Plan, rounds: int) -> None:
    assert list(plan.numbered()) == list(range(1, rounds + 1))


def test_a_slow_engine_gets_a_short_text(tmp_path: Path) -> None:
    voice = random_voice(tmp_path)
    assert Plan((), minutes=30.0).length(voice) == 30.0
    assert Plan((), minutes=30.0).length(replace(voice, engine="coqui")) <= 1.0
    with workshop(voice, "anne", 0.1) as job:
        one, other = job(), job()
        assert one.text == other.text
        assert one.folder != other.folder
    assert not one.text.exists()


def test_a_session_resumes_after_the_last_finished_section(tmp_path: Path) -> None:
    told: list[str] = []
    plan = replace(PLAN, tell=told.append)
    session.bench(plan, ["stages"], tmp_path, command="podcast bench")
    told.clear()
    results = session.bench(plan, ["stages", "engines"], tmp_path, command="other", resume=True)
    assert told[0] == "stages: measured before"
    assert list(results.seconds) == ["stages", "engines"]
    assert results.command == "podcast bench"
    raw = json.loads((tmp_path / session.RAW).read_text(encoding="utf-8"))
    assert {run["section"] for run in raw["runs"]} == {"stages", "engines"}


def test_a_section_that_was_broken_off_says_so_and_is_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def stopped(_plan: Plan) -> Findings:
        calls.append(1)
        yield Run("stages", DEFAULT_VOICE, "read", {"cpu": 1.0, "audio": 2.0})
        if len(calls) == 1:
            raise KeyboardInterrupt

    monkeypatch.setitem(SECTIONS, "stages", SECTIONS["stages"]._replace(measure=stopped))
    with pytest.raises(KeyboardInterrupt):
        session.bench(PLAN, ["stages"], tmp_path, command="podcast bench")
    assert "Broken off" in markdown(load_results(tmp_path / session.RAW))
    results = session.bench(PLAN, ["stages"], tmp_path, command="podcast bench", resume=True)
    assert len(results.of("stages")) == 1
    assert "Broken off" not in markdown(results)


def test_a_voice_that_is_not_there_is_known_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="nobody"):
        session.bench(replace(PLAN, voices=("nobody",)), ["rendering"], tmp_path / "out", command="")
    assert not (tmp_path / "out").exists()
