"""WARC files: good records, and every way in which one can be broken without spoiling the others."""

import gzip
import io
import zlib
from base64 import b32encode
from datetime import UTC, datetime
from hashlib import sha1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.archives import CaptureOutcome
from app.sources.warc import BrokenRecord, WarcCapture, read_warc

NOW = datetime(2025, 1, 8, tzinfo=UTC)
URL = "https://www.example.org/statement"
MOST = 100_000


def digest(content):
    return "sha1:" + b32encode(sha1(content, usedforsecurity=False).digest()).decode()


def record(
    body=b"<p>Five villages</p>", *, url=URL, date="2024-12-24T08:00:00Z", headers=(), zipped=True, kind="response"
):
    """A record as the standard has it, in a gzip member of its own."""
    http = "".join(f"{name}: {value}\r\n" for name, value in [("Content-Type", "text/html"), *headers])
    block = f"HTTP/1.1 200 OK\r\n{http}\r\n".encode() + body
    payload = "sha1:AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH" if kind == "revisit" else digest(body)
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:01944004-7d00-7000-8000-000000000001>",
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Payload-Digest": payload,
        "WARC-Block-Digest": digest(block),
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": len(block),
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in named.items())
    content = f"{head}\r\n".encode() + block + b"\r\n\r\n"
    return gzip.compress(content) if zipped else content


def read(content):
    return list(read_warc(io.BytesIO(content), now=NOW, most_bytes=MOST))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_record_is_read_with_its_time_address_and_digest(zipped):
    (found,) = read(record(zipped=zipped))
    assert isinstance(found, WarcCapture)
    assert (found.listed.timestamp, found.listed.original_url) == (20241224080000, URL)
    assert (found.status, found.body, found.is_intact) == (200, b"<p>Five villages</p>", True)
    assert found.headers["content-type"] == "text/html"
    assert found.listed.digest.startswith("sha1:")


def test_records_that_are_no_pages_are_passed_over():
    found = read(record(kind="request") + record() + record(url="dns:example.org", kind="response"))
    assert [type(one) for one in found] == [WarcCapture]


def test_a_record_that_says_as_before_has_no_bytes():
    (found,) = read(record(kind="revisit", date="2024-12-25T08:00:00.123456Z"))
    assert (found.listed.timestamp, found.body) == (20241225080000, None)
    assert found.listed.digest == "sha1:AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH"


def test_a_body_in_pieces_and_compressed_is_put_together():
    packed = gzip.compress(b"Five villages")
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    (found,) = read(record(chunked, headers=[("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]))
    assert found.body == b"Five villages"
    assert "content-encoding" not in found.headers


def test_a_file_that_was_compressed_as_a_whole_is_read_too():
    found = read(gzip.compress(record(zipped=False) + record(b"second", zipped=False)))
    assert [one.body for one in found] == [b"<p>Five villages</p>", b"second"]


def test_bytes_that_do_not_have_their_digest_are_told():
    content = record(zipped=False).replace(b"Five", b"Nine")
    (found,) = read(content)
    assert (found.body, found.is_intact) == (b"<p>Nine villages</p>", False)


def damaged(content, place=60):
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(b"WARC/1.0\r\n" + b"a" * 50_000_000) + packer.flush()


BROKEN = {
    "damaged bytes": damaged(record()),
    "a cut record": record()[:-20],
    "garbage": b"\x00\x01garbage\xff" * 50,
    "a bomb": bomb(),
    "a bomb within the page": record(gzip.compress(b"a" * 5_000_000), headers=[("Content-Encoding", "gzip")]),
    "a longer page than allowed": record(b"a" * 200_000, zipped=False),
    "a header without end": b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000,
    "a length that is none": record(zipped=False).replace(b"Content-Length: ", b"Content-Length: x"),
    "a length beyond the file": b"WARC/1.0\r\nContent-Length: 90000\r\n\r\nshort",
    "a date in the future": record(date="2099-01-01T00:00:00Z"),
    "a date that is none": record(date="2024-13-77T00:00:00Z"),
    "an address that is none": record(url="https:///"),
    "no status line": record(zipped=False).replace(b"HTTP/1.1 200 OK", b"NOTHTTP 200 OK!"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_record_is_named_and_the_next_is_read(broken):
    good = record(b"after it", date="2024-12-26T00:00:00Z")
    found = read(record(b"before it") + broken + good)
    bodies = [one.body for one in found if isinstance(one, WarcCapture)]
    assert bodies == [b"before it", b"after it"]
    assert any(isinstance(one, BrokenRecord) for one in found)


@pytest.mark.parametrize(
    "name", ["damaged bytes", "garbage", "a bomb", "a bomb within the page", "a date in the future"]
)
def test_what_is_wrong_is_said_with_its_place(name):
    start = record(b"before it")
    found = [one for one in read(start + BROKEN[name]) if isinstance(one, BrokenRecord)]
    assert found[0].offset == len(start)
    assert found[0].detail
    assert found[0].outcome in (CaptureOutcome.DAMAGED, CaptureOutcome.TOO_LARGE)


def test_a_file_of_nothing_but_broken_records_is_given_up():
    found = read(b"WARC/1.0\r\n\r\n" * 5000)
    assert len(found) <= 1001
    assert "given up" in found[-1].detail


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\0" * 100_000])
def test_an_empty_file_holds_nothing(content):
    assert read(content) == []


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(content):
    for prefix in (b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08"):
        assert all(isinstance(one, WarcCapture | BrokenRecord) for one in read(prefix + content))


PLAIN = record(zipped=False)


@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_change_of_a_record_makes_the_reader_fail(changes):
    content = bytearray(PLAIN)
    for place, byte in changes:
        content[place] = byte
    for one in read(bytes(content)):
        assert isinstance(one, WarcCapture | BrokenRecord)


def test_a_page_of_which_only_the_beginning_was_kept_is_named_and_no_capture():
    cut = gzip.decompress(record()).replace(b"WARC-Date:", b"WARC-Truncated: length\r\nWARC-Date:")
    first, second = read(cut + record(zipped=False))
    assert (first.outcome, "length" in first.detail) == (CaptureOutcome.TRUNCATED, True)
    assert isinstance(second, WarcCapture)
