"""The claims chart of a statement to take away: as SVG and as PNG, with source, link and time in it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from app.domain.ids import StatementId
from app.domain.keys import Scope
from app.ui.asking import number_in
from app.ui.drawings.claims_chart import draw_claims_chart
from app.ui.drawings.ink import Theme
from app.ui.drawings.lives import Source
from app.ui.drawings.png import as_png
from app.ui.drawings.sheet import PAGE, PICTURE, Extent
from app.ui.views.history import chart_of, history_of
from app.ui.visit import Page, Visit

LONGEST_TITLE: Final = 200


def standalone(visit: Visit, statement_id: StatementId, *, page_url: str, theme: Theme, extent: Extent) -> str:
    """The chart as a picture that says by itself whose words these are, where they are kept, and when it was drawn."""
    with visit.newsroom.database.read() as conn:
        history = history_of(conn, statement_id, until=number_in(visit.query, "until"))
    chart = replace(chart_of(history), whole=history.is_whole)
    source = Source(
        publisher=history.watch.publisher,
        title=(history.statement.title or "")[:LONGEST_TITLE],
        url=history.statement.url,
        page_url=page_url,
        drawn_at=visit.newsroom.clock(),
        last_checked_at=history.statement.last_checked_at,
    )
    return draw_claims_chart(chart, visit.words, theme=theme, source=source, extent=extent)


def address_of_statement(visit: Visit, statement_id: StatementId) -> str:
    """The whole address of the page of a statement."""
    base = visit.newsroom.rules.public_url or str(visit.request.base_url)
    return f"{base.rstrip('/')}/statements/{statement_id}"


def _answer(suffix: str, content_type: str) -> Callable[[Visit], Response]:
    def answer(visit: Visit) -> Response:
        statement_id = StatementId(visit.id_of("statement_id"))
        theme = Theme.DARK if visit.query.get("paper") == "dark" else Theme.LIGHT
        page_url = address_of_statement(visit, statement_id)
        svg = standalone(
            visit, statement_id, page_url=page_url, theme=theme, extent=PAGE if suffix == "svg" else PICTURE
        )
        body: str | bytes = svg if suffix == "svg" else as_png(svg)
        named = f'attachment; filename="claims-{statement_id.hex[-8:]}.{suffix}"'
        return Response(body, headers={"Content-Type": content_type, "Content-Disposition": named})

    return answer


PAGES: Final = (
    Page(
        "GET",
        "/statements/{statement_id:uuid}/claims.svg",
        _answer("svg", "image/svg+xml; charset=utf-8"),
        needs=Scope.READ,
        is_public=True,
    ),
    Page(
        "GET",
        "/statements/{statement_id:uuid}/claims.png",
        _answer("png", "image/png"),
        needs=Scope.READ,
        is_public=True,
    ),
)
