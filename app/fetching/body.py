"""Reading an answer without being flooded: a body is taken piece by piece and never beyond its caps. Pure.

A gzip body of 1.8 kB can inflate to gigabytes, so nothing is ever inflated whole, and encodings are never stacked.
"""

import zlib
from collections.abc import Iterable, Mapping

from app.domain.errors import BodyTooLarge, BodyTruncated

_STEP_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_GZIP_MEMBERS = 1000


class BodyReader:
    """Takes the pieces of one body, inflates gzip as they come, and stops at the first byte too many."""

    def __init__(self, content_encoding: str, *, max_wire_bytes: int, max_body_bytes: int) -> None:
        """
        Raises:
            BodyTooLarge: the encoding is not one that we inflate.
        """
        self._max_wire_bytes = max_wire_bytes
        self._max_body_bytes = max_body_bytes
        self._body = bytearray()
        self._gzip = _GzipStream() if _is_gzip(content_encoding) else None
        self.wire_bytes = 0

    def feed(self, piece: bytes) -> None:
        """Take one piece as it came over the wire.

        Raises:
            BodyTooLarge: past one of the caps.
            BodyTruncated: the gzip stream is damaged.
        """
        self.wire_bytes += len(piece)
        if self.wire_bytes > self._max_wire_bytes:
            raise BodyTooLarge(f"The answer is longer than {self._max_wire_bytes} bytes.")
        for part in (piece,) if self._gzip is None else self._gzip.inflate(piece):
            self._body += part
            if len(self._body) > self._max_body_bytes:
                raise BodyTooLarge(f"The answer inflates to more than {self._max_body_bytes} bytes.")

    def finish(self) -> bytes:
        """The whole body, when the wire has ended.

        Raises:
            BodyTruncated: the gzip stream has not ended.
        """
        if self._gzip is not None and self.wire_bytes and not self._gzip.is_whole:
            raise BodyTruncated("The compressed answer ended before it was whole.")
        return bytes(self._body)


class _GzipStream:
    """A gzip stream of one or more members (RFC 1952); what follows the last member is ignored, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._members = 1
        self._between = b""

    @property
    def is_whole(self) -> bool:
        return self._member.eof

    def inflate(self, piece: bytes) -> Iterable[bytes]:
        """The inflated bytes, in steps of bounded size."""
        while piece:
            if self._member.eof:
                piece = self._next_member(piece)
                if not piece:
                    return
            yield from self._steps(piece)
            piece = self._member.unused_data

    def _steps(self, piece: bytes) -> Iterable[bytes]:
        """What this member makes of ``piece``."""
        part = b""
        while piece or len(part) == _STEP_BYTES:
            try:
                part = self._member.decompress(piece, _STEP_BYTES)
            except zlib.error:
                raise BodyTruncated("The compressed answer is damaged.") from None
            yield part
            piece = self._member.unconsumed_tail

    def _next_member(self, piece: bytes) -> bytes:
        """Start the next member if ``piece`` continues with one; the bytes to go on with, or none."""
        self._between += piece
        if not self._between.startswith(_GZIP_MAGIC):
            if not _GZIP_MAGIC.startswith(self._between):
                self._between = b"\0"
            return b""
        if self._members >= _MOST_GZIP_MEMBERS:
            raise BodyTooLarge(f"The answer is compressed in more than {_MOST_GZIP_MEMBERS} parts.")
        piece, self._between = self._between, b""
        self._member = zlib.decompressobj(31)
        self._members += 1
        return piece


def plain_headers(raw: Iterable[tuple[bytes, bytes]], *, most: int, max_bytes: int) -> dict[str, str]:
    """Header lines as a mapping of lower-case names; a name that comes more than once has its values joined.

    Raises:
        BodyTooLarge: there are more lines or bytes than allowed.
    """
    headers: dict[str, str] = {}
    size = 0
    for number, (name, value) in enumerate(raw, start=1):
        size += len(name) + len(value)
        if number > most or size > max_bytes:
            raise BodyTooLarge("The answer has too many or too long headers.")
        key, text = _text(name).lower(), _text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def declared_length(headers: Mapping[str, str]) -> int | None:
    """The length that the server announced, or None."""
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _is_gzip(content_encoding: str) -> bool:
    names = [name for part in content_encoding.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if not names:
        return False
    if len(names) == 1 and names[0] in {"gzip", "x-gzip"}:
        return True
    raise BodyTooLarge(f"The answer is encoded as “{', '.join(names)[:60]}”, which is not inflated here.")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
