"""A worker keeps the memory that one sentence frees for the next.

Dask has its workers hand all but 64 kB of what they free back to the system
at once (``MALLOC_TRIM_THRESHOLD_``): it is meant for data frames that come and
go. A voice frees some megabytes with each sentence, and takes as many for the
next: having every page of them given anew, and emptied, was a sixth of a
worker's time.
"""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Of glibc's malloc.h."""
LARGEST = 32 << 20
"""Bytes. Anything larger is given back when it is freed; the most that glibc takes."""
KEPT = 256 << 20
"""Bytes at the end of the heap that are kept when they are free."""


def keep_what_is_freed() -> None:
    """For this process, whatever its environment says; does nothing where the C library is not glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    mallopt(M_MMAP_THRESHOLD, LARGEST)
    mallopt(M_TRIM_THRESHOLD, KEPT)
