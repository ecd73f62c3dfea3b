"""Mails against a mail server on loopback: taken once, the same on every try, with no word out of its place."""

import asyncio
import email
import json
import re
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.email import EmailSender, recipient
from app.delivery.mail_form import Envelope, mail_of
from app.delivery.message import shown_of
from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, WaysOut
from app.delivery.reach import Given
from app.domain.errors import InvalidInput
from app.fetching.mail_server import MailSecurity, MailServer

NOW = datetime(2025, 1, 7, 9, 44, tzinfo=UTC)
EVENT = "01944004-7d00-7000-8000-000000000006"
STATEMENT = "01944004-7d00-7000-8000-000000000002"
DESTINATION = "01944004-7d00-7000-8000-000000000007"
HEADLINE = "Генштаб видалив “нові наступальні дії” з допису"
BODY: dict[str, Any] = {
    "type": "statement.edited",
    "time": "2025-01-07T09:43:05+00:00",
    "headline": HEADLINE,
    "statement": {"id": STATEMENT},
    "claims": [{"before": "Наші сили утримують 12 сіл.", "after": "Наші сили утримують 14 сіл."}],
    "links": {"source": "https://t.me/generalstaff/21415?a=1&b=2"},
}


def server_at(port: int, security: MailSecurity = MailSecurity.NONE, **more: Any) -> MailServer:
    return MailServer("127.0.0.1", port, security, "alerts@example.org", **{"timeout_seconds": 60.0, **more})


def outgoing(*to: str, body: Any = BODY, tries: int = 0) -> Outgoing:
    given_ways = WaysOut(web=None, mail=server_at(1))  # type: ignore[arg-type]
    url = EmailSender().reach(Given(recipients=to or ("desk@example.org",)), given_ways).address
    return Outgoing(EVENT, json.dumps(body).encode(), url, destination_id=DESTINATION, round=tries)


async def send(server: MailServer | None, mail: Outgoing) -> Any:
    ways = WaysOut(web=None, mail=server)  # type: ignore[arg-type]
    return await EmailSender().send(ways, mail, now=NOW, timeout_seconds=60.0)


def read(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.anyio
async def test_a_mail_is_taken_with_both_forms_and_the_headers_of_an_automatic_one(postman):
    desk = await postman()
    result = await send(server_at(desk.port), outgoing("desk@example.org", "o'hara+x@example.org"))
    assert isinstance(result, Delivered)
    assert (result.status, result.answer) == (None, "250 2.0.0 Ok: queued as 1")
    (taken,) = desk.mails
    assert (taken.mail_from, taken.rcpt_tos) == ("alerts@example.org", ["desk@example.org", "o'hara+x@example.org"])
    mail = read(taken.content)
    assert mail["subject"] == HEADLINE
    assert mail["from"] == "Walkback <alerts@example.org>"
    assert mail["to"] == "desk@example.org, o'hara+x@example.org"
    assert mail["message-id"] == f"<{EVENT}@example.org>"
    assert mail["in-reply-to"] == mail["references"] == f"<statement-{STATEMENT}@example.org>"
    assert mail["list-id"] == f"<{DESTINATION}.walkback.example.org>"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["date"].datetime == datetime(2025, 1, 7, 9, 43, 5, tzinfo=UTC)
    assert mail.get_content_type() == "multipart/alternative"
    text, page = (part.get_content() for part in mail.iter_parts())
    assert "утримують [-12-]{+14+} сіл." in text
    assert re.search(r"<del[^>]*>12</del>.*<ins[^>]*>14</ins>", page, re.DOTALL)
    assert 'href="https://t.me/generalstaff/21415?a=1&amp;b=2"' in page


@pytest.mark.anyio
async def test_a_mail_that_is_sent_again_is_the_same_mail_to_the_byte(postman):
    desk = await postman()
    desk.data = "drop"
    first = await send(server_at(desk.port), outgoing())
    assert isinstance(first, Failed)
    assert "broke" in first.error
    desk.data = "250 Ok"
    for tries in (1, 4):
        assert isinstance(await send(server_at(desk.port), outgoing(tries=tries)), Delivered)
    assert desk.mails[0].content == desk.mails[1].content


@pytest.mark.anyio
@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_the_conversation_is_encrypted_with_a_certificate_that_is_verified(postman, certificate, security):
    desk = await postman(security)
    trusting = ssl.create_default_context(cafile=certificate / "cert.pem")
    assert isinstance(await send(server_at(desk.port, security, tls=trusting), outgoing()), Delivered)
    assert desk.was_encrypted == [True]
    doubted = await send(server_at(desk.port, security), outgoing())
    assert isinstance(doubted, Failed)
    assert "certificate" in doubted.error
    assert len(desk.mails) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_a_server_without_the_encryption_that_is_set_gets_neither_mail_nor_password(security):
    heard: list[bytes] = []
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"250 AUTH PLAIN LOGIN\r\n" if line.startswith(b"EHLO") else b"502 No\r\n")
        writer.close()
        left.set()

    desk = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = desk.sockets[0].getsockname()[1]
    failed = await send(server_at(port, security, username="desk", password="pass word"), outgoing())
    await left.wait()
    desk.close()
    assert isinstance(failed, Failed)
    assert "encrypt" in failed.error
    assert not any(line.startswith((b"AUTH", b"MAIL")) for line in heard)


