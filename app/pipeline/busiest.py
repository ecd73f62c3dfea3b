"""Which sites are named in the numbers of a process: the busiest few, so that a long watchlist makes no long list."""

from collections import Counter
from collections.abc import Callable

OTHER = "other"


class BusiestHosts:
    """At most ``most`` hosts have a name of their own; the requests to all others count as ``other``.

    While there is room every host gets a name at its first request. After each ``settle_every`` requests the names go
    to those that were asked most of late: a newcomer's count begins when it is named, and ``other`` keeps what it has,
    so no count ever goes backwards. Who loses its name is forgotten, by ``forget``, if a request was ever counted under
    it. What was counted is halved each time: it follows what is busy now, and a host that is asked no more takes no
    memory.
    """

    def __init__(self, forget: Callable[[str], None], *, most: int = 50, settle_every: int = 10_000) -> None:
        self._forget = forget
        self._most = most
        self._settle_every = settle_every
        self._asked: Counter[str] = Counter()
        self._since = 0
        self._named: set[str] = set()
        self._counted: set[str] = set()

    def name_of(self, host: str) -> str:
        """The name under which one more request to ``host`` counts."""
        self._asked[host] += 1
        self._since += 1
        if self._since >= self._settle_every:
            self._settle()
        if host not in self._named and len(self._named) < self._most:
            self._named.add(host)
        if host not in self._named:
            return OTHER
        self._counted.add(host)
        return host

    def _settle(self) -> None:
        """Give the names to the busiest; of equals they stay with those that have them."""
        order = sorted(self._asked.items(), key=lambda one: (-one[1], one[0] not in self._named, one[0]))
        busiest = {host for host, _ in order[: self._most]}
        for host in self._counted - busiest:
            self._forget(host)
        self._counted &= busiest
        self._named = busiest
        self._asked = Counter({host: count // 2 for host, count in order if count > 1})
        self._since = 0
