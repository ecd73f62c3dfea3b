"""What people make of a flag, from the command line."""

from app.cli.acts.flags import show_one
from app.cli.rooms import with_newsroom
from app.domain.errors import InvalidInput
from app.domain.flags import Flag, ReviewState
from app.domain.ids import FlagId
from app.pipeline.newsroom import Newsroom
from app.pipeline.reviews import review_flag
from app.storage.short_ids import find_id

LONGEST_NOTE = 5000


def review(written: str, state: ReviewState, *, note: str | None, reviewer: str, as_json: bool) -> None:
    """Confirm or dismiss a flag, or open it again.

    Raises:
        NotFound: there is no such flag; InvalidInput: the note is too long.
    """
    if note is not None and (len(note) > LONGEST_NOTE or "\x00" in note):
        raise InvalidInput(f"A note is a text of at most {LONGEST_NOTE} characters.")

    def act(newsroom: Newsroom) -> Flag:
        with newsroom.database.read() as conn:
            key = FlagId(find_id(conn, "flag", written))
        return review_flag(newsroom, key, state=state, note=note, reviewer=reviewer, revision=None)

    show_one(with_newsroom(act), as_json=as_json)
