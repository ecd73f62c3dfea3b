"""Keeping the memory of a service small that runs for months: one store of free memory for its many short threads."""

import ctypes

_M_ARENA_MAX = -8
"""Of ``mallopt`` in the GNU C library."""
ARENAS = 1


def share_free_memory() -> None:
    """Let all threads share one store of free memory, where the C library is GNU's.

    By itself it gives each thread one of its own, up to eight for each core, and what one of them frees no other may
    use. Call it before the first thread is started.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, ARENAS)
