"""The pages of the desk, in one place."""

from typing import Final

from app.ui.desk import (
    asking,
    charts,
    deliveries,
    destinations,
    keys,
    pinning,
    service,
    sharing,
    watch_adding,
    watch_files,
    watch_page,
    watchlist,
)
from app.ui.visit import Page

PAGES: Final[tuple[Page, ...]] = (
    *watchlist.PAGES,
    *watch_adding.PAGES,
    *watch_files.PAGES,
    *watch_page.PAGES,
    *asking.PAGES,
    *pinning.PAGES,
    *destinations.PAGES,
    *deliveries.PAGES,
    *keys.PAGES,
    *sharing.PAGES,
    *charts.PAGES,
    *service.PAGES,
)
