"""E-mail: one mail for each alert, handed to the operator's mail server."""

import json
import re
from datetime import datetime
from urllib.parse import quote, unquote

from app.delivery.mail_form import Envelope, mail_of
from app.delivery.message import shown_of
from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, Result, WaysOut
from app.delivery.reach import Given, Reach, only
from app.domain.destinations import DestinationKind
from app.domain.errors import InvalidInput, Unreachable
from app.fetching.mail_server import Taken

MOST_RECIPIENTS = 50
LONGEST_ADDRESS = 254
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{LOCAL}@{LABEL}(?:\.{LABEL})+", re.ASCII)
PLAIN_LOCAL = "@!$'*+=^_`{|}~-."
TRIES_THAT_WAIT_FOR_ALL = 3
NO_SERVER = "This service has no mail server: set WALKBACK_SMTP_HOST and WALKBACK_MAIL_FROM."


class EmailSender:
    """The mail server's yes is success. Where it knows none of the recipients, the destination is over."""

    is_signed = False

    def reach(self, given: Given, ways: WaysOut) -> Reach:
        """See `Sender`. Who is told is no password, and shown to administrators."""
        only(DestinationKind.EMAIL, given, needs="recipients")
        if ways.mail is None:
            raise InvalidInput(NO_SERVER, pointer="/kind")
        addresses = tuple(dict.fromkeys(map(recipient, given.recipients)))
        if len(addresses) > MOST_RECIPIENTS:
            raise InvalidInput(f"One destination has {MOST_RECIPIENTS} recipients at most.", pointer="/recipients")
        url = "mailto:" + ",".join(quote(one, safe=PLAIN_LOCAL) for one in addresses)
        return Reach(url, shown=url, is_web=False)

    async def send(
        self,
        ways: WaysOut,
        outgoing: Outgoing,
        *,
        now: datetime,
        timeout_seconds: float,  # noqa: ARG002  (the mail server has a time of its own)
    ) -> Result:
        """See `Sender`."""
        if ways.mail is None:
            return Failed(NO_SERVER, is_refused=False)
        recipients = [unquote(one) for one in outgoing.url.removeprefix("mailto:").split(",")]
        envelope = Envelope(
            sender_name=ways.mail.sender_name,
            sender=ways.mail.sender,
            recipients=recipients,
            event_id=outgoing.id,
            destination_id=outgoing.destination_id,
            at=_time_of(outgoing.body, now),
        )
        mail = mail_of(shown_of(outgoing.body, outgoing.language), envelope)
        is_patient = outgoing.round < TRIES_THAT_WAIT_FOR_ALL
        try:
            answer = await ways.mail.hand_over(mail, recipients, is_patient=is_patient)
        except Unreachable as error:
            return Failed(error.message, is_refused=False)
        if isinstance(answer, Taken):
            return Delivered(None, "; ".join([answer.answer, *answer.refused]), answer.elapsed_seconds)
        reason = "the mail server knows none of the recipients" if answer.no_such_recipients else None
        return Rejected(
            None, answer.answer, answer.elapsed_seconds, None, is_final=answer.no_such_recipients, reason=reason
        )


def recipient(written: str) -> str:
    """One address as mail servers know it; a domain in other letters is written in ASCII.

    Raises:
        InvalidInput: it is no address, or holds more than one.
    """
    local, _, domain = written.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        address = ""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise InvalidInput("A recipient is written like name@example.org, each by itself.", pointer="/recipients")
    return address


def _time_of(body: bytes, now: datetime) -> datetime:
    """When the event was; so a mail that is sent again later is still the same mail."""
    try:
        return datetime.fromisoformat(json.loads(body)["time"])
    except (KeyError, TypeError, ValueError):
        return now
