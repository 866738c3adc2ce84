"""What runs ``podcast run`` at its hours: a crontab line, or a systemd service with its timer.

Both name the program and the show by absolute paths, pass on where voices and
sentences are kept, and write to one log. Two runs that overlap are no matter:
the second leaves at once. Secrets do not belong here but in ``podcast.env``
beside ``podcast.toml``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from podcast.config import Config
from podcast.errors import ConfigError, PublishError

Scheduler = Literal["cron", "systemd"]
PASSED_ON = ("PODCAST_CACHE", "PODCAST_VOICES")
"""Variables of this environment that the job needs; none of them is a secret."""
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Job:
    """A show and its hours; all paths are absolute."""

    config: Path
    command: tuple[str, ...]
    """The program; ``run --config …`` is added."""
    log: Path
    at: tuple[str, ...] = ()
    """HH:MM, in the machine's time."""
    every: int | None = None
    """Minutes; stands instead of ``at``."""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the systemd units: the show's folder, and a hash that tells shows apart."""
        folder = re.sub(r"[^a-z0-9]+", "-", self.config.parent.name.lower()).strip("-") or "show"
        return f"podcast-{folder}-{hashlib.sha256(bytes(self.config)).hexdigest()[:6]}"

    @property
    def run(self) -> tuple[str, ...]:
        """The command line."""
        return (*self.command, "run", "--config", str(self.config))


def job_of(config: Config, path: Path) -> Job:
    """The job of a ``podcast.toml`` at ``path``."""
    wanted = config.schedule
    return Job(
        config=path.resolve(),
        command=(sys.executable, "-m", "podcast"),
        log=config.path(config.storage.library).resolve() / "run.log",
        at=() if wanted.every else tuple(wanted.at),
        every=wanted.every,
        environment={name: os.environ[name] for name in PASSED_ON if os.environ.get(name)},
    )


def shown(job: Job) -> str:
    """What would be installed, of both kinds."""
    service, timer = units(job)
    return (
        f"# crontab (podcast schedule --install cron)\n{crontab(job)}\n"
        f"# {job.name}.service (podcast schedule --install systemd)\n{service}\n"
        f"# {job.name}.timer\n{timer}"
    )


def crontab(job: Job) -> str:
    """The lines for a crontab; each ends in a mark by which they are found again."""
    variables = [f"{name}={shlex.quote(value)}" for name, value in job.environment.items()]
    command = " ".join((*variables, shlex.join(job.run)))
    folder, log = shlex.quote(str(job.config.parent)), shlex.quote(str(job.log))
    line = f"cd {folder} && mkdir -p {shlex.quote(str(job.log.parent))} && {command} >> {log} 2>&1"
    if "\n" in line:
        raise ConfigError("a crontab line cannot hold a line break", where=str(job.config))
    # A crontab takes % for a line break (crontab(5)).
    escaped = line.replace("%", r"\%")
    return "".join(f"{moment} {escaped} {_mark(job)}\n" for moment in _cron_moments(job))


def _mark(job: Job) -> str:
    return f"# {job.name}"


def _cron_moments(job: Job) -> list[str]:
    if job.every is None:
        moments = [moment.split(":") for moment in job.at]
        return [f"{int(minute)} {int(hour)} * * *" for hour, minute in moments]
    if job.every < _HOUR:
        return [f"*/{job.every} * * * *" if job.every > 1 else "* * * * *"]
    hours = job.every // _HOUR
    return [f"0 */{hours} * * *" if hours > 1 else "0 * * * *"]


def units(job: Job) -> tuple[str, str]:
    """The systemd service and its timer."""
    environment = "".join(f"Environment={_unit_quoted(f'{n}={v}')}\n" for n, v in job.environment.items())
    service = f"""[Unit]
Description=New articles of {_unit_plain(job.config.parent)} as podcast episodes
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={_unit_plain(job.config.parent)}
{environment}ExecStart={" ".join(map(_unit_quoted, job.run))}
# 75: something will be tried again by the next run.
SuccessExitStatus=75
StandardOutput=append:{_unit_plain(job.log)}
StandardError=inherit
Nice=10
NoNewPrivileges=yes
"""
    calendar = "".join(f"OnCalendar={moment}\n" for moment in _calendar_moments(job))
    timer = f"""[Unit]
Description=The hours of {job.name}

[Timer]
{calendar}Persistent=yes

[Install]
WantedBy=timers.target
"""
    return service, timer


