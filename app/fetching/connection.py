"""One connection and the HTTP spoken on it (h11): a question at a time, and its answer piece by piece."""

import h11

from app.fetching.wire import Wire

_MOST_HEAD_BYTES = 100 * 1024
"""Of an answer's headers while they are not whole; what may be in them is judged by who reads them."""

Lines = list[tuple[str, str]]


class Connection:
    """HTTP/1.1 over one wire. After an answer that was read to its end it can be asked again."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD_BYTES)

    @property
    def peer(self) -> str | None:
        """The numeric address at the other end; None where only a proxy knows it."""
        return self._wire.peer

    @property
    def may_be_asked(self) -> bool:
        """True where the last answer has ended, and the other end has said nothing since."""
        return self._http.our_state is h11.IDLE and self._wire.is_quiet

    async def ask(self, method: str, target: bytes, lines: Lines, body: bytes) -> h11.Response:
        """Send a question; the beginning of its answer.

        Raises:
            h11.ProtocolError: what came back is no HTTP, or there was nothing.
            OSError: the connection broke.
        """
        http = self._http
        sent = http.send(h11.Request(method=method, target=target, headers=lines)) or b""
        if body:
            sent += http.send(h11.Data(data=body)) or b""
        self._wire.write(sent + (http.send(h11.EndOfMessage()) or b""))
        while True:
            event = await self._next()
            if isinstance(event, h11.Response):
                return event

    async def piece(self) -> bytes | None:
        """The next piece of the body as it comes over the wire; None at its end.

        Raises:
            h11.ProtocolError: it ended before it was whole, or is no HTTP.
            OSError: the connection broke.
        """
        event = await self._next()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        http = self._http
        if http.our_state is h11.DONE and http.their_state is h11.DONE and not http.trailing_data[0]:
            http.start_next_cycle()
        return None

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._wire.read())
        return event

    def hang_up(self) -> None:
        """End it at once."""
        self._wire.hang_up()
