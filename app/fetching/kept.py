"""Connections that wait to be used again: a few of each site, the least used of all let go first."""

import time
from collections import OrderedDict

from app.fetching.connection import Connection


class KeptConnections:
    """At most ``most`` connections that nobody uses now, each for at most ``idle_seconds``."""

    def __init__(self, *, most: int, idle_seconds: float) -> None:
        self._most = most
        self._idle_seconds = idle_seconds
        self._of_site: dict[str, list[Connection]] = {}
        self._since: OrderedDict[Connection, tuple[str, float]] = OrderedDict()

    def take(self, site: str) -> Connection | None:
        """One of this site that can be asked, the one used last; None where there is none."""
        self._let_go_of_old()
        while site in self._of_site:
            found = self._of_site[site][-1]
            self._forget(found)
            if found.may_be_asked:
                return found
            found.hang_up()
        return None

    def keep(self, site: str, connection: Connection) -> None:
        """Keep it for whoever asks the site next; one that cannot be asked again is ended."""
        if not connection.may_be_asked or not self._most:
            connection.hang_up()
            return
        self._of_site.setdefault(site, []).append(connection)
        self._since[connection] = (site, time.monotonic())
        if len(self._since) > self._most:
            self._end(next(iter(self._since)))

    def end_all(self) -> None:
        """End every one of them."""
        for connection in list(self._since):
            self._end(connection)

    def _let_go_of_old(self) -> None:
        until = time.monotonic() - self._idle_seconds
        while self._since:
            oldest, (_, since) = next(iter(self._since.items()))
            if since > until:
                return
            self._end(oldest)

    def _end(self, connection: Connection) -> None:
        self._forget(connection)
        connection.hang_up()

    def _forget(self, connection: Connection) -> None:
        site, _ = self._since.pop(connection)
        others = self._of_site[site]
        others.remove(connection)
        if not others:
            del self._of_site[site]
