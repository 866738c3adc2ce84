"""Rendering with the scripted engine, and what processes it leaves."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

_others: set[psutil.Process] = set()
"""Processes that were there before the test: other rooms keep some for all their tests."""


def workers() -> list[psutil.Process]:
    """The worker processes of this test that are alive."""
    children = set(psutil.Process().children(recursive=True)) - _others
    return [child for child in children if child.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    _others.clear()
    _others.update(workers())
    yield
    assert not workers()
