"""Chats against receivers that answer as each of them does: what is taken, what is tried again, and what is over."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, WaysOut
from app.delivery.reach import Given
from app.delivery.senders import SENDERS
from app.domain.destinations import DestinationKind
from app.domain.errors import AddressRefused, InvalidInput

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
TOKEN = "1234567:" + "t" * 35
NOT_CHATS = {DestinationKind.WEBHOOK, DestinationKind.EMAIL, DestinationKind.APPRISE}
CHATS = [kind for kind in DestinationKind if kind not in NOT_CHATS]
NO_WAYS = WaysOut(web=None)  # type: ignore[arg-type]
BODY = json.dumps(
    {
        "type": "statement.edited",
        "headline": "General Staff changed “12” to “14” in a post",
        "statement": {"id": "0194"},
        "claims": [{"before": "Our forces hold 12 villages.", "after": "Our forces hold 14 villages."}],
        "links": {"source": "https://t.me/generalstaff/21415", "edit": "/v1/edits/1"},
    }
).encode()


def says(status: str, body: bytes = b"", *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


def given(kind: DestinationKind, url: str) -> Given:
    if kind is DestinationKind.TELEGRAM:
        return Given(url=url.removesuffix("/alerts"), token=TOKEN, chat_id="-100123")
    return Given(url=url)


async def send(web: Any, kind: DestinationKind, url: str, body: bytes = BODY) -> Any:
    address = SENDERS[kind].reach(given(kind, url), WaysOut(web)).address
    return await SENDERS[kind].send(WaysOut(web), Outgoing("id", body, address), now=NOW, timeout_seconds=60.0)


TAKEN = {
    DestinationKind.SLACK: says("200 OK", b"ok"),
    DestinationKind.DISCORD: says("200 OK", b'{"id":"1"}'),
    DestinationKind.MATTERMOST: says("200 OK", b"ok"),
    DestinationKind.TEAMS: says("202 Accepted"),
    DestinationKind.TELEGRAM: says("200 OK", b'{"ok":true,"result":{"text":"' + b"x" * 4_000),
}


@pytest.mark.parametrize("kind", CHATS)
async def test_a_chat_takes_the_message_once_as_json(web, receiver, kind):
    inbox = await receiver(TAKEN[kind])
    assert isinstance(await send(web, kind, inbox.url), Delivered)
    (body,) = inbox.bodies
    assert inbox.headers[0]["content-type"] == "application/json"
    told = json.dumps(json.loads(body), ensure_ascii=False)
    assert "General Staff changed “12” to “14”" in told
    assert "https://t.me/generalstaff/21415" in told
    assert "/v1/edits/1" not in told, "a link without a host leads nowhere in a chat"


async def test_telegram_is_told_the_chat_and_called_with_the_token(web, receiver):

    async def answering(writer: Any) -> None:
        writer.write(TAKEN[DestinationKind.TELEGRAM])
        await writer.drain()

    inbox = await receiver(answering)
    assert isinstance(await send(web, DestinationKind.TELEGRAM, inbox.url), Delivered)
    sent = json.loads(inbox.bodies[0])
    assert (sent["chat_id"], sent["parse_mode"]) == ("-100123", "HTML")
    assert sent["link_preview_options"] == {"is_disabled": True}


K = DestinationKind
ANSWERS: dict[str, tuple[DestinationKind, bytes, tuple[int, float | None, str | None]]] = {
    "Slack, another text": (K.SLACK, says("200 OK", b"<html>sign in</html>"), (200, None, None)),
    "Slack, webhook removed": (K.SLACK, says("404 Not Found", b"no_service"), (404, None, "no_service")),
    "Slack, archived": (K.SLACK, says("410 Gone", b"channel_is_archived"), (410, None, "channel_is_archived")),
    "Slack, switched off": (K.SLACK, says("403 Forbidden", b"no_active_hooks"), (403, None, "no_active_hooks")),
    "Slack, not now": (K.SLACK, says("403 Forbidden", b"action_prohibited"), (403, None, None)),
    "Slack, too often": (K.SLACK, says("429 Too Many", b"rate_limited", "Retry-After: 30"), (429, 30.0, None)),
    "Slack, its mistake": (K.SLACK, says("500 Error", b"rollup_error"), (500, None, None)),
    "Discord, too often": (
        K.DISCORD,
        says("429 Too Many", b'{"retry_after":64.57,"global":false}', "Retry-After: 65"),
        (429, 64.57, None),
    ),
    "Discord, hardly too often": (K.DISCORD, says("429 Too Many", b'{"retry_after":0.3}'), (429, 1.0, None)),
    "Discord, nonsense for a time": (
        K.DISCORD,
        says("429 Too Many", b'{"retry_after":"soon"}', "Retry-After: 7"),
        (429, 7.0, None),
    ),
    "Discord, no number for a time": (K.DISCORD, says("429 Too Many", b'{"retry_after":NaN}'), (429, 1.0, None)),
    "Discord, webhook removed": (
        K.DISCORD,
        says("404 Not Found", b'{"message":"Unknown Webhook","code":10015}'),
        (404, None, "10015"),
    ),
    "Discord, wrong token": (K.DISCORD, says("401 Unauthorized", b'{"code":50027}'), (401, None, "50027")),
    "Discord, a form it does not know": (K.DISCORD, says("400 Bad", b'{"code":50006}'), (400, None, None)),
    "Discord, another 404": (K.DISCORD, says("404 Not Found", b"<html>"), (404, None, None)),
    "Mattermost, webhook removed": (
        K.MATTERMOST,
        says("400 Bad", b'{"id":"web.incoming_webhook.invalid.app_error","status_code":400}'),
        (400, None, "removed"),
    ),
    "Mattermost, channel gone": (
        K.MATTERMOST,
        says("404 Not Found", b'{"id":"web.incoming_webhook.channel.app_error"}'),
        (404, None, "channel"),
    ),
    "Mattermost, switched off for now": (
        K.MATTERMOST,
        says("501 No", b'{"id":"web.incoming_webhook.disabled.app_error"}'),
        (501, None, None),
    ),
    "Mattermost, too often": (K.MATTERMOST, says("429 Too Many", b"", "Retry-After: 3"), (429, 3.0, None)),
    "Teams, workflow removed": (
        K.TEAMS,
        says("404 Not Found", b'{"error":{"code":"WorkflowNotFound","message":"x"}}'),
        (404, None, "WorkflowNotFound"),
    ),
    "Teams, too often": (K.TEAMS, says("429 Too Many", b"", "Retry-After: 5"), (429, 5.0, None)),
    "Teams, an error in words": (K.TEAMS, says("400 Bad", b'{"error":"x"}'), (400, None, None)),
    "Teams, too large": (K.TEAMS, says("413 Too Large", b"[]"), (413, None, None)),
    "Telegram, too often": (
        K.TELEGRAM,
        says("429 Too Many", b'{"ok":false,"error_code":429,"parameters":{"retry_after":35}}'),
        (429, 35.0, None),
    ),
    "Telegram, wrong token": (
        K.TELEGRAM,
        says("401 Unauthorized", b'{"ok":false,"description":"Unauthorized"}'),
        (401, None, "token"),
    ),
    "Telegram, no such bot": (K.TELEGRAM, says("404 Not Found", b'{"ok":false}'), (404, None, "token")),
    "Telegram, thrown out": (
        K.TELEGRAM,
        says("403 Forbidden", b'{"ok":false,"description":"Forbidden: bot was kicked from the supergroup chat"}'),
        (403, None, "kicked"),
    ),
    "Telegram, no such chat": (
        K.TELEGRAM,
        says("400 Bad", b'{"ok":false,"description":"Bad Request: chat not found"}'),
        (400, None, "chat not found"),
    ),
    "Telegram, a greater group": (
        K.TELEGRAM,
        says("400 Bad", b'{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-1009}}'),
        (400, None, "-1009"),
    ),
    "Telegram, a text it cannot read": (
        K.TELEGRAM,
        says("400 Bad", b'{"ok":false,"description":"Bad Request: can\'t parse entities"}'),
        (400, None, None),
    ),
    "Telegram, 200 and no": (K.TELEGRAM, says("200 OK", b'{"ok":false}'), (200, None, None)),
    **{f"{kind}, 500": (kind, says("500 Error", b"oops"), (500, None, None)) for kind in CHATS},
    **{f"{kind}, 410": (kind, says("410 Gone"), (410, None, "410 Gone")) for kind in CHATS},
    **{f"{kind}, sent elsewhere": (kind, says("302 Found", b"", "Location: /x"), (302, None, None)) for kind in CHATS},
}


@pytest.mark.parametrize(("kind", "answer", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_what_a_chat_answers_is_read_in_its_own_way(web, receiver, kind, answer, expected):
    inbox = await receiver(answer)
    result = await send(web, kind, inbox.url)
    assert isinstance(result, Rejected)
    status, wait, reason = expected
    assert (result.status, result.retry_after_seconds, result.is_final) == (status, wait, reason is not None)
    assert (reason or "") in (result.reason or "")
    assert len(inbox.bodies) == 1


@pytest.mark.parametrize("kind", CHATS)
async def test_nothing_that_fails_names_more_than_the_host(web, kind):
    url = "http://127.0.0.1:9/hooks/secret-part/alerts"
    result = await send(web, kind, url)
    assert isinstance(result, Failed)
    assert "secret-part" not in result.error
    assert TOKEN not in result.error
    refused = await send(web, kind, "http://10.0.0.1/hooks/secret-part/alerts")
    assert isinstance(refused, Failed)
    assert refused.is_refused
    assert "secret-part" not in refused.error


@pytest.mark.parametrize("kind", CHATS)
def test_of_a_secret_address_the_host_alone_is_shown(kind):
    reach = SENDERS[kind].reach(given(kind, "https://chat.example.org/hooks/secret-part/alerts"), NO_WAYS)
    assert "secret-part" in reach.address
    assert kind is DestinationKind.TELEGRAM or reach.shown == "https://chat.example.org/…"
    assert TOKEN not in reach.shown
    assert reach.is_secret
    assert reach.is_web


WRONG: dict[str, tuple[DestinationKind, Given, str]] = {
    "a webhook without an address": (K.WEBHOOK, Given(), "/url"),
    "a webhook with a token": (K.WEBHOOK, Given(url="https://a.example/x", token=TOKEN), "/token"),
    "Slack without an address": (K.SLACK, Given(), "/url"),
    "Slack with a chat": (K.SLACK, Given(url="https://a.example/x", chat_id="1"), "/chat_id"),
    "Slack with recipients": (K.SLACK, Given(url="https://a.example/x", recipients=("a@b.example",)), "/recipients"),
    "Slack with the host alone": (K.SLACK, Given(url="https://hooks.slack.com/"), "/url"),
    "Telegram without a chat": (K.TELEGRAM, Given(token=TOKEN), "/chat_id"),
    "Telegram without a token": (K.TELEGRAM, Given(chat_id="1"), "/token"),
    "Telegram with half a token": (K.TELEGRAM, Given(token="1234567:abc", chat_id="1"), "/token"),
    "Telegram with a path for a token": (K.TELEGRAM, Given(token=f"{TOKEN}/../x", chat_id="1"), "/token"),
    "Telegram with a query for a chat": (K.TELEGRAM, Given(token=TOKEN, chat_id="1&text=x"), "/chat_id"),
    "Telegram with a server and a query": (
        K.TELEGRAM,
        Given(token=TOKEN, chat_id="1", url="https://a.example/?x"),
        "/url",
    ),
}


@pytest.mark.parametrize(("kind", "wrong", "pointer"), WRONG.values(), ids=WRONG.keys())
def test_a_field_that_is_missing_or_makes_no_sense_is_named(kind, wrong, pointer):
    with pytest.raises(InvalidInput) as caught:
        SENDERS[kind].reach(wrong, NO_WAYS)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize("kind", CHATS)
def test_no_chat_has_an_address_that_could_be_read_in_two_ways(kind):
    for url in ("ftp://a.example/x", "https://a@b.example/x", "https://a.example\\b/x", "//a.example/x"):
        with pytest.raises(AddressRefused):
            SENDERS[kind].reach(given(kind, url), NO_WAYS)
