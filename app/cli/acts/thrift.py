"""Keeping the memory of a service small that runs for months: one store of free memory, and large pieces given back."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Of ``mallopt`` in the GNU C library."""
ARENAS = 1
LARGE_BYTES = 128 * 1024
KEPT_BYTES = 2 * 1024 * 1024
"""Free at the end of the store before any is given back; with less a glance at a page takes half as long again."""


def share_free_memory() -> None:
    """Let all threads share one store of free memory, and give back what is large, where the C library is GNU's.

    By itself it gives each thread a store of its own, up to eight for each core, and what one of them frees no other
    may use; and it takes ever larger pieces for ones to be kept. Call it before the first thread is started.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