@pytest.mark.anyio
async def test_the_password_opens_the_account_and_stands_in_no_answer(postman, certificate):
    desk = await postman(MailSecurity.STARTTLS, wants_account=True)
    trusting = ssl.create_default_context(cafile=certificate / "cert.pem")
    right = server_at(desk.port, MailSecurity.STARTTLS, tls=trusting, username="desk", password="pass word")
    assert isinstance(await send(right, outgoing()), Delivered)
    assert "pass word" not in repr(right)
    wrong = server_at(desk.port, MailSecurity.STARTTLS, tls=trusting, username="desk", password="hunter2")
    refused = await send(wrong, outgoing())
    assert isinstance(refused, Rejected)
    assert (refused.answer[:3], refused.is_final) == ("535", False)
    assert "hunter2" not in str(refused)


ONE, TWO = "one@example.org", "two@example.org"
REFUSALS: dict[str, tuple[dict[str, str], str, int, Any]] = {
    "all unknown": ({ONE: "550 5.1.1 No such user", TWO: "550 No such user"}, "250 Ok", 0, ("final", [])),
    "one unknown": ({ONE: "550 5.1.1 No such user"}, "250 Ok", 0, ("taken", [TWO])),
    "all refused, not unknown": ({ONE: "550 5.7.1 No relaying", TWO: "554 No"}, "250 Ok", 0, ("again", [])),
    "one later, at first": ({ONE: "451 4.7.1 Greylisted"}, "250 Ok", 0, ("again", [])),
    "one later, for long": ({ONE: "452 4.2.2 Mailbox full"}, "250 Ok", 3, ("taken", [TWO])),
    "all later, for long": ({ONE: "452 Full", TWO: "451 Later"}, "250 Ok", 3, ("again", [])),
    "not now": ({}, "451 4.3.0 Try later", 0, ("again", [])),
    "not this mail": ({}, "554 5.6.0 Looks like spam", 0, ("again", [])),
}


