"""Lists of any length for the command line: page after page, until there is enough."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.cli.screen import remark, show_json
from app.storage.paging import PageOf, Place

T = TypeVar("T")
PAGE = 200


def gather(read: Callable[[Place | None, int], PageOf[T]], limit: int) -> tuple[tuple[T, ...], bool]:
    """Up to ``limit`` things (0: all) and whether there are more. ``read`` gives a page of at most so many."""
    found: list[T] = []
    after: Place | None = None
    while True:
        page = read(after, min(PAGE, limit - len(found)) if limit else PAGE)
        found += page.items
        after = page.next
        if after is None or (limit and len(found) >= limit):
            return tuple(found), after is not None


def show_page(items: Any, *, is_more: bool) -> None:
    """A list for programs, in the form of the interface; ``next`` is null, since a command has no cursor."""
    show_json({"items": items, "next": None})
    tell_of_more(is_more=is_more)


def tell_of_more(*, is_more: bool) -> None:
    """Say where a list was cut."""
    if is_more:
        remark("There are more; --limit 0 shows all.")
