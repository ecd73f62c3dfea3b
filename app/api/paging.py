"""Pages of a list: opaque cursors that belong to one list, and the Link header that leads from page to page.

A cursor is base64url of 27 bytes: three for the name of the list, eight for a time or a number, sixteen for an id.
"""

import binascii
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from app.domain.errors import InvalidCursor
from app.storage.paging import PageOf, Place

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_ID = uuid.UUID(int=0)
LONGEST_CURSOR = 36

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Mark(NamedTuple):
    """Where a page ended: a number (or a time as nanoseconds since 1970) and an id."""

    number: int
    id: uuid.UUID

    @property
    def place(self) -> Place:
        """The mark of a list that goes by time."""
        return Place(EPOCH + timedelta(microseconds=self.number // 1000), self.id)

    @classmethod
    def at(cls, place: Place) -> "Mark":
        """The mark of a place in a list that goes by time."""
        return cls((place.at - EPOCH) // timedelta(microseconds=1) * 1000, place.id)


class List:
    """One list: makes its cursors, and reads them. ``tag`` is three ASCII letters of its own."""

    def __init__(self, tag: str) -> None:
        self.tag = tag.encode()
        assert len(self.tag) == 3
        self.pattern = f"^{urlsafe_b64encode(self.tag).decode()}[A-Za-z0-9_-]{{32}}$"

    def encode(self, mark: Mark) -> str:
        """The cursor of a mark."""
        return urlsafe_b64encode(self.tag + mark.number.to_bytes(8, "big") + mark.id.bytes).decode()

    def decode(self, cursor: str) -> Mark:
        """The mark of a cursor.

        Raises:
            InvalidCursor: it is none of this list.
        """
        try:
            packed = urlsafe_b64decode(cursor.encode("ascii")) if len(cursor) == LONGEST_CURSOR else b""
        except (binascii.Error, UnicodeEncodeError):
            packed = b""
        if packed[:3] != self.tag or self.encode(_mark(packed)) != cursor:
            raise InvalidCursor("This cursor is none of this list. Start again from its first page.")
        return _mark(packed)

    def pages(self) -> Any:
        """The parameters ``cursor`` and ``limit`` of this list, as what makes its pages."""
        schema = {"pattern": self.pattern, "examples": [self.encode(Mark(1_736_241_120_000_000_000, NO_ID))]}

        async def read(
            request: Request,
            response: Response,
            cursor: Annotated[
                str | SkipJsonSchema[None],
                Query(description="Where the page begins: `next` of the page before.", json_schema_extra=schema),
            ] = None,
            limit: Limit = 50,
        ) -> Pages:
            mark = None if cursor is None else self.decode(cursor)
            return Pages(self, request, response, mark, limit)

        return Depends(read)


@dataclass(frozen=True, slots=True)
class Pages:
    """What one request asks for of a list: where its page begins, and how long it may be."""

    of: List
    request: Request
    response: Response
    mark: Mark | None
    limit: int

    @property
    def place(self) -> Place | None:
        """Where a list that goes by time goes on."""
        return self.mark.place if self.mark else None

    def told(self, page: PageOf[Any]) -> dict[str, Any]:
        """A page of a list that goes by time, with its Link header."""
        return self._told(page.items, Mark.at(page.next) if page.next else None)

    def ended(self, items: Sequence[Any], after: Mark | None) -> dict[str, Any]:
        """A page of which it is known where the next one begins; None where it was the last."""
        return self._told(items, after)

    def cut(self, items: Sequence[T], mark_of: Callable[[T], Mark]) -> dict[str, Any]:
        """A page of a list that was read one longer than ``limit``; ``mark_of`` gives the mark of an item."""
        after = mark_of(items[self.limit - 1]) if len(items) > self.limit else None
        return self._told(items[: self.limit], after)

    def _told(self, items: Sequence[Any], after: Mark | None) -> dict[str, Any]:
        cursor = self.of.encode(after) if after else None
        if cursor:
            query = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
            following = urlencode([*query, ("cursor", cursor)])
            self.response.headers["Link"] = f'<{self.request.url.path}?{following}>; rel="next"'
        return {"items": items, "next": cursor}


def _mark(packed: bytes) -> Mark:
    padded = packed.ljust(27, b"\0")
    return Mark(int.from_bytes(padded[3:11], "big"), uuid.UUID(bytes=padded[11:27]))
