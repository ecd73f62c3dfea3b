"""Pages that cannot be read: an error each time, never an empty statement, and a gap that is told of once."""

import gzip

import pytest

from app.domain.observations import Outcome
from app.domain.statements import StatementState
from app.domain.watches import Selectors, SourceKind, WatchDraft, WatchHealth
from app.pipeline.watchlist import add_watch
from app.sources.web_page import WebPage

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "Payments do not depend on income, and nobody has to apply for them at any office of the ministry."
HTML = {"content-type": "text/html; charset=utf-8"}
LONG = b"<html><body><p>" + b"word " * 4_200_000 + b"</p></body></html>"


def titled(title, text=""):
    return f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>".encode()


BAD = {
    "refused (403)": ((403, HTML, titled("Forbidden")), Outcome.BLOCKED),
    "too many requests (429)": ((429, HTML, titled("Slow down")), Outcome.BLOCKED),
    "Cloudflare challenge": ((403, {**HTML, "cf-mitigated": "challenge"}, titled("Just a moment...")), Outcome.BLOCKED),
    "captcha with a 200": (
        (200, HTML, b'<html><body><div class="g-recaptcha" data-sitekey="x"></div>Are you human?</body></html>'),
        Outcome.BLOCKED,
    ),
    "login with a 200": (
        (200, HTML, b'<html><body>Log in<input type="password" name="p"></body></html>'),
        Outcome.BLOCKED,
    ),
    "consent wall": ((302, {"location": "/consent?back=release"}, b""), Outcome.BLOCKED),
    "sent to the front page": ((302, {"location": "/"}, b""), Outcome.UNREADABLE),
    "sent to another article": ((302, {"location": "/exhibition"}, b""), Outcome.UNREADABLE),
    "moved to another article": ((301, {"location": "/exhibition"}, b""), Outcome.UNREADABLE),
    "sent to the list it stood in": ((302, {"location": "/?utm_source=old"}, b""), Outcome.UNREADABLE),
    "half a page in chunks": ((200, HTML, b"<html><body><main><p>" + FIRST[:60].encode()), Outcome.TRUNCATED),
    "soft 404": ((200, HTML, titled("404 Not Found", "The page was not found.")), Outcome.UNREADABLE),
    "empty 200": ((200, HTML, b""), Outcome.UNREADABLE),
    "no text on it": ((200, HTML, b"<html><body><div></div></body></html>"), Outcome.UNREADABLE),
    "a picture": ((200, {"content-type": "image/png"}, b"\x89PNG\r\n\x1a\n0000"), Outcome.UNREADABLE),
    "server error": ((500, HTML, titled("Error")), Outcome.SERVER_ERROR),
    "cut gzip": (
        (200, {**HTML, "content-encoding": "gzip"}, gzip.compress(b"<p>some words</p>" * 500)[:-20]),
        Outcome.TRUNCATED,
    ),
    "twenty megabytes": ((200, HTML, LONG), Outcome.TOO_LARGE),
    "twenty megabytes in gzip": (
        (200, {**HTML, "content-encoding": "gzip"}, gzip.compress(LONG, 1)),
        Outcome.TOO_LARGE,
    ),
}


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND)
    site.pages["/"] = release("Welcome to the ministry, which is here for everybody.", title="Ministry")
    site.pages["/exhibition"] = release("The museum shows old paintings and coins until the end of spring.")
    site.pages["/consent"] = release("We and our 812 partners value your privacy.", title="Before you continue")
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    return made


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_be_read_is_an_error_and_touches_no_version(name, watch, desk, record, site, later):
    answer, outcome = BAD[name]
    good = site.pages["/release"]
    site.pages["/release"] = answer
    first_failed_at = await later(301)
    await later(700)
    await later(1_500)
    assert record.outcomes() == [Outcome.FIRST_SEEN, outcome, outcome, outcome]
    assert (record.statement.version_count, record.statement.state) == (1, StatementState.PRESENT)
    (gap,) = record.gaps(watch)
    assert (gap.outcome, gap.closed_at) == (outcome, None)
    assert gap.opened_at >= first_failed_at
    assert record.watch(watch).health is WatchHealth.FAILING

    site.pages["/release"] = good
    back_at = await later(3_000)
    assert record.outcomes()[-1] is Outcome.UNCHANGED
    assert record.gaps(watch)[0].closed_at >= back_at
    assert record.watch(watch).health is WatchHealth.HEALTHY
    assert record.told() == ["watch.failing", "watch.recovered"]
    assert len(record.alerts()) == 2