def _calendar_moments(job: Job) -> list[str]:
    if job.every is None:
        return [f"*-*-* {moment}:00" for moment in job.at]
    if job.every < _HOUR:
        return [f"*:0/{job.every}"]
    return [f"0/{job.every // _HOUR}:00"]


def _unit_plain(path: Path) -> str:
    """A path in a unit file: % begins a specifier there (systemd.unit(5))."""
    return str(path).replace("%", "%%")


def _unit_quoted(text: str) -> str:
    """One argument of a command in a unit file (systemd.service(5))."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def install(job: Job, scheduler: Scheduler) -> str:
    """Write the job where the scheduler reads it, instead of an earlier one; says what was done."""
    _require_log(job)
    if scheduler == "cron":
        _write_crontab([*_others(job), *crontab(job).splitlines()])
        return f"crontab: {len(_cron_moments(job))} lines for {job.config}, log in {job.log}"
    folder = unit_folder()
    _write_units(folder, job)
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", f"{job.name}.timer")
    return f"{folder / job.name}.timer is enabled, log in {job.log}"


def remove(job: Job, scheduler: Scheduler) -> str:
    """Take the job out again, and nothing else; says what was done."""
    if scheduler == "cron":
        lines, others = _crontab_lines(), _others(job)
        if lines != others:
            _write_crontab(others)
        return f"crontab: {len(lines) - len(others)} lines removed"
    units_there = [unit_folder() / f"{job.name}.{kind}" for kind in ("timer", "service")]
    if not any(path.exists() for path in units_there):
        return f"{job.name}: nothing to remove"
    _systemctl("disable", "--now", f"{job.name}.timer")
    for path in units_there:
        path.unlink(missing_ok=True)
    _systemctl("daemon-reload")
    return f"{job.name}: removed"


def unit_folder() -> Path:
    """Where units of the system (for root) or of the user are."""
    if os.geteuid() == 0:
        return Path("/etc/systemd/system")
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "systemd" / "user"


def _write_units(folder: Path, job: Job) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, text in zip(("service", "timer"), units(job), strict=True):
            (folder / f"{job.name}.{kind}").write_text(text, encoding="utf-8")
    except OSError as error:
        raise PublishError(f"cannot be written: {error.strerror}", where=str(folder)) from error


def _require_log(job: Job) -> None:
    try:
        job.log.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"cannot be made: {error.strerror}", where=str(job.log.parent)) from error


def _others(job: Job) -> list[str]:
    return [line for line in _crontab_lines() if not line.endswith(_mark(job))]


def _crontab_lines() -> list[str]:
    done = _tool(["crontab", "-l"])
    if done.returncode and "no crontab" not in done.stderr:
        raise PublishError(f"crontab -l: {done.stderr.strip()}", remedy="may you use cron? see crontab(1)")
    return done.stdout.splitlines()


def _write_crontab(lines: Sequence[str]) -> None:
    done = _tool(["crontab", "-"], "".join(f"{line}\n" for line in lines))
    if done.returncode:
        raise PublishError(f"crontab: {done.stderr.strip()}", remedy="may you use cron? see crontab(1)")


def _systemctl(*arguments: str) -> None:
    user = () if os.geteuid() == 0 else ("--user",)
    done = _tool(["systemctl", *user, *arguments])
    if done.returncode:
        command = shlex.join(["systemctl", *user, *arguments])
        raise PublishError(
            f"{command}: {done.stderr.strip() or f'exit status {done.returncode}'}",
            remedy="the units are written: is systemd running here? else use --install cron",
        )


def _tool(command: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
    if shutil.which(command[0]) is None:
        other = "systemd" if command[0] == "crontab" else "cron"
        raise ConfigError(f"{command[0]} is not on this machine", remedy=f"install it, or use {other}")
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)
