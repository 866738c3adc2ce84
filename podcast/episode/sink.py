"""What goes to a sink: bytes, a header once more when the end is known, samples as 16-bit numbers."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from podcast.types import Samples


class Sink(Protocol):
    """Where encoded bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take all of ``data``."""


def position(sink: Sink) -> int | None:
    """Where a seekable sink stands; None for a pipe."""
    seekable = getattr(sink, "seekable", None)
    return sink.tell() if seekable is not None and seekable() else None  # type: ignore[attr-defined]


def rewrite(sink: Any, start: int | None, data: bytes) -> None:
    """Put ``data`` where the sink stood at ``start``, and go back to its end; not into a pipe."""
    if start is None:
        return
    end = sink.tell()
    sink.seek(start)
    sink.write(data)
    sink.seek(end)


def pcm16(samples: Samples, full_scale: float = 32768) -> bytes:
    """Signed 16-bit little-endian samples; what passes full scale is clipped."""
    steps = samples * np.float32(full_scale)
    np.rint(steps, out=steps)
    np.clip(steps, -32768, 32767, out=steps)
    return steps.astype("<i2").tobytes()
