"""Who makes sound of the same text with the same voice: ``podcast``, and the command lines of its peers.

Each is run as its users run it: a process that starts, loads its model, speaks,
and leaves a compressed file. What a peer cannot do (MP3) ffmpeg does after it.
"""

from __future__ import annotations

import json
import shutil
import sys
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from podcast.bench.process import Cost, run
from podcast.types import EngineName, Voice

OURS = "podcast"
BIT_RATE = "96k"
"""Of the MP3s: what ``podcast`` makes when nothing is said."""

COQUI = (
    "import sys\n"
    "from podcast.speech.coqui import torch_audio\n"
    "torch_audio.provide()\n"
    "from TTS.bin.synthesize import main\n"
    "sys.argv[0] = 'tts'\n"
    "main()\n"
)
"""``tts``, with our stand-ins where torchaudio cannot be imported: without it the command does not start."""


@dataclass(frozen=True, slots=True)
class Job:
    """A text to speak."""

    voice: Voice
    name: str
    """What ``podcast --voice`` is given: a key, or the path of a folder."""
    text: Path
    """A pasted article: a block a line."""
    folder: Path
    """An empty one, for what is made."""
    jobs: int = 0
    cached: bool = False
    """May use and fill the cache of clips."""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """What it cost, and the seconds of sound that there are now."""

    cost: Cost
    audio: float

    def figures(self) -> dict[str, float]:
        """As ``Run.figures`` wants them."""
        return {"wall": self.cost.wall, "cpu": self.cost.cpu, "audio": self.audio}


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to make an MP3 of a text."""

    name: str
    make: Callable[[Job], Made]
    """Raises ``CommandFailed``."""
    package: str
    """What must be installed."""
    program: str = ""
    """What must be on the ``PATH``."""

    def figures(self, job: Job) -> dict[str, float]:
        """What making it took."""
        return self.make(job).figures()

    def lacks(self) -> str:
        """Why it cannot take part on this machine; empty when it can."""
        if find_spec(self.package) is None:
            return f"{self.package} is not installed"
        if self.program and shutil.which(self.program) is None:
            return f"{self.program} is not installed"
        return ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A way to hear a text, given on stdin, on stdout while it is being spoken."""

    name: str
    command: Callable[[Voice], list[str]]
    package: str

    def lacks(self) -> str:
        """Why it cannot take part on this machine; empty when it can."""
        return "" if find_spec(self.package) else f"{self.package} is not installed"


def podcast_generate(job: Job) -> Made:
    """``podcast generate``: cleaning, French, voice, level, MP3, chapters, tags, cover, page."""
    command = [sys.executable, "-m", "podcast", "generate", str(job.text), "--json", "--force"]
    command += ["--voice", job.name, "--jobs", str(job.jobs), "--output", str(job.folder)]
    if not job.cached:
        command.append("--no-cache")
    cost = run(command, folder=job.folder, environment=job.environment)
    return Made(cost, float(json.loads(cost.stdout)["duration"]))


def piper(job: Job) -> Made:
    """``piper``, then ``ffmpeg`` to MP3."""
    wav = job.folder / "piper.wav"
    command = [*_piper(job.voice), "-i", str(job.text), "-f", str(wav)]
    return _encoded(run(command, folder=job.folder, environment=job.environment), wav)


def coqui(job: Job) -> Made:
    """``tts``, then ``ffmpeg`` to MP3."""
    wav, model = job.folder / "tts.wav", Path(job.voice.model)
    config = (model if model.is_dir() else model.parent) / "config.json"
    command = [sys.executable, "-c", COQUI, "--model_path", str(model), "--config_path", str(config)]
    command += ["--text", _flat(job.text), "--out_path", str(wav)]
    if job.voice.speaker:
        command += ["--speaker_idx", job.voice.speaker]
    return _encoded(run(command, folder=job.folder, environment=job.environment), wav)


def pocket(job: Job) -> Made:
    """``pocket-tts generate``, then ``ffmpeg`` to MP3."""
    wav = job.folder / "pocket.wav"
    command = [*_pocket(job.voice), "--output-path", str(wav)]
    return _encoded(run(command, folder=job.folder, environment=job.environment, stdin=_flat(job.text)), wav)


def _piper(voice: Voice) -> list[str]:
    return [sys.executable, "-m", "piper", "-m", voice.model]


def _pocket(voice: Voice) -> list[str]:
    command = [sys.executable, "-m", "pocket_tts", "generate", "--quiet", "--text", "-"]
    if "config" in voice.settings:  # as published: the command fetches what it has not
        return [*command, "--language", str(voice.settings["config"]), "--voice", voice.speaker]
    speaker = Path(voice.model).with_name(f"{voice.speaker}.safetensors")
    return [*command, "--config", voice.model, "--voice", str(speaker)]


PODCAST = Contender(OURS, podcast_generate, "podcast")

PEERS: dict[EngineName, Contender] = {
    "piper": Contender("piper + ffmpeg", piper, "piper", "ffmpeg"),
    "coqui": Contender("tts + ffmpeg", coqui, "TTS", "ffmpeg"),
    "pocket": Contender("pocket-tts + ffmpeg", pocket, "pocket_tts", "ffmpeg"),
}
"""The command line of each engine; a server of one's own has none."""

STREAMS: dict[EngineName, Stream] = {
    "piper": Stream("piper, cold", lambda voice: [*_piper(voice), "--output-raw"], "piper"),
    "pocket": Stream("pocket-tts, cold", lambda voice: [*_pocket(voice), "--output-path", "-"], "pocket_tts"),
}
"""Those that can be heard before they have finished; ``tts`` cannot."""


def _encoded(spoken: Cost, wav: Path) -> Made:
    with wave.open(str(wav)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", str(wav)]
    command += ["-ac", "1", "-b:a", BIT_RATE, str(wav.with_suffix(".mp3"))]
    return Made(spoken + run(command), seconds)


def _flat(text: Path) -> str:
    """The text on one line, as a command line takes it."""
    return " ".join(text.read_text(encoding="utf-8").split())
