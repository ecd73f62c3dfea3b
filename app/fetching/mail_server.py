"""The operator's mail server: mails are handed to it, and it carries them on.

It stands in the settings and nowhere else, as the database does: no user, destination or publisher can name it. So it
is dialled as it stands there and not judged by the guard, which would refuse most of them: a mail server is usually on
this machine or beside it (decision 29).
"""

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientRefused, SMTPResponseException

from app.domain.errors import Unreachable


class MailSecurity(StrEnum):
    """How the conversation with the mail server is kept from others; but for ``none``, certificates are verified."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Taken:
    """The server took the mail, for all recipients or without ``refused`` ones (each with what the server said)."""

    answer: str
    refused: tuple[str, ...]
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The server did not take the mail. ``no_such_recipients`` where it says so of each of them, for good."""

    answer: str
    no_such_recipients: bool
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server and the account there. Mails come from ``sender``, an address, called ``sender_name``."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    sender_name: str = "Walkback"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0
    tls: ssl.SSLContext | None = None

    async def hand_over(self, mail: bytes, recipients: Sequence[str], *, is_patient: bool) -> Taken | NotTaken:
        """Hand over one mail, in one conversation, to all ``recipients`` at once so that none gets it twice.

        Where the server asks to come later for one of them, nobody gets it while ``is_patient``, and the others after
        that. Whom it refuses for good is left out.

        Raises:
            Unreachable: no answer, a broken conversation, or no encryption where it is asked for.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._talk(mail, recipients, is_patient=is_patient, started=started)
        except TimeoutError:
            raise Unreachable(f"The mail server {self.host} did not answer in time.") from None
        except SMTPResponseException as error:
            return NotTaken(_said(error.code, error.message), False, time.monotonic() - started)
        except (SMTPException, OSError, ValueError) as error:
            raise Unreachable(f"The mail server {self.host} cannot be used: {_kind_of(error)}.") from None

    async def _talk(
        self, mail: bytes, recipients: Sequence[str], *, is_patient: bool, started: float
    ) -> Taken | NotTaken:
        server = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security is MailSecurity.TLS,
            start_tls=self.security is MailSecurity.STARTTLS,
            tls_context=None if self.security is MailSecurity.NONE else self.tls or ssl.create_default_context(),
            local_hostname=self.sender.rpartition("@")[2],
            timeout=self.timeout_seconds,
        )
        try:
            await server.connect()
            if self.username is not None:
                await server.login(self.username, self.password or "")
            await server.mail(self.sender)
            refused = [one for address in recipients if (one := await _offer(server, address)) is not None]
            must_wait = is_patient and any(one.code < 500 for one in refused)
            if must_wait or len(refused) == len(recipients):
                said = "; ".join(_said(one.code, one.message) for one in refused)
                return NotTaken(said, all(map(_is_no_such_recipient, refused)), time.monotonic() - started)
            answer = await server.data(mail)
            told = tuple(f"{one.recipient}: {_said(one.code, one.message)}" for one in refused)
            return Taken(_said(answer.code, answer.message), told, time.monotonic() - started)
        finally:
            server.close()


async def _offer(server: aiosmtplib.SMTP, address: str) -> SMTPRecipientRefused | None:
    """Name one recipient; the server's refusal, if it refuses."""
    try:
        await server.rcpt(address)
    except SMTPRecipientRefused as refused:
        return refused
    return None


def _is_no_such_recipient(refused: SMTPRecipientRefused) -> bool:
    """True where the server says for good that there is no such address (RFC 3463: 5.1.x), and not that it may not."""
    words = refused.message.split()
    if words and words[0][:2] == "5." and words[0].count(".") == 2:
        return words[0].startswith("5.1.")
    return refused.code in {550, 551, 553}


def _said(code: int, message: str) -> str:
    return f"{code} {' '.join(message.split())}"[:2_000]


def _kind_of(error: Exception) -> str:
    """What went wrong, without what was sent: a library may repeat a command, and a command a password."""
    match error.__cause__ or error:
        case ssl.SSLCertVerificationError(verify_message=message):
            return f"its certificate cannot be verified ({message})"
        case ssl.SSLError():
            return "no encrypted connection came about"
        case aiosmtplib.SMTPServerDisconnected():
            return "the connection broke"
        case aiosmtplib.SMTPConnectError() | OSError():
            return "no connection came about"
        case _:
            return "it does not offer the encryption that is set, or does not keep to SMTP"
