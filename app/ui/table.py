"""The table of pages: every address that answers with a page, in one place."""

from typing import Final

from app.ui.pages import flags, signing
from app.ui.visit import Page

PAGES: Final[tuple[Page, ...]] = (
    *flags.PAGES,
    *signing.PAGES,
)
