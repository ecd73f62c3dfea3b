"""A way out through somebody else's door: the tunnel through an operator's proxy (HTTP CONNECT, RFC 9110 § 9.3.6).

The guard still judges every number before it is asked for, and asks the proxy for that very number.
"""

import base64
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from app.fetching.wire import Wire

_LONGEST_ANSWER = 16 * 1024
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class EgressProxy:
    """Where the proxy stands. ``asks_by_name``: it is trusted to resolve names and to refuse inner addresses itself."""

    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)
    asks_by_name: bool = False

    @classmethod
    def parse(cls, url: str, *, asks_by_name: bool = False) -> "EgressProxy":
        """From ``http://[user:password@]host:port``.

        Raises:
            ValueError: it is of another form; the message does not repeat it, since it may hold a password.
        """
        parts = urlsplit(url)
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if parts.scheme != "http" or not host or not port or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("a proxy is written as http://host:port or http://user:password@host:port")
        authorization = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            authorization = "Basic " + base64.b64encode(pair.encode()).decode()
        return cls(host, port, authorization, asks_by_name)


class TunnelRefused(Exception):
    """The proxy does not pass on what it is asked to; the message says what it said."""


async def open_tunnel(wire: Wire, proxy: EgressProxy, *, host: str, port: int) -> None:
    """Ask the proxy at the other end of ``wire`` to pass everything on to ``host`` (a number, or a name).

    Raises:
        TunnelRefused: the proxy does not do it; the message gives its status.
        OSError: the connection to it broke.
    """
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    wire.write(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    answer = b""
    while _END not in answer:
        piece = await wire.read()
        answer += piece
        if not piece or len(answer) > _LONGEST_ANSWER:
            raise TunnelRefused("the proxy did not answer in HTTP")
    head, _, rest = answer.partition(_END)
    status = head.split(b"\r\n", 1)[0].split(b" ")
    if not status[0].startswith(b"HTTP/1.") or len(status) < 2 or not status[1].isdigit() or rest:
        raise TunnelRefused("the proxy did not answer in HTTP")
    if status[1][:1] != b"2":
        raise TunnelRefused(f"the proxy answered {status[1][:3].decode('ascii')}")
