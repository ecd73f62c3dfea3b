"""The table of pages: every address that answers with a page, in one place."""

from typing import Final

from app.ui.desk import table as desk
from app.ui.pages import claims, flags, signing, statements
from app.ui.visit import Page

PAGES: Final[tuple[Page, ...]] = (
    *flags.PAGES,
    *statements.PAGES,
    *claims.PAGES,
    *signing.PAGES,
    *desk.PAGES,
)
