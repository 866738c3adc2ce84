"""``podcast embed``: what a newsroom puts into its pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run, environment, run

__all__ = ["environment", "run"]

SERVER = "https://ecouter.example.org"
ID = "0123456789abcdef0123"


@pytest.mark.parametrize(
    ("target", "source", "script"),
    [
        (f"{SERVER}/articles/{ID}", f"{SERVER}/articles/{ID}", f"{SERVER}/player/ecouter-article.js"),
        (f"{SERVER}/articles/{ID}/listen", f"{SERVER}/articles/{ID}", f"{SERVER}/player/ecouter-article.js"),
        (
            f"{SERVER}/show/episodes/le-pont-1a2b/index.html",
            f"{SERVER}/show/episodes/le-pont-1a2b/",
            f"{SERVER}/show/ecouter-article.js",
        ),
        ("le-pont-1a2b", f"{SERVER}/show/episodes/le-pont-1a2b/", f"{SERVER}/show/ecouter-article.js"),
    ],
)
def test_the_player_of_an_article(run: Run, show: Path, target: str, source: str, script: str) -> None:
    assert show.is_dir()
    made = run("embed", target)
    assert made.returncode == 0, made.stderr
    assert f'<script defer src="{script}"></script>' in made.stdout
    assert f'<ecouter-article src="{source}">' in made.stdout


def test_a_frame(run: Run) -> None:
    made = run("embed", "--frame", f"{SERVER}/articles/{ID}")
    assert re.match(rf'<iframe src="{SERVER}/articles/{ID}/player" title="Écouter l’article"', made.stdout)


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("../../etc", 74),
        ("autre", 74),
        (".cache", 74),
        ("javascript://a/articles/b", 78),
        ("file:///etc", 78),
    ],
)
def test_what_cannot_be_embedded(run: Run, show: Path, target: str, code: int) -> None:
    assert show.is_dir()
    made = run("embed", target)
    assert (made.returncode, made.stdout) == (code, "")


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "library" / "episodes" / "le-pont-1a2b").mkdir(parents=True)
    (tmp_path / "podcast.toml").write_text(f'[storage]\nurl = "{SERVER}/show/"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