@pytest.mark.anyio
@pytest.mark.parametrize(("replies", "data", "tries", "expected"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_what_a_mail_server_refuses_is_read_for_all_recipients(postman, replies, data, tries, expected):
    desk = await postman()
    desk.rcpt, desk.data = replies, data
    result = await send(server_at(desk.port), outgoing(ONE, TWO, tries=tries))
    what, reached = expected
    assert [to for mail in desk.mails for to in mail.rcpt_tos] == reached
    match what:
        case "taken":
            assert isinstance(result, Delivered)
            assert ONE in result.answer, "who was left out is told"
        case _:
            assert isinstance(result, Rejected)
            assert (result.is_final, result.status) == (what == "final", None)


@pytest.mark.anyio
async def test_a_server_that_is_silent_or_none_is_tried_again(receiver):
    async def silent(writer: Any) -> None:
        """Says nothing."""

    inbox = await receiver(silent)
    port = int(inbox.url.split(":")[2].split("/")[0])
    for server in (server_at(port, timeout_seconds=0.3), server_at(9), None):
        failed = await send(server, outgoing())
        assert isinstance(failed, Failed)
        assert not failed.is_refused


def ways() -> WaysOut:
    return WaysOut(web=None, mail=server_at(1))  # type: ignore[arg-type]


WRONG_RECIPIENTS = [
    *("", "desk", "a@b", "@example.org", "a b@example.org", "a@example.org,b@example.org", "Desk <a@example.org>"),
    *(
        "a@example.org\r\nBcc: x@example.org",
        "a@example.org\n",
        '"a b"@example.org',
        "a@[127.0.0.1]",
        "a..b@example.org",
    ),
    *("<a@example.org>", "a@-example.org", f"{'a' * 250}@example.org", "a@exam ple.org", "a@example.org NOTIFY=NEVER"),
]


@pytest.mark.parametrize("written", WRONG_RECIPIENTS)
def test_what_is_no_single_address_is_refused(written):
    if written.strip() == "a@example.org":
        assert recipient(written) == "a@example.org"
        return
    with pytest.raises(InvalidInput) as caught:
        EmailSender().reach(Given(recipients=(written,)), ways())
    assert caught.value.pointer == "/recipients"


def test_recipients_are_kept_once_and_a_domain_in_other_letters_is_written_in_ascii():
    given_ = Given(recipients=(" Desk@Example.org", "Desk@example.org", "press@приклад.укр", "a%b?c@example.org"))
    reach = EmailSender().reach(given_, ways())
    assert reach.address == "mailto:Desk@example.org,press@xn--80aikifvh.xn--j1amh,a%25b%3Fc@example.org"
    assert not reach.is_secret


def test_mail_needs_a_server_and_recipients_and_nothing_else():
    with pytest.raises(InvalidInput, match="WALKBACK_SMTP_HOST"):
        EmailSender().reach(Given(recipients=("a@example.org",)), WaysOut(web=None))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="recipients"):
        EmailSender().reach(Given(), ways())
    with pytest.raises(InvalidInput, match="takes no url"):
        EmailSender().reach(Given(recipients=("a@example.org",), url="https://a.example/"), ways())
    many = Given(recipients=tuple(f"a{n}@example.org" for n in range(51)))
    with pytest.raises(InvalidInput, match="50"):
        EmailSender().reach(many, ways())


hostile = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "x\r\nBcc: evil@example.org\r\n\r\n<h1>",
            "=?utf-8?q?=0D=0ABcc:_evil@example.org?=",
            "</blockquote></body><script>alert(1)</script><img src=https://evil.example/x.png>",
            "\u202eevil \x00 \x1b[31m \ud800 \u2028 \x85",
            "\n.\r\n.\r\nRSET",
            "w" * 3_000,
            "From nobody",
            "👩‍👩‍👧 א ب " * 50,
        ]
    ),
)


@given(
    headline=hostile, before=hostile, after=hostile, name=st.sampled_from(["Walkback", "Desk, “night” <x@y>", "Стіл"])
)
@settings(max_examples=60)
def test_no_text_gets_out_of_its_place_in_a_mail(headline, before, after, name):
    body = {"headline": headline, "claims": [{"before": before, "after": after}], "statement": {"id": STATEMENT}}
    envelope = Envelope(name, "alerts@example.org", ["desk@example.org"], EVENT, DESTINATION, NOW)
    made = mail_of(shown_of(json.dumps(body).encode()), envelope)
    assert made.isascii()
    assert all(len(line) <= 998 for line in made.split(b"\r\n"))
    mail = read(made)
    assert not mail.defects
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Id"),
        *("Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "Content-Type", "MIME-Version"),
    }
    assert mail["to"] == "desk@example.org"
    assert [one.addr_spec for one in mail["from"].addresses] == ["alerts@example.org"]
    parts = list(mail.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    page = parts[1].get_content()
    tags = set(re.findall(r"<(/?\w+)", page.replace("<!doctype", "")))
    assert {tag.strip("/") for tag in tags} <= {
        *("html", "head", "meta", "title", "body", "div", "h1", "p", "blockquote", "del", "ins", "a", "ul", "li")
    }
    for text in (page, parts[0].get_content(), mail["subject"]):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x00\x85\u2028]", text)
