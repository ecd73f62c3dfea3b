"""When a check that is owed can really be made, and why then: its site may have to be left alone for longer.

These are expressions for queries that join the host of a check. A host that is being asked at this moment is taken for
free: that is over soon.
"""

import sqlalchemy as sa

from app.storage.tables import check, host

ASKED_FOR_LESS = "; its site asked for less, so not sooner"
SILENT = "; its site does not answer, so not sooner"
HOST = host.c.name == check.c.host
WAITS = sa.and_(host.c.lease.is_(None), host.c.next_at > check.c.due_at)
"""True where the site is left alone for longer than until the check is due."""
AT = sa.case((WAITS, host.c.next_at), else_=check.c.due_at)
REASON = sa.case(
    (sa.and_(WAITS, host.c.refusals > 0), check.c.reason.concat(ASKED_FOR_LESS)),
    (sa.and_(WAITS, host.c.silences > 1), check.c.reason.concat(SILENT)),
    else_=check.c.reason,
)
