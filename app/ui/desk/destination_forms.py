"""What a form says of a destination: how it is reached, what it wants to hear, when, and in which language."""

from collections.abc import Mapping
from typing import Final, TypeVar

from app.catalogues.choosing import languages
from app.domain.destinations import Destination, DestinationKind, Signing
from app.domain.errors import EgressError, InvalidInput, WalkbackError
from app.domain.words import msgid
from app.pipeline.destinations import DestinationChange, DestinationDraft
from app.pipeline.watch_fields import line_of
from app.pipeline.watchlist import UNSET
from app.ui.desk import timings
from app.ui.desk.filters import as_written, wish_of_form
from app.ui.desk.timings import timing_as_form, timing_of_form
from app.ui.language import NAMES

REACHED: Final = ("url", "token", "chat_id", "recipients")
FIELDS: Final = (
    *(*REACHED, "name", "kind", "language", "signing", "tags", "languages", "min_level"),
    *timings.FIELDS,
    *("since", "until"),
)
LONGEST: Final = 4000
TAKEN_BY: Final[Mapping[DestinationKind, tuple[str, ...]]] = {
    DestinationKind.TELEGRAM: ("token", "chat_id", "url"),
    DestinationKind.EMAIL: ("recipients",),
}
"""What of the fields a kind takes; every other one an address alone."""
SIGNED: Final = (DestinationKind.WEBHOOK,)
"""The kinds whose alerts are signed, and so have a secret."""
SIGNINGS: Final = {
    Signing.HMAC: msgid("with a secret that both sides have"),
    Signing.ED25519: msgid("with a key of which the receiver has the public half"),
}
CHOSEN: Final = ("kind", "language", "signing", "min_level", "lets_major_through")
"""Fields in which nothing is written: a problem with one of them stands above the form."""
K = TypeVar("K", DestinationKind, Signing)


def draft_of_form(form: Mapping[str, str]) -> DestinationDraft:
    """The destination that a form asks for.

    Raises:
        InvalidInput: a field cannot be used; its pointer names it.
    """
    name = form.get("name", "").strip()
    return DestinationDraft(
        url=_given(form, "url") or None,
        name=line_of(name, "name") if name else None,
        kind=_one_of(DestinationKind, form.get("kind", "") or DestinationKind.WEBHOOK, "/kind"),
        wish=wish_of_form(form),
        token=_given(form, "token") or None,
        chat_id=_given(form, "chat_id") or None,
        recipients=_recipients(form),
        timing=timing_of_form(form),
        language=form.get("language", "") or languages()[0],
        signing=_one_of(Signing, form.get("signing", "") or Signing.HMAC, "/signing"),
    )


def change_of_form(form: Mapping[str, str]) -> DestinationChange:
    """What a form changes of a destination. How it is reached stays where nothing of that is written.

    Raises:
        InvalidInput: a field cannot be used; its pointer names it.
    """
    url, token, chat_id = (_given(form, name) or UNSET for name in ("url", "token", "chat_id"))
    return DestinationChange(
        name=line_of(form.get("name", ""), "name"),
        wish=wish_of_form(form),
        timing=timing_of_form(form),
        language=form.get("language", "") or languages()[0],
        url=url,
        token=token,
        chat_id=chat_id,
        recipients=_recipients(form) or UNSET,
    )


def as_form(destination: Destination) -> dict[str, str]:
    """A destination as its form holds it; how it is reached is not shown again."""
    return {
        **as_written(destination.wish),
        **timing_as_form(destination.timing),
        "name": destination.name,
        "language": destination.language,
    }


def languages_to_choose() -> list[tuple[str, str]]:
    """The languages that messages are written in, each by its own name."""
    return [(tag, NAMES.get(tag, tag)) for tag in languages()]


def field_of(problem: WalkbackError | None) -> str | None:
    """The field that a problem stands at; None where it is about none that is written, or about the whole."""
    if isinstance(problem, EgressError):
        return "url"
    pointer = (problem.pointer if isinstance(problem, InvalidInput) else None) or ""
    field = timings.FIELD_OF.get(pointer, pointer.strip("/").split("/")[0])
    return field if field in FIELDS and field not in CHOSEN else None


def _given(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").strip()[:LONGEST]


def _recipients(form: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_given(form, "recipients").replace(",", " ").replace(";", " ").split())


def _one_of(known: type[K], written: str, pointer: str) -> K:
    if written not in set(known):
        raise InvalidInput(f"“{written[:40]}” is no kind of destination.", pointer=pointer)
    return known(written)
