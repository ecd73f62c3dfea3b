"""New ids: UUIDs of version 7, which sort by the time they were made."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new UUIDv7."""
    made: uuid.UUID = uuid7()
    return made
