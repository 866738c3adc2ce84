"""Kill `podcast run` again and again, while a reader polls the feed.

    python -m benchmarks.kill_campaign --kills 200 --seed 1

In each round the newsroom changes (an article is new, edited or withdrawn),
`podcast run` is started and gets SIGKILL at a random moment of its life, or
meets another fault, and the next run must complete. Promised, and checked by
the reader at every instant or after every completed run:

    valid     the published feed parses, and every file that it names is there, whole
    lost      every article of the newsroom is in the feed, once, with its last text
    guids     no GUID ever changes
    reuse     no address ever names two different sounds
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import podcastparser

BASE = "http://podcast.test/"
CONFIG = f"""jobs = 1
[[sources]]
folder = "articles"
[storage]
url = "{BASE}"
[retention]
grace_days = 0.0001
"""
"""The time of grace is 9 s, so that files are removed under the campaign too."""
SUBJECTS = ("Le phare", "La criée", "Le marché", "La médiathèque", "Le vieux pont", "La dune", "Le manège")
DEEDS = ("rouvre lundi", "change de quai", "ferme plus tôt", "fête ses cent ans", "cherche un gardien")
REMARKS = ("On attend du monde.", "Rien ne presse.", "La mairie s'en félicite.", "Le bac attendra.")
PAGE = """<html lang="fr"><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p>La nouvelle est tombée ce matin, à l'issue d'un conseil municipal qui en débattait depuis l'automne.</p>
<p>{remark}</p></article></body></html>
"""
LONGEST = 60.0
"""Seconds in which a run must end."""


@dataclass
class Seen:
    """What the reader and the checks have met so far."""

    polls: int = 0
    faults: list[str] = field(default_factory=list)
    sounds: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the audio by address."""
    guids: dict[str, str] = field(default_factory=dict)
    """By title."""


