"""The start page: the work list, the most severe first."""

from typing import Final

from starlette.responses import Response

from app.domain.keys import Scope
from app.storage import flags
from app.ui.visit import Page, Visit


def show_flags(visit: Visit) -> Response:
    """The work list."""
    with visit.newsroom.database.read() as conn:
        found = flags.list_flags(conn, limit=25)
    return visit.page("flags.html", flags=found.items)


PAGES: Final = (Page("GET", "/", show_flags, needs=Scope.READ, is_public=True),)
