"""Text of strangers, made to run, to mislead or to break: wherever it comes in, it goes out as text alone."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.demo.telegram import TelegramStandIn
from app.settings import Settings
from app.wiring.interface import build_api
from app.wiring.newsroom import open_newsroom

PUBLISHED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>"
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\\x9b31m\r\x08\x7f"
BIDI = "\u202efdp.exe\u202c \u2066 \u2069 \u200e \u061c"
MARKUP = "[bold red]loud[/] [link=http://evil.example]x[/link] {{7*7}} ${jndi:ldap://x} %s %n"
FORMULA = '=HYPERLINK("http://evil.example","x")'
HEADERS = "x\r\nSet-Cookie: a=b\r\n\r\n<html>"
HOSTILE = f"{SCRIPT} {ESCAPES} {BIDI} {MARKUP} {FORMULA} {HEADERS}"
ONE_LINE = f"{FORMULA} {SCRIPT} {MARKUP}"
BEFORE = f"{HOSTILE} The Defence Forces have launched new offensive operations. 47 attacks were repelled."
AFTER = f"{HOSTILE} The Defence Forces are conducting combat operations. 47 attacks were repelled."
PAGE = (
    "<html lang='x\"><script>alert(4)</script>'><head><title>{hostile}</title>"
    '<meta name="author" content="{hostile}"><link rel="canonical" href="javascript:alert(5)"></head><body><article>'
    "<h1>{hostile}</h1><p>{text}</p><a href='javascript:alert(6)'>more</a></article></body></html>"
)
FEED = (
    '<rss version="2.0"><channel><title>{hostile}</title><item><title>{hostile}</title><guid>{hostile}</guid>'
    "<author>{hostile}</author><description>{text}</description></item></channel></rss>"
)
LISTS = (
    *("/v1/watches", "/v1/statements", "/v1/edits", "/v1/claims", "/v1/flags", "/v1/pins", "/v1/destinations"),
    *("/v1/alerts", "/v1/events", "/v1/audit", "/v1/edits/groups", "/v1/status", "/metrics"),
    *(
        "/v1/watches/export",
        "/v1/quotes?text=47+attacks+were+repelled",
        "/v1/search?q=attacks",
        "/v1/keys",
        "/v1/feeds/flags.atom",
        "/v1/feeds/flags.json",
    ),
)
SHOWN = {
    "/v1/watches": ["/v1/watches/{}", "/v1/visits?watch_id={}", "/v1/gaps?watch_id={}"],
    "/v1/statements": [
        *("/v1/statements/{}", "/v1/statements/{}/versions", "/v1/statements/{}/versions/1"),
        *("/v1/statements/{}/versions/1/capture", "/v1/statements/{}/timeline", "/v1/statements/{}/observations"),
    ],
    "/v1/edits": ["/v1/edits/{}"],
    "/v1/flags": ["/v1/flags/{}"],
    "/v1/claims": ["/v1/claims/{}"],
    "/v1/destinations": ["/v1/destinations/{}"],
    "/v1/alerts": ["/v1/alerts/{}", "/v1/alerts/{}/deliveries"],
    "/v1/events": ["/v1/events/{}"],
}
KINDS = (
    *("application/json", "application/octet-stream", "text/plain"),
    *("application/atom+xml", "application/feed+json"),
)
READS = (
    ("watch", "list"),
    ("flags",),
    ("statement", "list"),
    ("alerts", "list"),
    ("destination", "list"),
    ("pin", "list"),
    ("audit",),
    ("status", "--once"),
    ("quote", "47 attacks were repelled"),
    ("search", "attacks"),
)


@pytest.fixture
def site(serve_beside: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """A site whose every header is hostile too."""
    there: dict[str, str] = {}

    async def answer(request: Request) -> Response:
        hostile = ONE_LINE.encode()
        raw = [(b"server", hostile), (b"etag", b'"' + hostile + b'"'), (b"x-powered-by", hostile)]
        kind = "application/rss+xml" if request.url.path == "/feed" else "text/html; charset=utf-8"
        made = Response(there.get(request.url.path, ONE_LINE), 200 if request.url.path in there else 500)
        made.raw_headers += [*raw, (b"content-type", kind.encode())]
        return made

    with serve_beside(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])) as url:
        yield url, there


@pytest.fixture
def full(run: Any, telegram: TelegramStandIn, site: Any) -> Any:
    """A record full of it: watched, pinned, edited, flagged, noted, told to a receiver that answers with it too."""
    url, there = site
    run("pin", "add", "en: new offensive", "--name", ONE_LINE)
    run("destination", "add", f"{url}/hook", "--name", ONE_LINE)
    post = telegram.publish(BEFORE, PUBLISHED)
    there["/page"] = PAGE.format(hostile=escape(HOSTILE), text=escape(BEFORE))
    there["/feed"] = FEED.format(hostile=escape(ONE_LINE), text=escape(escape(ONE_LINE)))
    watches = [
        run("watch", "add", address, "--no-preview", "--name", ONE_LINE, "--tag", "=cmd|x", "--json").json["id"]
        for address in ("@generalstaff", f"{url}/page", f"{url}/feed")
    ]
    for watch in watches:
        run("watch", "check", watch, "--here")
    telegram.edit(post.number, AFTER)
    there["/page"] = PAGE.format(hostile=escape(HOSTILE), text=escape(AFTER))
    for watch in watches:
        run("watch", "check", watch, "--here")
    (destination,) = run("destination", "list", "--json").json["items"]
    run("destination", "test", destination["id"], "--here")
    for flag in run("flags", "--json").json["items"]:
        run("flag", "confirm", flag["id"], "--note", HOSTILE.replace("\r", ""))
    return run


@pytest.fixture
def answers(full: Any) -> dict[str, Any]:
    """What the interface answers to every reading operation about it, by address."""
    with opened(full) as client:
        found = {path: client.get(path) for path in LISTS}
        for path, shown in SHOWN.items():
            for one in found[path].json()["items"]:
                for form in shown:
                    address = form.format(one["id"])
                    found[address] = client.get(address)
    assert all(answer.status_code == 200 for answer in found.values()), [
        (path, answer.text) for path, answer in found.items() if answer.status_code != 200
    ]
    return found


@contextmanager
def opened(run: Any) -> Iterator[TestClient]:
    """The interface over the record of this folder, asked with a key that may read all."""
    run("migrate")
    key = run("key", "create", "desk", "--scope", "admin").out.strip()
    settings = Settings(_env_file=None)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_newsroom(settings)) as newsroom,
        TestClient(build_api(newsroom, settings), headers={"Authorization": f"Bearer {key}"}) as client,
    ):
        yield client


def told(answers: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(path, answer.json()) for path, answer in answers.items() if "json" in answer.headers["content-type"]]


def raw_controls(text: str) -> set[str]:
    """What a terminal would obey and no reader would see; line ends and what writes Persian and emoji are no harm."""
    return {
        letter for letter in text if letter not in "\n\t\u200c\u200d" and unicodedata.category(letter) in ("Cc", "Cf")
    }


def test_the_terminal_shows_what_would_move_it(full: Any) -> None:
    commands = [*READS]
    for noun, ids in (
        ("watch", "watch"),
        ("statement", "statement"),
        ("flag", "flags"),
        ("destination", "destination"),
    ):
        listed = full(*(("flags",) if ids == "flags" else (ids, "list")), "--json").json["items"]
        assert listed, noun
        commands += [(noun, "show", one["id"]) for one in listed if noun != "destination"]
        if noun == "statement":
            commands += [(noun, act, one["id"]) for one in listed for act in ("versions", "diff")]
    seen = 0
    for command in commands:
        for words in (command, (*command, "--json")):
            done = full(*words)
            assert raw_controls(done.out + done.err) == set(), words
            seen += "⟨U+202E⟩" in done.out
    assert seen >= 3  # the statement, its diff, the flag


def test_the_interface_tells_it_as_data_and_never_as_a_page(answers: dict[str, Any]) -> None:
    for path, answer in answers.items():
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in KINDS, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        if kind == "application/octet-stream":
            assert answer.headers["content-disposition"].startswith("attachment")
            assert SCRIPT in unescape(answer.text)
    assert any("capture" in path for path in answers)


def test_the_words_are_kept_as_they_were(answers: dict[str, Any]) -> None:
    texts = [one["text"] for path, one in told(answers) if "/versions/" in path and "/capture" not in path]
    assert any(SCRIPT in text and "\u202efdp.exe" in text and FORMULA in text for text in texts)


@pytest.mark.parametrize("path", ["/v1/watches/{}", "/v1/{}", "/v1/statements?cursor={}", "/v1/flags?watch_id={}"])
def test_an_error_repeats_it_as_data_only(run: Any, path: str) -> None:
    with opened(run) as client:
        answer = client.get(path.format(SCRIPT.replace("/", "%2F").replace("#", "%23")))
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_cell_of_an_export_is_a_formula(full: Any) -> None:
    rows = list(csv.reader(io.StringIO(full("watch", "export", "--format", "csv").out)))
    assert len(rows) == 4
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert any(cell == f"'{ONE_LINE}" for row in rows for cell in row)
