"""The lines and units that a scheduler reads: right hours, absolute paths, and no trace after removal."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from podcast import schedule
from podcast.config import read_config
from podcast.errors import ConfigError, PublishError
from podcast.schedule import Job, crontab, units
from tests.conftest import tool

HOURS = [
    ('at = ["05:30"]', ["30 5 * * *"], ["*-*-* 05:30:00"]),
    ('at = ["00:00", "12:05"]', ["0 0 * * *", "5 12 * * *"], ["*-*-* 00:00:00", "*-*-* 12:05:00"]),
    ("every = 1", ["* * * * *"], ["*:0/1"]),
    ("every = 15", ["*/15 * * * *"], ["*:0/15"]),
    ("every = 60", ["0 * * * *"], ["0/1:00"]),
    ("every = 240", ["0 */4 * * *"], ["0/4:00"]),
    ("", ["30 5 * * *"], ["*-*-* 05:30:00"]),
]


def job(folder: Path, lines: str = "") -> Job:
    path = folder / "podcast.toml"
    path.write_text(f"[schedule]\n{lines}\n", encoding="utf-8")
    return schedule.job_of(read_config(path, {}), path)


@pytest.mark.parametrize(("lines", "cron", "calendar"), HOURS)
def test_the_hours(tmp_path: Path, lines: str, cron: list[str], calendar: list[str]) -> None:
    made = job(tmp_path, lines)
    assert [line.split(" cd ")[0] for line in crontab(made).splitlines()] == cron
    timer = units(made)[1].splitlines()
    assert [line.removeprefix("OnCalendar=") for line in timer if line.startswith("OnCal")] == calendar


@pytest.mark.parametrize("lines", ["every = 7", "every = 90", "every = 0", 'at = ["24:00"]', 'at = ["5:30"]'])
def test_hours_that_no_scheduler_knows_are_refused(tmp_path: Path, lines: str) -> None:
    with pytest.raises(ConfigError, match=r"podcast\.toml:[12]"):
        job(tmp_path, lines)


def test_a_crontab_line_runs_as_it_is_written(tmp_path: Path) -> None:
    """Through the shell, from elsewhere, with an odd path: % and spaces and quotes come through."""
    folder = tmp_path / "l'île à 100 %"
    folder.mkdir()
    line = crontab(job(folder)).splitlines()[0]
    command = line.removeprefix("30 5 * * * ").replace(r"\%", "%").replace("-m podcast run", "-c 'print(1)'")
    subprocess.run(["/bin/sh", "-c", command], check=True, cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (folder / "library" / "run.log").read_text(encoding="utf-8") == "1\n"


def test_units_are_what_systemd_expects(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze")
    folder = tmp_path / "l'île à 100 %"
    folder.mkdir()
    made = job(folder, "every = 15")
    for kind, text in zip(("service", "timer"), units(made), strict=True):
        (tmp_path / f"{made.name}.{kind}").write_text(text, encoding="utf-8")
    verified = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / f"{made.name}.timer")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.name not in verified.stderr, verified.stderr
    moments = [line.removeprefix("OnCalendar=") for line in units(made)[1].splitlines() if "OnCal" in line]
    subprocess.run([analyze, "calendar", *moments], check=True, capture_output=True)


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``crontab`` command that keeps its file here, as crontab(1) would in /var/spool."""
    spool = tmp_path / "spool"
    command = tmp_path / "bin" / "crontab"
    command.parent.mkdir()
    command.write_text(
        f"""#!/bin/sh
if [ "$1" = -l ]; then cat '{spool}' 2>/dev/null || {{ echo 'no crontab for me' >&2; exit 1; }}
else cat > '{spool}'; fi
""",
        encoding="utf-8",
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    return spool


def test_installing_keeps_what_others_wrote_and_removing_leaves_it(tmp_path: Path, spool: Path) -> None:
    others = "# à moi\n0 4 * * * /usr/bin/true\n"
    spool.write_text(others, encoding="utf-8")
    made = job(tmp_path, 'at = ["05:30", "12:30"]')
    for _ in range(2):
        schedule.install(made, "cron")
        assert spool.read_text(encoding="utf-8") == others + crontab(made)
    other_folder = tmp_path / "autre"
    other_folder.mkdir()
    other_show = job(other_folder)
    schedule.install(other_show, "cron")
    assert "2 lines removed" in schedule.remove(made, "cron")
    assert spool.read_text(encoding="utf-8") == others + crontab(other_show)
    assert "0 lines removed" in schedule.remove(made, "cron")


def test_without_the_tool_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="crontab is not on this machine"):
        schedule.install(job(tmp_path), "cron")


def test_systemd_that_does_not_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    false = tmp_path / "systemctl"
    false.write_text("#!/bin/sh\necho 'System has not been booted' >&2\nexit 1\n", encoding="utf-8")
    false.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(schedule, "unit_folder", lambda: tmp_path / "units")
    made = job(tmp_path)
    with pytest.raises(PublishError, match="System has not been booted"):
        schedule.install(made, "systemd")
    assert (tmp_path / "units" / f"{made.name}.timer").is_file()


@pytest.mark.skipif(os.geteuid() != 0, reason="a cron daemon of our own needs root")
def test_a_cron_daemon_fires_the_installed_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's cron, the true crontab command, the next full minute, and an episode in the feed."""
    cron = tool("cron")
    if shutil.which("pgrep") and subprocess.run(["pgrep", "-x", "cron"], check=False).returncode == 0:
        pytest.skip("a cron daemon runs already")
    monkeypatch.setenv("PODCAST_CACHE", str(tmp_path / "cache"))
    (tmp_path / "articles").mkdir()
    article = "Le phare rouvre\n\nLe gardien y attend les visiteurs dès le premier jour de l'été, à midi.\n"
    (tmp_path / "articles" / "a.txt").write_text(article, encoding="utf-8")
    path = tmp_path / "podcast.toml"
    path.write_text(
        '[[sources]]\nfolder = "articles"\n[storage]\nurl = "http://podcast.test/"\n[schedule]\nevery = 1\n',
        encoding="utf-8",
    )
    made = schedule.job_of(read_config(path, {}), path)
    schedule.install(made, "cron")
    daemon = subprocess.Popen([cron, "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 100
        while not (tmp_path / "public" / "feed.xml").is_file() and time.monotonic() < deadline:
            time.sleep(0.5)
        feed = (tmp_path / "public" / "feed.xml").read_text(encoding="utf-8")
    finally:
        daemon.terminate()
        daemon.wait()
        schedule.remove(made, "cron")
    assert feed.count("<item>") == 1
    assert "1 new; 1 episodes" in made.log.read_text(encoding="utf-8")
    left = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    assert made.name not in left.stdout
