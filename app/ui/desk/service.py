"""How the service fares, and what its record is: lag, hosts, gaps and workers; coverage, method and limits."""

from typing import Final

from starlette.responses import Response

from app.domain.headlines import headline_of_flag
from app.domain.keys import Scope
from app.domain.service import Amount, LastEdit, Precision, ServiceState, Work
from app.domain.terms import term_of
from app.domain.words import Words, msgid
from app.pipeline.overview import take_stock
from app.storage import coverage, edits, flags
from app.storage.database import Connection
from app.ui.desk.extents import holds
from app.ui.visit import Page, Visit

STATES: Final = {
    ServiceState.WORKING: msgid("All is well: what is due is being done."),
    ServiceState.OVERDUE: msgid("It works, but something is late."),
    ServiceState.STALLED: msgid("Nobody checks: no worker is there."),
}
WORKS: Final = {
    Work.CHECKS: msgid("checks"),
    Work.ALERTS: msgid("alerts"),
    Work.ANALYSES: msgid("comparisons of claims"),
}


def show_status(visit: Visit) -> Response:
    """One consistent reading of what waits, what is late and who works."""
    newsroom, words = visit.newsroom, visit.words
    service = take_stock(newsroom.database, newsroom.clock, newsroom.rules.overdue_seconds)
    numbers = [
        (words.text("lag of checks"), words.duration(service.lag_seconds)),
        (words.text("checks due"), _amount(service.checks.waiting, words)),
        (words.text("checks a minute"), words.number(service.checks_per_minute)),
        (words.text("comparisons that wait"), _amount(service.analyses.waiting, words)),
        (words.text("alerts on their way"), _amount(service.alerts, words)),
        (words.text("gaps that are open"), _amount(service.open_gaps, words)),
        (words.text("edits in the last hour"), _amount(service.edits_last_hour, words)),
        (words.text("edits in the last day"), _amount(service.edits_last_day, words)),
    ]
    with newsroom.database.read() as conn:
        last_edit = _last_edit(conn, service.last_edit, words) if service.last_edit else ""
    return visit.page(
        "desk/status.html",
        last_edit=last_edit,
        service=service,
        verdict=words.text(STATES[service.state]),
        overdue=[(words.text(WORKS[one.work]), _amount(one.amount, words), one.since) for one in service.overdue],
        numbers=numbers,
        watches=[(term_of(health, words), _amount(amount, words)) for health, amount in service.watches.items()],
        troubles=[(one, term_of(one.outcome, words)) for one in service.troubles],
        debts=[(one, term_of(one.state, words), _amount(one.waiting, words)) for one in service.destinations],
        hosts=_amount(service.hosts_resting, words),
        queues=[
            (words.text("checks"), service.checks.since),
            (words.text("comparisons of claims"), service.analyses.since),
        ],
    )


def _last_edit(conn: Connection, last: LastEdit, words: Words) -> str:
    """The newest edit in one line, in the reader's language where its facts were kept."""
    found = flags.list_flags_of_edit(conn, edits.get_edit(conn, last.edit_id))
    return headline_of_flag(found[0], words) if found else last.headline


def _amount(amount: Amount, words: Words) -> str:
    """A number, and how exact it is."""
    number = words.number(amount.count)
    match amount.precision:
        case Precision.EXACT:
            return number
        case Precision.AT_LEAST:
            return words.text("{number} or more", number=number)
        case Precision.ABOUT:
            return words.text("about {number}", number=number)


def show_about(visit: Visit) -> Response:
    """What is in the record, how it came there, and what it cannot know."""
    with visit.newsroom.database.read() as conn:
        reach = coverage.load_reach(conn, None)
    rules = visit.newsroom.rules
    return visit.page(
        "desk/about.html",
        extent=reach.searched,
        holds=holds(reach.searched, visit.words),
        not_compared=reach.not_compared,
        open_gaps=reach.open_gaps,
        second_look=visit.words.duration(rules.second_look_seconds),
        least=visit.words.duration(rules.least_interval_seconds),
        greatest=visit.words.duration(rules.greatest_interval_seconds),
        address=rules.public_url or str(visit.request.base_url).rstrip("/"),
        now=visit.newsroom.clock(),
    )


PAGES: Final = (
    Page("GET", "/status", show_status, needs=Scope.READ),
    Page("GET", "/about", show_about, needs=Scope.READ, is_public=True),
)
