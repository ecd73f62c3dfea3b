"""Everything else, by Apprise: the alert as plain text, at an address that an operator's settings allow.

Apprise has a network client of its own, which the guard does not see; app/fetching/apprise_way.py says what stands in.
"""

from datetime import datetime

from app.delivery.mail_form import cut, plain
from app.delivery.message import shown_of
from app.delivery.outgoing import Delivered, Failed, Outgoing, Result, WaysOut
from app.delivery.reach import Given, Reach, only
from app.domain.destinations import DestinationKind
from app.domain.errors import AddressRefused, InvalidInput, Unreachable

LONGEST_TITLE = 250
LONGEST_TEXT = 1_800
"""Short enough for nearly every service; which one it is, only Apprise knows."""
JOINER = "\u2060"
NOT_ALLOWED = "This service sends nothing by Apprise: WALKBACK_APPRISE_SCHEMES names no scheme."


class AppriseSender:
    """What Apprise says it sent is delivered; it gives no answer of the receiver, so nothing but a refusal is final."""

    is_signed = False

    def reach(self, given: Given, ways: WaysOut) -> Reach:
        """See `Sender`. Of an address of Apprise even the host may be a password: the scheme alone is shown."""
        only(DestinationKind.APPRISE, given, needs="url")
        if ways.apprise is None:
            raise InvalidInput(NOT_ALLOWED, pointer="/kind")
        scheme = ways.apprise.judge(given.url or "")
        return Reach(given.url or "", f"{scheme}://…", is_web=False)

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:  # noqa: ARG002
        """See `Sender`."""
        if ways.apprise is None:
            return Failed(NOT_ALLOWED, is_refused=True)
        shown = shown_of(outgoing.body, outgoing.language)
        title = neutral(cut(shown.headline, LONGEST_TITLE))
        text = neutral(cut(plain(shown).partition("\n")[2].strip() or shown.headline, LONGEST_TEXT))
        try:
            seconds = await ways.apprise.send(outgoing.url, title, text, timeout_seconds=timeout_seconds)
        except AddressRefused as error:
            return Failed(error.message, is_refused=True)
        except (InvalidInput, Unreachable) as error:
            return Failed(error.message, is_refused=False)
        return Delivered(None, "", seconds)


def neutral(text: str) -> str:
    """Text in which the usual chats see nobody's name and no mark of theirs: an invisible joiner stands in between."""
    return text.replace("@", f"@{JOINER}").replace("<", f"<{JOINER}")
