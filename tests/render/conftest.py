"""Rendering with the scripted engine, and what processes it leaves."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest


def workers() -> list[psutil.Process]:
    """The worker processes of this process that are alive."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    assert not workers()
    yield
    assert not workers()
