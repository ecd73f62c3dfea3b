"""WARC files: what others captured, record by record, with every damaged or oversized record named and passed over.

Records are cut out here, so that no record (or bomb of a few bytes) can fill the memory, and one that is broken costs
only itself; what is in a record is read by warcio. A record says when it was captured (``WARC-Date``) and of which
address, and has a digest, which is checked.
"""

import re
import zlib
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO

from warcio.bufferedreaders import ChunkedDataException, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from app.domain.archives import CaptureOutcome, ListedCapture, timestamp_of
from app.domain.errors import InvalidAddress
from app.sources.addresses import canonical
from app.sources.cdx import DIGEST, usable_timestamp

GZIP = b"\x1f\x8b\x08"
STEP = 64 * 1024
MOST_HEADER_BYTES = 64 * 1024
MOST_BROKEN = 1000
NEXT = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.\d")
LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,15})[ \t]*\r?$")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
KINDS = frozenset({"response", "revisit"})
KIND = re.compile(rb"(?im)^warc-type:[ \t]*([a-z]+)")
UNPACKED = frozenset({"content-encoding", "transfer-encoding"})
BROKEN_BY = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    ChunkedDataException,
    Base64Error,
    EOFError,
    zlib.error,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
)


@dataclass(frozen=True, slots=True)
class WarcCapture:
    """One capture of a file. ``body`` None: the record says that the bytes are those of an earlier one (revisit).

    ``is_intact`` is false where the digest of the record is not that of its bytes.
    """

    listed: ListedCapture
    status: int
    headers: Mapping[str, str]
    body: bytes | None
    is_intact: bool


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be used: where it begins in the file, and why not."""

    offset: int
    detail: str
    outcome: CaptureOutcome = CaptureOutcome.DAMAGED


def read_warc(file: BinaryIO, *, now: datetime, most_bytes: int) -> Iterator[WarcCapture | BrokenRecord]:
    """The captures of web pages in a file that can be read from any place, in its order.

    Records of other kinds (requests, metadata, DNS) are passed over without a word. After 1,000 broken records the
    file is given up, which the last one says.
    """
    broken = 0
    for offset, record in _records(file, most_bytes=most_bytes + MOST_HEADER_BYTES):
        found = record if isinstance(record, BrokenRecord) else _capture(record, offset, now, most_bytes)
        if isinstance(found, BrokenRecord):
            broken += 1
            if broken >= MOST_BROKEN:
                yield BrokenRecord(offset, "too many broken records: the file is given up here")
                return
        if found is not None:
            yield found


def _records(file: BinaryIO, *, most_bytes: int) -> Iterator[tuple[int, bytes | BrokenRecord]]:
    """The records of a file with the places where they begin; a compressed part may hold several."""
    offset = 0
    while True:
        file.seek(offset)
        start = file.read(MOST_HEADER_BYTES)
        if not start.strip(b"\r\n\0"):
            if len(start) < MOST_HEADER_BYTES:
                return
            offset += len(start)
            continue
        blank = len(start) - len(start.lstrip(b"\r\n"))
        offset, start = offset + blank, start[blank:]
        if start.startswith(GZIP):
            part = _inflated(file, offset, most_bytes)
        elif start.startswith(b"WARC/"):
            part = _plain(file, offset, most_bytes)
        else:
            part = "this is no WARC record"
        if isinstance(part, str):
            yield offset, BrokenRecord(offset, part)
            following = _next(file, offset + 1)
            if following is None:
                return
            offset = following
            continue
        length, content = part
        for one in _split(content, offset, most_bytes) if start.startswith(GZIP) else (content,):
            yield offset, one
        offset += length


def _inflated(file: BinaryIO, offset: int, most_bytes: int) -> tuple[int, bytes] | str:
    """One gzip member: its length in the file and what is in it; or what is wrong with it."""
    file.seek(offset)
    member = zlib.decompressobj(31)
    content = bytearray()
    length = 0
    while not member.eof:
        piece = member.unconsumed_tail
        if not piece:
            piece = file.read(STEP)
            length += len(piece)
            if not piece:
                return "the compressed record ends before it is whole"
        try:
            content += member.decompress(piece, STEP)
        except zlib.error:
            return "the compressed record is damaged"
        if len(content) > most_bytes:
            return f"the record inflates to more than {most_bytes} bytes"
    return length - len(member.unused_data), bytes(content)


def _plain(file: BinaryIO, offset: int, most_bytes: int) -> tuple[int, bytes] | str:
    """One record that is not compressed: its length in the file, and itself."""
    file.seek(offset)
    head = file.read(MOST_HEADER_BYTES)
    end = _end_of_head(head)
    declared = LENGTH.search(head, 0, end) if end else None
    if end is None or declared is None:
        return "the record has no header that can be read"
    length = end + int(declared[1])
    if length > most_bytes:
        return f"the record is longer than {most_bytes} bytes"
    file.seek(offset)
    content = file.read(length)
    return (length, content) if len(content) == length else "the file ends within the record"


def _split(content: bytes, offset: int, most_bytes: int) -> Iterator[bytes | BrokenRecord]:
    """The records in one compressed part: one by the standard, several where a file was compressed as a whole."""
    within = BytesIO(content)
    for _, record in _records_plain(within, most_bytes):
        yield BrokenRecord(offset, record) if isinstance(record, str) else record


def _records_plain(file: BytesIO, most_bytes: int) -> Iterator[tuple[int, bytes | str]]:
    offset = 0
    content = file.getvalue()
    while content[offset:].strip(b"\r\n\0"):
        while content[offset : offset + 1] in (b"\r", b"\n", b"\0"):
            offset += 1
        part = _plain(file, offset, most_bytes) if content.startswith(b"WARC/", offset) else "this is no WARC record"
        if isinstance(part, str):
            yield offset, part
            return
        yield offset, part[1]
        offset += part[0]


def _next(file: BinaryIO, offset: int) -> int | None:
    """Where something that may be a record begins, from ``offset`` on."""
    overlap = b""
    while True:
        file.seek(offset)
        piece = file.read(STEP)
        if not piece:
            return None
        found = NEXT.search(overlap + piece)
        if found is not None:
            return offset - len(overlap) + found.start()
        overlap = piece[-8:]
        offset += len(piece)


def _end_of_head(head: bytes) -> int | None:
    places = [(place, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := head.find(mark)) >= 0]
    return sum(min(places)) if places else None


def _capture(record: bytes, offset: int, now: datetime, most_bytes: int) -> WarcCapture | BrokenRecord | None:
    """The capture in one record; None where it is of another kind."""
    try:
        return _parsed(record, now, most_bytes)
    except BROKEN_BY as error:
        return BrokenRecord(offset, f"the record cannot be read ({type(error).__name__})")
    except RecordTooLarge as large:
        return BrokenRecord(offset, str(large), CaptureOutcome.TOO_LARGE)
    except RecordTruncated as cut:
        return BrokenRecord(offset, str(cut), CaptureOutcome.TRUNCATED)


class RecordTooLarge(Exception):  # how the reading of one record ends, not a mistake
    """What a record unpacks to is longer than the cap."""


class RecordTruncated(Exception):  # likewise
    """Whoever made the record kept only the beginning of the page."""


def _parsed(record: bytes, now: datetime, most_bytes: int) -> WarcCapture | BrokenRecord | None:
    kind = KIND.search(record, 0, _end_of_head(record) or 0)
    if kind is not None and kind[1].decode() not in KINDS:
        return None
    reader = DecompressingBufferedReader(BytesIO(record))
    found = ArcWarcRecordLoader().parse_record_stream(reader, known_format="warc", check_digests=True)
    if found.rec_type not in KINDS:
        return None
    address = found.rec_headers.get_header("WARC-Target-URI") or ""
    if not address.startswith(("http:", "https:")):
        return None
    timestamp = _timestamp(found.rec_headers.get_header("WARC-Date") or "", now)
    if timestamp is None:
        raise ValueError("WARC-Date")
    listed = ListedCapture(
        timestamp=timestamp,
        original_url=_address(address),
        digest=_digest(found.rec_headers.get_header("WARC-Payload-Digest")),
        media_type=(_header(found, "content-type") or "")[:100] or None,
    )
    if found.rec_type == "revisit":
        return WarcCapture(listed, 200, {}, None, is_intact=True)
    if (cut := found.rec_headers.get_header("WARC-Truncated")) is not None:
        raise RecordTruncated(f"the record says that its page was cut short ({cut[:40]})")
    body = _body(found, most_bytes)
    headers = (
        {str(name).lower(): str(value) for name, value in found.http_headers.headers} if found.http_headers else {}
    )
    for name in ("content-encoding", "transfer-encoding"):
        headers.pop(name, None)
    status = int(found.http_headers.get_statuscode()) if found.http_headers else 200
    headers["content-length"] = str(len(body))
    return WarcCapture(listed, status, headers, body, is_intact=found.digest_checker.passed is not False)


def _body(found: Any, most_bytes: int) -> bytes:
    """The payload without its transfer and content encodings, read piece by piece."""
    stream = found.content_stream()
    body = bytearray()
    while piece := stream.read(STEP):
        body += piece
        if len(body) > most_bytes:
            raise RecordTooLarge(f"the page is longer than {most_bytes} bytes")
    while found.raw_stream.read(STEP):
        """What is left belongs to the record, whose digest is of all of it."""
    return bytes(body)


def _header(found: Any, name: str) -> str | None:
    value: str | None = found.http_headers.get_header(name) if found.http_headers else None
    return value


def _timestamp(written: str, now: datetime) -> int | None:
    if not DATE.fullmatch(written):
        return None
    at = datetime.strptime(written[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return usable_timestamp(f"{timestamp_of(at):014d}", now=now)


def _address(written: str) -> str:
    try:
        return str(canonical(written))
    except InvalidAddress as error:
        raise ValueError(written[:80]) from error


def _digest(written: str | None) -> str | None:
    return written if written and DIGEST.fullmatch(written) else None
