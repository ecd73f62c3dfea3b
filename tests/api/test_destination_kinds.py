"""Kinds of destinations over the interface: each has its fields, and shows its password to nobody."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.examples_outgoing import DESTINATIONS_SENT
from app.delivery.senders import SENDERS
from app.domain.destinations import DestinationKind
from app.fetching.apprise_way import AppriseWay
from app.fetching.mail_server import MailSecurity, MailServer

TOKEN = "1234567:" + "t" * 35


@pytest.fixture
def opened(client: TestClient) -> Iterator[None]:
    """The ways out that an operator opens by settings."""
    state = client.app.state  # type: ignore[attr-defined]
    server = MailServer("mail.example.org", 587, MailSecurity.STARTTLS, "alerts@example.org")
    way = AppriseWay(["ntfys"])
    state.newsroom = replace(state.newsroom, mail=server, apprise=way)
    yield
    way.close()


@pytest.mark.parametrize("sent", DESTINATIONS_SENT, ids=lambda sent: sent.get("kind", "webhook"))
def test_the_example_of_each_kind_can_be_sent(client: TestClient, opened: None, sent: dict[str, Any]):
    answer = client.post("/v1/destinations", json=sent)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    kind = DestinationKind(sent.get("kind", "webhook"))
    assert (made["secret"] is not None) == SENDERS[kind].is_signed
    if made["secret"] is None:
        assert "newsroom.example" in client.get("/v1/destinations").text or made["kind"] != "email"
        for text in (answer.text, client.get("/v1/destinations").text, client.get("/v1/audit").text):
            assert "hooks/x" not in text
            assert "no-token" not in text
            assert "ntfy.example" not in text
        assert client.post(f"/v1/destinations/{made['id']}/rotate").status_code == 409


def test_there_is_an_example_of_every_kind():
    assert {sent.get("kind", "webhook") for sent in DESTINATIONS_SENT} == set(DestinationKind)


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"kind": "slack"}, "/url"),
        ({"kind": "webhook"}, "/url"),
        ({"kind": "slack", "url": "https://a.example/x", "chat_id": "1"}, "/chat_id"),
        ({"kind": "telegram", "token": TOKEN}, "/chat_id"),
        ({"kind": "telegram", "chat_id": "1"}, "/token"),
        ({"kind": "telegram", "token": "secret", "chat_id": "1"}, "/token"),
        ({"kind": "telegram", "token": TOKEN, "chat_id": "1&x"}, "/chat_id"),
        ({"kind": "email", "recipients": ["a@example.org"]}, "/kind"),
        ({"kind": "email", "recipients": ["a,b"]}, "/recipients/0"),
        ({"kind": "email"}, "/recipients"),
        ({"kind": "apprise", "url": "ntfys://ntfy.example/x"}, "/kind"),
        ({"kind": "apprise"}, "/url"),
        ({"kind": "fax"}, "/kind"),
    ],
)
def test_what_a_kind_lacks_is_named_without_repeating_a_secret(client: TestClient, sent: dict[str, Any], pointer: str):
    answer = client.post("/v1/destinations", json={"name": "desk", **sent})
    assert answer.status_code == 422
    problem = answer.json()
    assert pointer in {problem.get("pointer"), *(place["pointer"] for place in problem.get("errors", ()))}
    assert TOKEN not in answer.text
