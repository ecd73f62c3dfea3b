"""Mail behind the outbox: an alert becomes a mail, and a mailbox that is not there ends the destination."""

from dataclasses import replace
from typing import Any

import pytest

from app.delivery.email import NO_SERVER
from app.domain.destinations import AlertState, DestinationKind, DestinationState
from app.domain.errors import InvalidInput
from app.fetching.mail_server import MailServer, NotTaken, Taken
from app.pipeline.deliver import deliver_once
from app.pipeline.destinations import DestinationDraft, create_destination, resume_destination, send_test
from app.storage import alerts, destinations

pytestmark = pytest.mark.anyio
DRAFT = DestinationDraft(None, None, DestinationKind.EMAIL, recipients=("desk@example.org", "night@example.org"))


class Desk:
    """Stands in for the mail server: the conversation itself is tried in tests/delivery."""

    sender, sender_name = "alerts@example.org", "Walkback"

    def __init__(self) -> None:
        self.answer: Taken | NotTaken = Taken("250 Ok", (), 0.1)
        self.got: list[tuple[bytes, Any, bool]] = []

    async def hand_over(self, mail: bytes, recipients: Any, *, is_patient: bool) -> Taken | NotTaken:
        self.got.append((mail, recipients, is_patient))
        return self.answer


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def with_mail(newsroom: Any, desk: MailServer) -> Any:
    return replace(newsroom, mail=desk)


async def test_an_alert_becomes_a_mail_to_all_recipients(with_mail: Any, desk: Any):
    made = create_destination(with_mail, DRAFT)
    assert made.secret is None
    assert made.destination.url == "mailto:desk@example.org,night@example.org"
    assert made.destination.name == "mailto:…"
    alert = send_test(with_mail, made.destination.id)
    await deliver_once(with_mail)
    ((mail, recipients, is_patient),) = desk.got
    assert f"Message-ID: <{alert.event_id}@example.org>".encode() in mail
    assert f"List-Id: <{made.destination.id}.walkback.example.org>".encode() in mail
    assert (recipients, is_patient) == (["desk@example.org", "night@example.org"], True)
    with with_mail.database.read() as conn:
        (tried,) = alerts.list_deliveries(conn, alert.id)
    assert (tried.http_status, tried.answer) == (None, "250 Ok")


async def test_mailboxes_that_are_not_there_end_the_destination(with_mail: Any, desk: Any):
    made = create_destination(with_mail, DRAFT).destination
    desk.answer = NotTaken("550 5.1.1 No such user", True, 0.1)
    send_test(with_mail, made.id)
    await deliver_once(with_mail)
    with with_mail.database.read() as conn:
        ended = destinations.get_destination(conn, made.id)
    assert ended.state is DestinationState.DISABLED
    assert "none of the recipients" in (ended.state_reason or "")


async def test_after_three_tries_nobody_waits_for_a_full_mailbox(with_mail: Any, desk: Any, clock: Any):
    made = create_destination(with_mail, DRAFT).destination
    desk.answer = NotTaken("452 4.2.2 Mailbox full", False, 0.1)
    send_test(with_mail, made.id)
    for _ in range(4):
        await deliver_once(with_mail)
        clock.move(3 * 3600)
    assert [is_patient for _, _, is_patient in desk.got] == [True, True, True, False]


async def test_without_a_mail_server_none_is_made_and_what_is_owed_waits(newsroom: Any, with_mail: Any):
    with pytest.raises(InvalidInput) as caught:
        create_destination(newsroom, DRAFT)
    assert caught.value.message == NO_SERVER
    made = create_destination(with_mail, DRAFT).destination
    alert = send_test(with_mail, made.id)
    await deliver_once(newsroom)
    with newsroom.database.read() as conn:
        assert alerts.get_alert(conn, alert.id).state is AlertState.PENDING
    assert resume_destination(newsroom, made.id).state is DestinationState.ACTIVE
