"""The server that is measured: a real one."""

from __future__ import annotations

import pytest

from podcast.bench.process import CommandFailed
from podcast.bench.server import serving

pytest.importorskip("uvicorn")


def test_a_text_is_heard() -> None:
    with serving("fr_FR-gazette-draft") as server:
        assert 0 < server.first_audio("Le marché rouvre\n\nIl était fermé depuis mardi.") < 60
        server.settled()


def test_a_server_that_ends_too_soon_is_told_of() -> None:
    with pytest.raises(CommandFailed, match="podcast serve"):
        ask_the_dead()


def ask_the_dead() -> None:
    with serving("fr_FR-gazette-draft") as server:
        server.process.kill()
        server.process.wait()
        server.settled()


def test_what_a_server_says_before_it_starts_is_told() -> None:
    with pytest.raises(CommandFailed, match="fr_FR-nobody"), serving("fr_FR-nobody"):
        pass
