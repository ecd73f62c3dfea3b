"""A chat behind the outbox: its address is sealed, shown nowhere, changed and resealed; what is over ends it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.audit import Act
from app.domain.destinations import AlertState, DestinationKind, DestinationState
from app.domain.errors import Conflict, InvalidInput
from app.domain.events import EventType
from app.pipeline.deliver import deliver_once
from app.pipeline.destinations import (
    DestinationChange,
    DestinationDraft,
    change_destination,
    create_destination,
    resume_destination,
    rotate_secret,
    send_test,
)
from app.pipeline.sending_again import replay_alert
from app.storage import alerts, audit, destinations, events

pytestmark = pytest.mark.anyio
TOKEN = "1234567:" + "t" * 35


class Chat:
    """A chat that answers as a test has it answer."""

    def __init__(self) -> None:
        self.answer: tuple[int, str] = (200, "ok")
        self.got: list[tuple[str, Any]] = []
        self.url = ""

    async def __call__(self, request: Request) -> Response:
        self.got.append((request.url.path, await request.json()))
        status, text = self.answer
        return Response(text, status)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    made = Chat()
    async with serving(Starlette(routes=[Route("/{path:path}", made.__call__, methods=["POST"])])) as url:
        made.url = url
        yield made


def draft(chat: Chat, kind: DestinationKind = DestinationKind.SLACK) -> DestinationDraft:
    if kind is DestinationKind.TELEGRAM:
        return DestinationDraft(chat.url, None, kind, token=TOKEN, chat_id="-1001")
    return DestinationDraft(f"{chat.url}/hooks/secret-part", None, kind)


def whole_record(newsroom: Any) -> str:
    """Everything that the database holds, as text."""
    with newsroom.database.read() as conn:
        names = sa.inspect(conn).get_table_names()
        return str([list(conn.execute(sa.text(f'SELECT * FROM "{name}"'))) for name in names])


@pytest.mark.parametrize("kind", [DestinationKind.SLACK, DestinationKind.TELEGRAM])
async def test_the_address_of_a_chat_is_sealed_and_stands_nowhere_else(
    newsroom: Any, chat: Chat, kind: DestinationKind
):
    made = create_destination(newsroom, draft(chat, kind))
    send_test(newsroom, made.destination.id)
    await deliver_once(newsroom)
    change_destination(newsroom, made.destination.id, DestinationChange(name="desk"), revision=None)
    record = whole_record(newsroom)
    assert "secret-part" not in record
    assert TOKEN not in record
    assert "secret-part" not in str(made)
    assert made.secret is None
    (path, body) = chat.got[0]
    assert path in {"/hooks/secret-part", f"/bot{TOKEN}/sendMessage"}
    assert "alerts arrive here" in json.dumps(body)


async def test_without_a_name_a_destination_is_called_after_its_host(newsroom: Any, chat: Chat):
    assert create_destination(newsroom, draft(chat)).destination.name == f"{chat.url}/…"
    hook = create_destination(newsroom, DestinationDraft(f"{chat.url}/hook?key=secret-part", None))
    assert hook.destination.name == f"{chat.url}/…"


async def test_a_test_that_a_chat_takes_is_delivered_and_what_it_said_is_kept(newsroom: Any, chat: Chat):
    made = create_destination(newsroom, draft(chat)).destination
    alert = send_test(newsroom, made.id)
    await deliver_once(newsroom)
    with newsroom.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.DELIVERED
        (tried,) = alerts.list_deliveries(conn, alert.id)
    assert (tried.http_status, tried.answer) == (200, "ok")


async def test_a_chat_that_is_gone_ends_the_destination_with_its_own_words_and_can_be_resumed(
    newsroom: Any, chat: Chat
):
    made = create_destination(newsroom, draft(chat)).destination
    chat.answer = (404, "no_service")
    alert = send_test(newsroom, made.id)
    await deliver_once(newsroom)
    with newsroom.database.read() as conn:
        ended = destinations.get_destination(conn, made.id)
        told = [one for one in events.list_events(conn, after=0, limit=50) if one.type is EventType.DESTINATION_PAUSED]
    assert ended.state is DestinationState.DISABLED
    assert "no_service" in (ended.state_reason or "")
    assert len(told) == 1
    chat.answer = (200, "ok")
    resume_destination(newsroom, made.id)
    replay_alert(newsroom, alert.id)
    await deliver_once(newsroom)
    with newsroom.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.DELIVERED


async def test_a_new_address_takes_the_place_of_the_old_one_and_the_trail_names_neither(newsroom: Any, chat: Chat):
    made = create_destination(newsroom, draft(chat)).destination
    changed = change_destination(
        newsroom, made.id, DestinationChange(url=f"{chat.url}/hooks/other-part"), revision=made.revision
    )
    assert changed.url == made.url
    send_test(newsroom, made.id)
    await deliver_once(newsroom)
    assert [path for path, _ in chat.got] == ["/hooks/other-part"]
    with newsroom.database.read() as conn:
        entries = audit.list_entries(conn).items
    (entry,) = [one for one in entries if one.act is Act.DESTINATION_CHANGED]
    assert (entry.changes["url"].before, entry.changes["url"].after) == (None, None)
    assert "part" not in str(entries)


async def test_a_change_has_to_be_whole(newsroom: Any, chat: Chat):
    made = create_destination(newsroom, draft(chat, DestinationKind.TELEGRAM)).destination
    with pytest.raises(InvalidInput) as caught:
        change_destination(newsroom, made.id, DestinationChange(token=TOKEN), revision=None)
    assert caught.value.pointer == "/chat_id"


async def test_what_is_not_signed_has_no_secret_to_rotate(newsroom: Any, chat: Chat):
    made = create_destination(newsroom, draft(chat)).destination
    with pytest.raises(Conflict):
        rotate_secret(newsroom, made.id)


async def test_a_chat_is_told_in_its_language_and_it_can_be_changed(newsroom: Any, chat: Chat):
    made = create_destination(newsroom, replace(draft(chat), language="uk-UA")).destination
    assert made.language == "uk"
    send_test(newsroom, made.id)
    await deliver_once(newsroom)
    change_destination(newsroom, made.id, DestinationChange(language="en"), revision=None)
    send_test(newsroom, made.id)
    await deliver_once(newsroom)
    ukrainian, english = (body["text"] for _, body in chat.got)
    assert "alerts arrive here" in english
    assert ukrainian != english
    for wrong in ("xx", ""):
        with pytest.raises(InvalidInput) as caught:
            create_destination(newsroom, replace(draft(chat), language=wrong))
        assert caught.value.pointer == "/language"


async def test_a_receiver_that_repeats_its_address_does_not_tell_it_to_readers(newsroom: Any, chat: Chat):
    made = create_destination(newsroom, draft(chat)).destination
    chat.answer = (404, "Cannot POST /hooks/secret-part")
    alert = send_test(newsroom, made.id)
    await deliver_once(newsroom)
    with newsroom.database.read() as conn:
        (tried,) = alerts.list_deliveries(conn, alert.id)
    assert tried.answer == "Cannot POST /hooks/…"


CHATS = [
    *(DestinationKind.SLACK, DestinationKind.DISCORD, DestinationKind.MATTERMOST),
    *(DestinationKind.TEAMS, DestinationKind.TELEGRAM),
]


@pytest.mark.parametrize("kind", CHATS)
async def test_a_test_arrives_in_every_chat(newsroom: Any, chat: Chat, kind: DestinationKind):
    chat.answer = (200, '{"ok":true}' if kind is DestinationKind.TELEGRAM else "ok")
    made = create_destination(newsroom, replace(draft(chat, kind), name="night desk")).destination
    alert = send_test(newsroom, made.id)
    await deliver_once(newsroom)
    ((_, body),) = chat.got
    assert "night desk" in json.dumps(body)
    with newsroom.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.DELIVERED
