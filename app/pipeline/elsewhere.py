"""An address that leads to another page than before: what stands there is no new wording of the statement.

Where a site is rebuilt, old addresses often lead to whatever is nearest: another article, or a page for a topic. So
words that came by way of a redirect, and have little in common with those that stood there, are not read as an edit.
"""

from urllib.parse import urlsplit

from app.domain.losses import is_another_text
from app.domain.observations import Outcome
from app.domain.pages import Page
from app.pipeline.findings import Known
from app.pipeline.newsroom import Newsroom
from app.sources.contract import Statements, Unread
from app.storage import versions


def leads_elsewhere(newsroom: Newsroom, page: Page, reading: Statements, known: Known) -> Unread | None:
    """That the one statement of an answer is another one, for it stands at another place; None where it may be it."""
    if not page.redirects or len(reading.found) != 1 or _place(page.url) == _place(page.requested_url):
        return None
    (found,) = reading.found
    standing = known.standing.get(found.external_id)
    if standing is None or not is_another_text(standing.text, found.wording.text):
        return None
    with newsroom.database.read() as conn:
        latest = versions.get_version(conn, standing.statement.id, standing.statement.version_count)
    if _place(latest.fetched_url) == _place(page.url):
        return None
    return Unread(Outcome.UNREADABLE, f"the address leads to another page with other words ({page.url[:200]})")


def _place(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