class Campaign:
    """One newsroom and its show, under fire."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.seen = Seen()
        self.rounds: Counter[str] = Counter()
        self.titles: dict[str, str] = {}
        """By name of the file."""
        self._life = 4.0
        """Seconds that a run takes, as the last whole one did."""
        self._ended = threading.Event()
        (folder / "articles").mkdir()
        (folder / "podcast.toml").write_text(CONFIG, encoding="utf-8")

    def run(self, kills: int, seconds: float = 1e9, least: int = 0) -> None:
        """So many rounds with a kill, within so many seconds, but some of them however long they take."""
        reader = threading.Thread(target=self._poll, daemon=True)
        for _ in range(3):
            self._write_new()
        self._complete()
        reader.start()
        end = time.monotonic() + seconds
        while self.rounds["kill"] < (kills if time.monotonic() < end else least):
            self._change()
            self.random.choices((self._kill, self._damage, self._break_source), weights=(12, 1, 1))[0]()
            if self.random.random() < 0.5:
                self._kill()  # and once more before anything could be mended
            self._complete()
        self._ended.set()
        reader.join()

    def _change(self) -> None:
        """The newsroom works."""
        turn = self.random.random()
        if turn < 0.5 or len(self.titles) < 3:
            self._write_new()
            return
        name = self.random.choice(sorted(self.titles))
        if turn < 0.8 and len(self.titles) <= 12:
            self._write(name, self.titles[name])
        else:
            (self.folder / "articles" / name).unlink()
            del self.titles[name]

    def _write_new(self) -> None:
        number = len(self.seen.guids) + len(self.titles) + self.random.randrange(10_000)
        title = f"{self.random.choice(SUBJECTS)} {self.random.choice(DEEDS)}, épisode {number}"
        self._write(f"{number}.html", title)
        self.titles[f"{number}.html"] = title

    def _write(self, name: str, title: str) -> None:
        remark = f"{self.random.choice(REMARKS)} Le numéro {self.random.randrange(1000)} a été tiré."
        path = self.folder / "articles" / name
        part = path.with_suffix(".part")
        part.write_text(PAGE.format(title=title, remark=remark), encoding="utf-8")
        os.utime(part, (time.time() - 10, time.time() - 10))
        part.replace(path)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "podcast", "run", "--config", str(self.folder / "podcast.toml")]
        environment = {**os.environ, "PODCAST_CACHE": str(self.folder / "cache")}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def _kill(self) -> None:
        """SIGKILL at a random moment of the run's life."""
        process = self._start()
        try:
            process.wait(self.random.uniform(0, self._life))
            self.rounds["ended before the kill"] += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.rounds["kill"] += 1

    def _damage(self) -> None:
        """Bytes of the library are overwritten, or cut off."""
        self.rounds["damaged library"] += 1
        path = self.folder / "library" / "library.db"
        with path.open("r+b") as file:
            size = path.stat().st_size
            if self.random.random() < 0.5:
                file.truncate(self.random.randrange(size))
            else:
                file.seek(self.random.randrange(size))
                file.write(self.random.randbytes(4096))

    def _break_source(self) -> None:
        """The folder of the articles is away during a run."""
        self.rounds["source away"] += 1
        away = self.folder / "away"
        (self.folder / "articles").rename(away)
        if self._start().wait(LONGEST) != 75:
            self.seen.faults.append("a run without its source did not say that it will try again")
        away.rename(self.folder / "articles")

    def _complete(self) -> None:
        """A run that must do all there is to do."""
        began = time.monotonic()
        code = self._start().wait(LONGEST)
        self._life = time.monotonic() - began
        self.rounds["complete"] += 1
        if code != 0:
            self.seen.faults.append(f"a run ended with exit code {code}")
        self._check_complete()

    def _check_complete(self) -> None:
        """Nothing lost, nothing doubled, no GUID changed."""
        episodes = self._read()
        titles = sorted(episode["title"] for episode in episodes)
        if titles != sorted(self.titles.values()):
            self.seen.faults.append(f"in the feed: {titles}; in the newsroom: {sorted(self.titles.values())}")
        for episode in episodes:
            if self.seen.guids.setdefault(episode["title"], episode["guid"]) != episode["guid"]:
                self.seen.faults.append(f"the GUID of {episode['title']} changed")
        for name, title in self.titles.items():
            text = (self.folder / "articles" / name).read_text(encoding="utf-8")
            pages = [e["enclosures"][0]["url"] for e in episodes if e["title"] == title]
            for url in pages:
                transcript = self._path(url).with_name("transcript.vtt").read_text(encoding="utf-8")
                number = text.rpartition("numéro ")[2].split()[0]
                if f" {number} " not in f" {' '.join(transcript.split())} ":
                    self.seen.faults.append(f"{title}: the last edit is not in the episode")

    def _poll(self) -> None:
        """A reader that comes by all the time."""
        while not self._ended.is_set():
            try:
                self._read()
            except Exception as error:  # whatever a reader may stumble over is a fault
                self.seen.faults.append(f"the reader met {error!r}")
            self.seen.polls += 1
            time.sleep(0.05)

    def _read(self) -> list[dict[str, Any]]:
        with (self.folder / "public" / "feed.xml").open("rb") as stream:
            episodes = podcastparser.parse(f"{BASE}feed.xml", stream)["episodes"]
        for episode in episodes:
            (enclosure,) = episode["enclosures"]
            data = self._path(enclosure["url"]).read_bytes()
            sound = hashlib.sha256(data).hexdigest()
            if len(data) != enclosure["file_size"]:
                raise ValueError(f"{enclosure['url']} has {len(data)} bytes, not {enclosure['file_size']}")
            if self.seen.sounds.setdefault(enclosure["url"], sound) != sound:
                raise ValueError(f"{enclosure['url']} was used for other audio")
            for name in ("chapters.json", "transcript.vtt", "index.html", "cover.jpg"):
                self._path(enclosure["url"]).with_name(name).stat()
        return list(episodes)

    def _path(self, url: str) -> Path:
        return self.folder / "public" / url.removeprefix(BASE)


def summary(campaign: Campaign) -> str:
    """One line of figures."""
    rounds = ", ".join(f"{count} {what}" for what, count in sorted(campaign.rounds.items()))
    seen = campaign.seen
    return f"{rounds}; {seen.polls} polls, {len(seen.guids)} articles, {len(seen.faults)} faults"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="podcast-campaign-") as folder:
        campaign = Campaign(Path(folder), given.seed)
        campaign.run(given.kills, given.seconds)
        for fault in campaign.seen.faults[:20]:
            print("FAULT", fault)
        if campaign.seen.faults:
            print((Path(folder) / "log").read_text(encoding="utf-8")[-3000:])
        print(f"seed {given.seed}: {summary(campaign)}")
    sys.exit(bool(campaign.seen.faults))


if __name__ == "__main__":
    main()
