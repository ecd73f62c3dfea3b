"""When a comparison must come to an end: a question that the caller answers, since app.claims knows no clock."""

from collections.abc import Callable

OutOfTime = Callable[[], bool]
"""Asked now and then; once it says True, what is left is done in the coarse way."""


def never() -> bool:
    """There is no hurry."""
    return False
