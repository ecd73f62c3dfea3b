"""The corpus of hostile answers: too much, too slow, packed too deep, or torn, by class. Each is a server's work."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable, Mapping

Serving = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What a server writes after it has read a request; the connection is closed behind it."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
ZEROS = bytes(1 << 20)
SLOW_SECONDS = 0.05


def says(*pieces: bytes) -> Serving:
    """All at once."""

    async def go(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
        await writer.drain()

    return go


def for_ever(piece: bytes, *, first: bytes = b"", pause: float = 0.0) -> Serving:
    """The same piece again and again, until the other side has had enough."""

    async def go(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return go


async def silence(writer: asyncio.StreamWriter) -> None:
    """Nothing at all, for ever."""
    await writer.drain()
    await asyncio.Event().wait()


def packed(body: bytes, encoding: str) -> bytes:
    """An honest answer with a body of this encoding."""
    return HEAD + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def bomb(megabytes: int) -> bytes:
    """So much of nothing in a thousandth of it."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(squeeze.compress(ZEROS) for _ in range(megabytes)), squeeze.flush()])


def headers(count: int, size: int) -> bytes:
    """Many or long lines."""
    return HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"a" * size) for n in range(count)) + b"Content-Length: 0\r\n\r\n"


ANSWERS: Mapping[str, Mapping[str, Serving]] = {
    "bombs": {
        "gzip": says(packed(bomb(64), "gzip")),
        "gzip in gzip": says(packed(gzip.compress(bomb(64)), "gzip")),
        "stacked": says(packed(gzip.compress(bomb(64)), "gzip, gzip")),
        "stacked five times": says(packed(bomb(8), ", ".join(["gzip"] * 5))),
        "many members": says(packed(gzip.compress(b"") * 5_000, "gzip")),
        "deflate": says(packed(zlib.compress(ZEROS), "deflate")),
        "brotli": says(packed(b"\x1b\xff\xff\x0f", "br")),
        "stacked in the transfer": says(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + bomb(8)),
    },
    "floods": {
        "endless body": for_ever(b"a" * 65_536, first=HEAD + b"\r\n"),
        "announced": says(HEAD + b"Content-Length: 99999999999\r\n\r\n"),
        "endless chunks": for_ever(b"1\r\na\r\n" * 500, first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
        "endless extension of a chunk": for_ever(b"a" * 4096, first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;"),
        "many headers": says(headers(5_000, 10)),
        "long header": says(headers(1, 1_000_000)),
        "endless header": for_ever(b"a" * 65_536, first=b"HTTP/1.1 200 OK\r\nX: "),
        "endless status": for_ever(b"a" * 65_536, first=b"HTTP/1.1 200 "),
        "endless interim answers": for_ever(b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.001),
    },
    "drips": {
        "body": for_ever(b"a", first=HEAD + b"Content-Length: 100000\r\n\r\n", pause=SLOW_SECONDS),
        "chunks": for_ever(b"1\r\na\r\n", first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n", pause=SLOW_SECONDS),
        "headers": for_ever(b"X: a\r\n", first=b"HTTP/1.1 200 OK\r\n", pause=SLOW_SECONDS),
        "status": for_ever(b"H", pause=SLOW_SECONDS),
        "silence": silence,
    },
    "torn": {
        "nothing": says(),
        "no HTTP": says(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "half a header": says(b"HTTP/1.1 200 OK\r\nContent-Le"),
        "half a body": says(HEAD + b"Content-Length: 1000\r\n\r\nhalf"),
        "half a gzip": says(packed(gzip.compress(b"x" * 500)[:20], "gzip")),
        "two lengths": says(HEAD + b"Content-Length: 1\r\nContent-Length: 5\r\n\r\nhello"),
        "negative length": says(HEAD + b"Content-Length: -1\r\n\r\n"),
        "NUL in a header": says(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n"),
        "a line feed alone": says(b"HTTP/1.1 200 OK\nX: a\nContent-Length: 0\n\n"),
        "another protocol": says(b"HTTP/9.9 200 OK\r\n\r\n"),
        "status 999": says(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
        "upgrade": says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    },
    "circles": {
        "to itself": says(b"HTTP/1.1 302 Found\r\nLocation: ?\r\nContent-Length: 0\r\n\r\n"),
        "to a longer address": says(
            b"HTTP/1.1 302 Found\r\nLocation: ?" + b"a" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n"
        ),
        "to nowhere": says(b"HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 0\r\n\r\n"),
        "to no text": says(b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n"),
    },
}
