"""Public read: without a key people read what public watches found, and cannot tell that there is anything else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.application import openapi_document
from app.domain.archives import Range
from app.domain.keys import Scope
from app.domain.watches import Visibility
from app.pipeline.backfill import Place, begin_backfill
from app.pipeline.indexing import make_searchable
from app.pipeline.keys import create_key
from app.pipeline.pins import PinDraft, create_pin
from app.storage import claims, edits, events, flags, statements, watches

FIRST = "Our forces began new offensive operations in the Kursk region. Five villages are under control."
SECOND = "Our forces began combat operations in the Kursk region. Five villages are under control."
THIRD = "Our forces ended combat operations in the Kursk region. Five villages are under control."
OPEN_PAGE, HIDDEN_PAGE = "https://www.example.org/statement", "https://secret.example.com/hidden"
TELLTALE = re.compile("secret|hidden|Quiet Ministry|between us|night editor", re.IGNORECASE)
"""Words of the private watch, of the pins on it, and of what colleagues wrote to each other."""

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

ASKED: dict[str, tuple[str, ...]] = {
    "/v1/watches/export": tuple(f"?format={style}" for style in ("json", "csv", "opml", "text")),
    "/v1/watches": ("", "?limit=1", "?visibility=private", "?visibility=public", "?tag=secret", "?kind=web_page"),
    "/v1/watches/{watch_id}": ("",),
    "/v1/visits": ("?watch_id={watch}",),
    "/v1/gaps": ("?watch_id={watch}",),
    "/v1/watches/{watch_id}/backfills": ("",),
    "/v1/watches/{watch_id}/backfills/{backfill_id}": ("",),
    "/v1/statements": ("", "?limit=1", "?watch_id={watch}", "?tag=secret", "?state=present", "?edited_since={early}"),
    "/v1/statements/{statement_id}": ("",),
    "/v1/statements/{statement_id}/at": ("?time={late}",),
    "/v1/statements/{statement_id}/observations": ("", "?limit=1"),
    "/v1/statements/{statement_id}/gaps": ("",),
    "/v1/statements/{statement_id}/timeline": ("",),
    "/v1/statements/{statement_id}/versions": ("", "?limit=1"),
    "/v1/statements/{statement_id}/versions/{number}": ("",),
    "/v1/statements/{statement_id}/versions/{number}/capture": ("",),
    "/v1/statements/{statement_id}/diff": ("?from=1&to=2", "?from=1&to=2&format=html"),
    "/v1/edits": ("", "?limit=1", "?watch_id={watch}", "?statement_id={statement}", "?pin_id={pin}", "?level=major"),
    "/v1/edits/{edit_id}": ("",),
    "/v1/edits/groups": ("?since={early}", "?since={early}&limit=1"),
    "/v1/edits/{edit_id}/analyses": ("",),
    "/v1/claims": ("", "?limit=1", "?statement_id={statement}", "?standing=false"),
    "/v1/claims/{claim_id}": ("",),
    "/v1/quotes": (
        "?text=Our forces began new offensive operations in the Kursk region.",
        "?text=Our forces started new offensive operations in the Kursk area.",
        "?text=Five villages are under control.",
        "?text=Something that nobody ever said.",
        "?text=villages&watch_id={watch}",
    ),
    "/v1/search": (
        "?q=operations",
        "?q=operations&limit=1",
        "?q=villages&standing=gone",
        "?q=operations&order=best&publisher=Quiet Ministry",
        "?q=secret",
        "?q=villages&watch_id={watch}",
    ),
    "/v1/pins": ("", "?limit=1"),
    "/v1/pins/{pin_id}": ("",),
    "/v1/flags": (
        "",
        "?limit=1",
        "?watch_id={watch}",
        "?statement_id={statement}",
        "?pin_id={pin}",
        "?min_level=minor",
    ),
    "/v1/flags/counts": ("",),
    "/v1/flags/{flag_id}": ("",),
    "/v1/feeds/flags.atom": ("", "?watch_id={watch}", "?pin_id={pin}", "?tag=press", "?min_level=minor"),
    "/v1/feeds/flags.json": ("", "?watch_id={watch}", "?pin_id={pin}", "?tag=press", "?min_level=minor"),
    "/v1/events": ("", "?limit=1", "?after=1", "?type=statement.edited"),
    "/v1/events/{event_id}": ("",),
    "/v1/events/stream": ("", "?after=0", "?after=0&type=statement.edited"),
}
"""Every address that answers without a key, and how it is asked. A new one fails here until somebody has decided."""

WITH_KEY = {
    "/v1/destinations",
    "/v1/destinations/{destination_id}",
    "/v1/alerts",
    "/v1/alerts/{alert_id}",
    "/v1/alerts/{alert_id}/deliveries",
    "/v1/keys",
    "/v1/shares",
    "/v1/shares/{share_id}",
    "/v1/keys/{key_id}",
    "/v1/audit",
    "/v1/status",
    "/metrics",
}
"""Every address to read from that needs a key whatever the operator allows."""


@dataclass(frozen=True)
class Things:
    """The ids of what was found at one watch, by the names that addresses have for them."""

    watch_id: str
    statement_id: str
    edit_id: str
    claim_id: str
    flag_id: str
    pin_id: str
    event_id: str
    backfill_id: str
    early: str
    late: str

    @property
    def ids(self) -> set[str]:
        return {getattr(self, name) for name in self.__dataclass_fields__ if name.endswith("_id")}

    def address(self, path: str, query: str) -> str:
        named = {"number": "1", **{name: getattr(self, name) for name in self.__dataclass_fields__}}
        in_query = {name.removesuffix("_id"): value for name, value in named.items()}
        return path.format(**named) + query.format(**in_query)


@pytest.fixture
def newsroom(newsroom: Any) -> Any:
    """A service that never stands still in a story that takes days: that it did is told to everybody."""
    return replace(newsroom, rules=replace(newsroom.rules, stalled_after_seconds=1e9))


@pytest.fixture
def tell(newsroom: Any, press_at: Any, clock: Any) -> Any:
    """A page says one thing and then another; a pin is bound to it, its flag is reviewed, its past is asked for."""

    def about(url: str, visibility: Visibility, name: str) -> Things:
        began = clock.now
        page = press_at(url, publisher=name, tags=(name.partition(" ")[0].lower(),), visibility=visibility)
        pin = create_pin(newsroom, PinDraft(("en: combat operations",), f"{name} pin", (page.watch_id,))).pin
        for text in (FIRST, SECOND, SECOND):
            page.says(text)
        page.cannot_be_read()
        page.says(SECOND)
        make_searchable(newsroom)
        with newsroom.database.read() as conn:
            watch = watches.get_watch(conn, page.watch_id)
        begun = begin_backfill(newsroom, Place(watch), Range(most=10))
        with newsroom.database.read() as conn:
            (statement,) = statements.list_statements(conn, watch_id=page.watch_id).items
            (edit,) = edits.list_edits(conn, watch_id=page.watch_id).items
            (flag, *_) = flags.list_flags(conn, watch_id=page.watch_id).items
            (claim, *_) = claims.list_claims(conn, statement_id=statement.id).items
            told = [one for one in events.list_events(conn) if str(statement.id) in str(one.body)]
        return Things(
            watch_id=str(page.watch_id),
            statement_id=str(statement.id),
            edit_id=str(edit.id),
            claim_id=str(claim.id),
            flag_id=str(flag.id),
            pin_id=str(pin.id),
            event_id=str(told[-1].id),
            backfill_id=str(begun.id),
            early=(began - timedelta(days=1)).isoformat().replace("+00:00", "Z"),
            late=clock.now.isoformat().replace("+00:00", "Z"),
        )

    return about


@pytest.fixture
def public(tell: Any, newsroom: Any) -> Things:
    create_pin(newsroom, PinDraft(("en: new offensive",), "followed everywhere"))
    create_pin(newsroom, PinDraft(("en: never said",), "secret interest"))
    return tell(OPEN_PAGE, Visibility.PUBLIC, "Open Ministry")


@pytest.fixture
def stranger(with_rules: Any) -> Iterator[TestClient]:
    with with_rules(public_read=True) as client:
        del client.headers["Authorization"]
        yield client


def everything(client: TestClient, things: Things) -> dict[str, tuple[int, Any, dict[str, str]]]:
    """What a caller can read, address by address, page by page: status, body, and the headers that may tell."""
    answers = {}
    waiting = [things.address(path, query) for path, queries in ASKED.items() for query in queries]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        headers = {name: answer.headers.get(name, "") for name in ("etag", "link", "content-length", "location")}
        answers[address] = (answer.status_code, unhurried(answer), headers)
        if 'rel="next"' in headers["link"]:
            waiting.append(headers["link"].partition(">")[0].removeprefix("<"))
    return answers


def unhurried(answer: Any) -> Any:
    """A body without the names of requests, which are never twice the same."""
    return re.sub(r"urn:walkback:request:[\w-]+", "", answer.text)


def test_somebody_has_decided_on_every_address_to_read_from():
    read = {path: item["get"] for path, item in openapi_document()["paths"].items() if "get" in item}
    open_to_all = {path for path, operation in read.items() if not operation.get("security")}
    assert read.keys() == ASKED.keys() | WITH_KEY | open_to_all
    assert not ASKED.keys() & WITH_KEY


def test_what_is_public_is_read_without_a_key(stranger: TestClient, public: Things):
    for address, (status, body, _) in everything(stranger, public).items():
        assert status == 200, (address, body)
    for path in WITH_KEY:
        assert stranger.get(re.sub(r"{\w+}", public.watch_id, path)).status_code == 401


def test_nothing_is_read_without_a_key_where_the_operator_does_not_allow_it(as_nobody: TestClient, public: Things):
    assert {status for status, _, _ in everything(as_nobody, public).values()} == {401}


def test_a_stranger_cannot_tell_that_there_is_a_private_watch(
    stranger: TestClient, client: TestClient, public: Things, tell: Any, clock: Any, newsroom: Any
):
    client.post(f"/v1/watches/{public.watch_id}/pause")  # or else its next check is made meanwhile
    moment = clock.now
    before, before_for_us = everything(stranger, public), everything(client, public)
    private = tell(HIDDEN_PAGE, Visibility.PRIVATE, "Secret Quiet Ministry")
    client.patch(f"/v1/flags/{private.flag_id}", json={"review_state": "confirmed"})
    clock.now = moment
    after, after_for_us = everything(stranger, public), everything(client, public)
    assert {address: told for address, told in after.items() if before.get(address) != told} == {}
    assert before.keys() == after.keys()
    changed = {
        address.partition("?")[0] for address in before_for_us if before_for_us[address] != after_for_us[address]
    }
    assert changed >= {"/v1/watches", "/v1/statements", "/v1/edits", "/v1/edits/groups", "/v1/claims", "/v1/quotes"}
    assert "/v1/search" in changed
    assert changed >= {"/v1/pins", "/v1/flags", "/v1/flags/counts", "/v1/events", "/v1/watches/export"}


def test_what_is_private_is_as_if_it_were_not_there(
    stranger: TestClient, client: TestClient, public: Things, tell: Any, bearer: Any, newsroom: Any
):
    private = tell(HIDDEN_PAGE, Visibility.PRIVATE, "Secret Quiet Ministry")
    reader = bearer(create_key(newsroom, name="reader", scope=Scope.READ).secret)
    singles = [path for path in ASKED if "{" in path]
    assert len(singles) >= 15
    for path in singles:
        for query in ASKED[path]:
            address = private.address(path, query)
            assert client.get(address, headers=reader).status_code == 200, address
            assert stranger.get(address).status_code == 404, address
            assert stranger.get(address, headers={"If-None-Match": "*"}).status_code == 404, address
    for path in ASKED.keys() - singles:
        for query in ASKED[path]:
            answer = stranger.get(private.address(path, query))
            assert not TELLTALE.search(answer.text), answer.text
            assert answer.status_code == 404 or not private.ids & set(ID.findall(answer.text)), answer.text


def test_what_colleagues_write_to_each_other_is_not_for_strangers(
    stranger: TestClient, client: TestClient, public: Things
):
    review = {"review_state": "confirmed", "note": "between us: the night editor called them"}
    reviewed = client.patch(f"/v1/flags/{public.flag_id}", json=review).json()
    assert reviewed["note"]
    assert reviewed["reviewed_by"]
    told = stranger.get(f"/v1/flags/{public.flag_id}").json()
    assert (told["review_state"], told["note"], told["reviewed_by"]) == ("confirmed", None, None)


def test_a_pin_is_shown_where_it_is_on_a_public_watch_or_has_found_something_there(
    stranger: TestClient, public: Things, tell: Any
):
    tell(HIDDEN_PAGE, Visibility.PRIVATE, "Secret Quiet Ministry")
    shown = stranger.get("/v1/pins").json()["items"]
    assert {pin["name"]: pin["watch_ids"] for pin in shown} == {
        "Open Ministry pin": [public.watch_id],
        "followed everywhere": [],
    }


def test_the_public_feed_is_numbered_for_itself(stranger: TestClient, client: TestClient, tell: Any, press_at: Any):
    hidden = tell(HIDDEN_PAGE, Visibility.PRIVATE, "Secret Quiet Ministry")
    page = press_at(OPEN_PAGE, publisher="Open Ministry", visibility=Visibility.PUBLIC)
    page.says(FIRST)
    tell("https://secret.example.net/more", Visibility.PRIVATE, "Secret Quiet Office")
    page.says(SECOND)
    page.says(SECOND)
    told = stranger.get("/v1/events").json()
    assert [event["position"] for event in told["items"]] == list(range(1, told["last"] + 1))
    assert {event["body"]["statement"]["publisher"] for event in told["items"]} == {"Open Ministry"}
    assert client.patch(f"/v1/watches/{hidden.watch_id}", json={"visibility": "public"}).status_code == 200
    later = stranger.get(f"/v1/events?after={told['last']}").json()
    assert {event["body"]["statement"]["publisher"] for event in later["items"]} == {"Secret Quiet Ministry"}
    assert [event["position"] for event in later["items"]] == list(range(told["last"] + 1, later["last"] + 1))
    assert client.get("/v1/events").json()["last"] > later["last"]


def test_a_watch_that_is_made_private_is_gone_at_once(stranger: TestClient, client: TestClient, public: Things):
    address = f"/v1/watches/{public.watch_id}"
    tag = stranger.get(address).headers["etag"]
    assert client.patch(address, json={"visibility": "private"}).json()["visibility"] == "private"
    for path, queries in ASKED.items():
        for query in queries if "{" in path else ():
            asked = stranger.get(public.address(path, query), headers={"If-None-Match": tag})
            assert asked.status_code == 404, (path, query)
    for name in ("watches", "statements", "edits", "claims", "pins", "flags", "events"):
        assert stranger.get(f"/v1/{name}").json()["items"] == []
    client.patch(address, json={"visibility": "public"})
    assert stranger.get(address).status_code == 200


def test_nothing_is_changed_without_a_key(stranger: TestClient, public: Things):
    for path, item in openapi_document()["paths"].items():
        for method in item.keys() - {"get"}:
            answer = stranger.request(method, re.sub(r"{\w+}", public.watch_id, path), json={})
            assert answer.status_code == 401, (method, path)