async def test_a_release_that_moved_and_was_corrected_is_an_edit(watch, record, site, release, later):
    site.pages["/release-2"] = release(FIRST.replace("500", "400"), SECOND)
    site.pages["/release"] = (301, {"location": "/release-2"}, b"")
    await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.EDITED]


async def test_what_always_came_from_another_place_may_be_written_anew(newsroom, site, release, record, later):
    site.pages["/current"] = release(FIRST, SECOND)
    site.pages["/today"] = (302, {"location": "/current"}, b"")
    add_watch(newsroom, WatchDraft(f"{site.url}/today"))
    await later(1)
    site.pages["/current"] = release("The museum shows old paintings and coins until the end of spring.")
    await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.EDITED]


async def test_one_failure_opens_a_gap_and_alarms_nobody(watch, desk, record, site, later):
    good = site.pages["/release"]
    site.pages["/release"] = (503, {}, b"")
    await later(301)
    assert record.watch(watch).health is WatchHealth.HEALTHY
    site.pages["/release"] = good
    await later(700)
    (gap,) = record.gaps(watch)
    assert gap.opened_at < gap.closed_at
    assert (record.told(), record.alerts()) == ([], ())


async def test_each_failure_in_a_row_waits_longer(watch, record, site, later, clock):
    site.pages["/release"] = (500, {}, b"")
    waits = []
    for _ in range(4):
        await later((record.watch(watch).next_check_at - clock()).total_seconds() + 1)
        waits.append((record.watch(watch).next_check_at - clock()).total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0]


async def test_a_selector_that_matches_nothing_is_an_error(newsroom, site, release, record, later):
    site.pages["/release"] = release(FIRST)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/release", selectors=Selectors(include=("#statement",))))
    await later(1)
    ((outcome, detail),) = record.visits(watch)
    assert outcome == Outcome.UNREADABLE
    assert "#statement" in detail
    assert record.statements() == ()


@pytest.mark.parametrize(
    ("declared", "used"), [("windows-1251", "windows-1251"), ("utf-8", "windows-1251"), (None, "koi8-r")]
)
async def test_a_charset_that_is_named_wrongly_or_not_at_all_does_not_make_an_edit(
    newsroom, site, release, record, later, declared, used
):
    ukrainian = "Міністерство оборони повідомляє про початок операції на півдні країни. " * 4
    russian = "Министерство сообщает о начале операции на юге страны, бои продолжаются. " * 4
    text = russian if used == "koi8-r" else ukrainian
    page = release(text).replace('<meta charset="utf-8">', "")
    content_type = "text/html" + (f"; charset={declared}" if declared else "")
    site.pages["/release"] = (200, {"content-type": content_type}, page.encode(used))
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    await later(301)
    (kept,) = record.texts()
    assert kept.endswith(text.strip())
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.UNCHANGED]


async def test_a_page_on_which_our_own_reader_fails_is_an_error_like_any_other(
    newsroom, watch, record, later, monkeypatch
):
    def stumble(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(WebPage, "glance", stumble)
    monkeypatch.setattr(WebPage, "read", stumble)
    await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.UNREADABLE]
    assert len(record.gaps(watch)) == 1
    monkeypatch.undo()
    await later(700)
    assert record.outcomes()[-1] is Outcome.UNCHANGED


async def test_a_host_that_nobody_answers_at_is_unreachable(newsroom, record, later):
    watch = add_watch(newsroom, WatchDraft("http://127.0.0.1:9/release", kind=SourceKind.WEB_PAGE))
    await later(1)
    assert [outcome for outcome, _ in record.visits(watch)] == [Outcome.UNREACHABLE]


async def test_a_page_that_never_was_there_is_not_withdrawn(newsroom, site, record, later):
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/nothing"))
    await later(1)
    await later(700)
    assert {outcome for outcome, _ in record.visits(watch)} == {Outcome.UNREADABLE}
    assert (record.statements(), record.edits()) == ((), ())


async def test_a_glance_that_fails_is_no_harm_for_the_page_is_read(newsroom, watch, record, later, monkeypatch):
    def stumble(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(WebPage, "glance", stumble)
    await later(301)
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.UNCHANGED]
    assert record.gaps(watch) == ()
