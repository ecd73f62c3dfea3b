"""Reading bodies: whatever is sent, in whatever pieces, the caps hold and nothing true is lost."""

import contextlib
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BodyTooLarge, BodyTruncated
from app.fetching.body import BodyReader, declared_length, plain_headers


def read(pieces: list[bytes], encoding: str = "gzip", *, wire: int = 1 << 20, body: int = 1 << 20) -> bytes:
    reader = BodyReader(encoding, max_wire_bytes=wire, max_body_bytes=body)
    for piece in pieces:
        reader.feed(piece)
    return reader.finish()


def cut(whole: bytes, size: int) -> list[bytes]:
    return [whole[start : start + size] for start in range(0, len(whole), size)]


@given(st.binary(max_size=5000), st.integers(1, 700), st.integers(0, 9))
def test_a_gzip_body_is_read_whole_in_whatever_pieces(content: bytes, size: int, level: int) -> None:
    assert read(cut(gzip.compress(content, level), size)) == content


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(1, 50))
def test_a_gzip_body_of_several_members_is_read_whole(contents: list[bytes], size: int) -> None:
    assert read(cut(b"".join(map(gzip.compress, contents)), size)) == b"".join(contents)


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_gzip_body_that_is_cut_anywhere_is_truncated(content: bytes, data: st.DataObject) -> None:
    whole = gzip.compress(content)
    with pytest.raises(BodyTruncated):
        read([whole[: data.draw(st.integers(1, len(whole) - 1))]])


@given(st.binary(max_size=2000), st.integers(1, 100))
def test_any_bytes_called_gzip_are_read_or_refused(junk: bytes, size: int) -> None:
    with contextlib.suppress(BodyTooLarge, BodyTruncated):
        assert len(read(cut(junk, size), body=4096)) <= 4096


@pytest.mark.parametrize("size", [262_143, 262_144, 262_145, 524_288, 1_000_000])
def test_a_body_that_inflates_to_exactly_some_steps_is_read_whole(size: int) -> None:
    assert read([gzip.compress(b"\0" * size)]) == b"\0" * size


@pytest.mark.parametrize("junk", [b"\0" * 100, b"\x1f", b"<!-- served by -->"])
def test_what_follows_the_last_member_is_ignored(junk: bytes) -> None:
    whole = gzip.compress(b"statement") + junk
    assert read([whole]) == b"statement"
    assert read(cut(whole, 1)) == b"statement"


def test_a_bomb_stops_at_the_cap() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    reader = BodyReader("gzip", max_wire_bytes=1 << 20, max_body_bytes=100_000)
    with pytest.raises(BodyTooLarge):
        reader.feed(bomb)
    assert len(reader._body) <= 100_000 + 256 * 1024


def test_a_body_at_the_cap_passes_and_one_byte_more_does_not() -> None:
    assert len(read([b"x" * 10], "", wire=10, body=10)) == 10
    with pytest.raises(BodyTooLarge):
        read([b"x" * 10, b"x"], "", wire=10, body=100)
    with pytest.raises(BodyTooLarge):
        read([gzip.compress(b"x" * 11)], wire=100, body=10)


def test_a_body_of_endless_empty_members_is_refused() -> None:
    with pytest.raises(BodyTooLarge):
        read([gzip.compress(b"") * 2000])


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,gzip", "br", "deflate", "zstd", "gzip, br", "compress"])
def test_an_encoding_that_is_stacked_or_unknown_is_refused(encoding: str) -> None:
    with pytest.raises(BodyTooLarge):
        read([], encoding)


@pytest.mark.parametrize("encoding", ["", "identity", "Identity", " , identity"])
def test_a_plain_body_stays_as_it_is(encoding: str) -> None:
    assert read([b"a", b"b"], encoding) == b"ab"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_gzip_has_several_names(encoding: str) -> None:
    assert read([gzip.compress(b"a")], encoding) == b"a"


def test_an_empty_answer_called_gzip_is_empty() -> None:
    assert read([]) == b""


def test_deflate_called_gzip_is_damaged() -> None:
    with pytest.raises(BodyTruncated):
        read([zlib.compress(b"hello")])


def test_headers_are_lower_case_and_joined() -> None:
    raw = [(b"ETag", b'"a"'), (b"Link", b"<a>"), (b"link", b"<b>"), (b"X", "є".encode()), (b"Y", b"\xe9")]
    assert plain_headers(raw, most=9, max_bytes=99) == {"etag": '"a"', "link": "<a>, <b>", "x": "є", "y": "é"}


def test_a_flood_of_headers_is_refused() -> None:
    with pytest.raises(BodyTooLarge):
        plain_headers([(b"a", b"")] * 10, most=9, max_bytes=99)
    with pytest.raises(BodyTooLarge):
        plain_headers([(b"a", b"b" * 99)], most=9, max_bytes=99)


@pytest.mark.parametrize(("value", "length"), [("12", 12), ("", None), ("-1", None), ("1e3", None), ("٣", None)])
def test_an_announced_length_is_a_number_or_nothing(value: str, length: int | None) -> None:
    assert declared_length({"content-length": value}) == length
