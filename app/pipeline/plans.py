"""What is owed after a look: its own next check, and looks at each statement by itself, apart from its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.checks import Check, Purpose
from app.domain.hazard import Clock
from app.domain.schedule import NextLook
from app.domain.watches import SourceKind
from app.pipeline.following import own_look_later
from app.pipeline.looking import Look
from app.pipeline.newsroom import Newsroom
from app.pipeline.planning import own_look
from app.pipeline.visiting import after_success
from app.storage.standing import Standing

LISTS = frozenset({SourceKind.TELEGRAM_CHANNEL, SourceKind.FEED})


@dataclass(frozen=True, slots=True)
class Plan:
    """The check that follows (None where it was made once only), and when what was shown is looked at by itself."""

    following: Check | None
    own: NextLook


def plan_after(
    newsroom: Newsroom, look: Look, shown: Sequence[Clock], *, now: datetime, standing: Standing | None
) -> Plan:
    """When what an answer shows is looked at again; ``standing`` is the one statement that the check is about."""
    following = after_success(newsroom, look, now=now, standing=standing, shown=shown)
    if following is None:
        own = own_look(newsroom, look, shown, now=now)
    elif look.check.purpose is Purpose.LIST and look.watch.kind in LISTS:
        own = own_look_later(newsroom, look.watch, now=now, next_list_at=following.due_at)
    else:
        own = NextLook(following.due_at, following.reason, following.demand)
    return Plan(following, own)
