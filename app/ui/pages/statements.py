"""One statement: the wording with its life, and any two of its wordings compared."""

from typing import Final

from starlette.responses import Response

from app.domain.ids import StatementId
from app.domain.keys import Scope
from app.ui.views.compare import comparison_of
from app.ui.views.statement import statement_view
from app.ui.visit import Page, Visit


def show_statement(visit: Visit) -> Response:
    """A statement with its latest wording, or another one."""
    return visit.page("statement.html", view=statement_view(visit, StatementId(visit.id_of("statement_id"))))


def show_comparison(visit: Visit) -> Response:
    """Two wordings of a statement."""
    return visit.page("compare.html", view=comparison_of(visit, StatementId(visit.id_of("statement_id"))))


PAGES: Final = (
    Page("GET", "/statements/{statement_id:uuid}", show_statement, needs=Scope.READ, is_public=True),
    Page("GET", "/statements/{statement_id:uuid}/compare", show_comparison, needs=Scope.READ, is_public=True),
)
