"""Apprise around the guard: nothing without a scheme that the operator named, an administrator and the extra itself."""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.cli.redaction import hide
from app.demo.serving import serving
from app.domain.audit import Actor, ActorKind
from app.domain.destinations import AlertState, DestinationKind, DestinationState
from app.domain.errors import AddressRefused, InvalidInput, MissingScope
from app.domain.keys import Scope
from app.fetching.apprise_way import NOT_INSTALLED, AppriseWay
from app.pipeline.deliver import deliver_once
from app.pipeline.destinations import (
    DestinationChange,
    DestinationDraft,
    change_destination,
    create_destination,
    send_test,
)
from app.pipeline.keys import create_key
from app.storage import alerts, destinations

pytestmark = pytest.mark.anyio
KIND = DestinationKind.APPRISE


class Gotify:
    """A receiver that Apprise reaches as “json://”."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[Any] = []
        self.url = ""

    async def __call__(self, request: Request) -> Response:
        self.got.append(await request.json())
        return Response(status_code=self.status)


@pytest.fixture
async def other() -> AsyncIterator[Gotify]:
    made = Gotify()
    async with serving(Starlette(routes=[Route("/{path:path}", made.__call__, methods=["POST"])])) as url:
        made.url = url.replace("http://", "json://") + "/secret-part"
        yield made


@pytest.fixture
def way() -> Iterator[AppriseWay]:
    made = AppriseWay(["JSON"])
    yield made
    made.close()


@pytest.fixture
async def opened(newsroom: Any, way: AppriseWay) -> Any:
    return replace(newsroom, apprise=way)


async def test_an_alert_goes_out_as_plain_text_and_the_address_is_shown_to_nobody(opened: Any, other: Gotify):
    made = create_destination(opened, DestinationDraft(other.url, None, KIND))
    assert (made.secret, made.destination.url) == (None, "json://…")
    alert = send_test(opened, made.destination.id)
    await deliver_once(opened)
    (got,) = other.got
    assert "alerts arrive here" in got["title"]
    with opened.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.DELIVERED
        assert "secret-part" not in str(destinations.list_destinations(conn))


async def test_what_apprise_does_not_get_sent_is_tried_again(opened: Any, other: Gotify):
    made = create_destination(opened, DestinationDraft(other.url, "desk", KIND)).destination
    other.status = 500
    alert = send_test(opened, made.id)
    await deliver_once(opened)
    with opened.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.PENDING
        (tried,) = alerts.list_deliveries(conn, alert.id)
    assert "json" in (tried.error or "")
    assert "secret-part" not in (tried.error or "")


async def test_only_an_administrator_makes_or_changes_such_a_destination(opened: Any, other: Gotify):
    made = create_destination(opened, DestinationDraft(other.url, "desk", KIND)).destination
    for scope in (Scope.READ, Scope.WRITE):
        key = create_key(opened, name="desk", scope=scope).key
        lesser = replace(opened, actor=Actor(ActorKind.KEY, "desk", key.id))
        with pytest.raises(MissingScope):
            create_destination(lesser, DestinationDraft(other.url, "desk", KIND))
        with pytest.raises(MissingScope):
            change_destination(lesser, made.id, DestinationChange(url=other.url), revision=None)
    nobody = replace(opened, actor=Actor(ActorKind.KEY, "public"))
    with pytest.raises(MissingScope):
        create_destination(nobody, DestinationDraft(other.url, "desk", KIND))
    admin = create_key(opened, name="desk", scope=Scope.ADMIN).key
    create_destination(
        replace(opened, actor=Actor(ActorKind.KEY, "a", admin.id)), DestinationDraft(other.url, "d", KIND)
    )


async def test_without_a_scheme_that_is_allowed_nothing_is_made_and_what_is_there_ends(
    newsroom: Any, opened: Any, other: Gotify
):
    with pytest.raises(InvalidInput, match="WALKBACK_APPRISE_SCHEMES"):
        create_destination(newsroom, DestinationDraft(other.url, "desk", KIND))
    made = create_destination(opened, DestinationDraft(other.url, "desk", KIND)).destination
    send_test(opened, made.id)
    other_schemes = AppriseWay(["ntfys"])
    await deliver_once(replace(newsroom, apprise=other_schemes))
    other_schemes.close()
    with newsroom.database.read() as conn:
        assert destinations.get_destination(conn, made.id).state is DestinationState.DISABLED
    assert other.got == []


REFUSED = [
    *("jsons://127.0.0.1/x", "https://127.0.0.1/x", "file:///etc/passwd", "ntfys://a/b", "json", "", "://x"),
    *("json://127.0.0.1/x?template=/etc/passwd", "json://127.0.0.1/x?attach=a.txt", "json://127.0.0.1/x?KeyFile=a"),
    *("json://127.0.0.1/x?y=/etc/passwd", "json://127.0.0.1/x?y=http://10.0.0.1/", "json://127.0.0.1/x?verify=no"),
    *("json://127.0.0.1/x json://127.0.0.1/y", "json://127.0.0.1/x\n", "syslog://", " json://127.0.0.1/x"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_of_another_scheme_or_with_a_file_in_it_is_refused(way: AppriseWay, url: str):
    with pytest.raises(AddressRefused):
        way.judge(url)


def test_an_address_that_apprise_makes_nothing_of_is_refused(way: AppriseWay):
    with pytest.raises(InvalidInput):
        way.judge("json://")


def test_without_the_extra_it_is_said_how_to_get_it(way: AppriseWay, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(InvalidInput) as caught:
        way.judge("json://127.0.0.1/x")
    assert caught.value.message == NOT_INSTALLED


@given(st.text(max_size=80))
@settings(max_examples=60)
def test_no_text_but_an_address_of_an_allowed_scheme_is_taken(text: str):
    way = AppriseWay(["json"])
    try:
        assert way.judge(text) == "json"
    except (AddressRefused, InvalidInput):
        pass
    finally:
        way.close()


async def test_names_and_marks_of_chats_are_broken_up(opened: Any, other: Gotify):
    made = create_destination(opened, DestinationDraft(other.url, "@everyone <@1> <!channel>", KIND)).destination
    send_test(opened, made.id)
    await deliver_once(opened)
    sent = json.dumps(other.got[0], ensure_ascii=False)
    assert "@everyone" not in sent
    assert "<@" not in sent
    assert "<!" not in sent


@pytest.mark.parametrize(
    "url", ["discord://12345/secret-part", "tgram://1:secret-part/2", "mailtos://me:secret-part@mail.example/?to=x"]
)
def test_of_an_address_of_apprise_the_log_shows_the_scheme_alone(url: str):
    hidden = hide(f"sent to {url}, and more")
    assert "secret-part" not in hidden
    assert url.partition("://")[0] in hidden
