"""A process keeps the memory that one sentence frees for the next.

A voice, a filter and an encoder free some megabytes with each sentence, and
take as many for the next. glibc gives much of that back to the system (and
Dask has its workers hand back all but 64 kB at once): having every page of it
given anew, and emptied, was a sixth of such a worker's time, and a twentieth
of that of ``podcast generate``.
"""

from __future__ import annotations

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Of glibc's malloc.h."""
LARGEST = 32 << 20
"""Bytes. Anything larger is given back when it is freed; the most that glibc takes."""
KEPT = 256 << 20
"""Bytes at the end of the heap that are kept when they are free."""


def keep_what_is_freed() -> None:
    """For this process, whatever its environment says; does nothing where the C library is not glibc."""
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    mallopt(M_MMAP_THRESHOLD, LARGEST)
    mallopt(M_TRIM_THRESHOLD, KEPT)
