"""One claim: its whole life, and how to cite it."""

from typing import Final

from starlette.responses import Response

from app.domain.ids import ClaimId
from app.domain.keys import Scope
from app.ui.views.claim import claim_view
from app.ui.visit import Page, Visit


def show_claim(visit: Visit) -> Response:
    """The life of a claim."""
    return visit.page("claim.html", view=claim_view(visit, ClaimId(visit.id_of("claim_id"))))


PAGES: Final = (Page("GET", "/claims/{claim_id:uuid}", show_claim, needs=Scope.READ, is_public=True),)
