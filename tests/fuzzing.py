"""For all tests that try the input of strangers: how much is tried, by which chance, and how it is damaged."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

SHORT = 4
"""Examples of each case in a run of all tests; ``make fuzz`` tries many more."""
PIECES = [
    *(b"<", b">", b"&", b'"', b"'", b"\0", b"\r\n", b"\n\n", b"{", b"[", b"]}", b",", b":", b"=", b"%00", b"\\u0000"),
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"</html>", b"<script>", b"<div>" * 300, b"</div>" * 300, b"(" * 500),
    *(b"&#x110000;", b"&#0;", b"&amp;" * 200, b"&lol9;", b'<!DOCTYPE a [<!ENTITY b "bb">]>', b"<?xml?>"),
    *(b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\x1f\x8b\x08"),
    *("\u202e".encode(), "\u2066".encode(), "e\u0301".encode() * 300, "\U0001f469\u200d\U0001f680".encode()),
    *(b"-1", b"0", b"99999999999999999999", b"1e999", b"NaN", b"9999-12-31T23:59:60Z", b"0000-00-00", b"+99:99"),
    *(b"Content-Length: -1", b"Content-Length: 9999999999", b"WARC/1.0\r\n", b"charset=utf-7", b"data-post=", b"://"),
    *(b"http://[::", b"javascript:alert(1)", b"=HYPERLINK(1)", b"../../etc/passwd", b"\x1b[31m", b" " * 5_000),
]
"""What tends to break readers: marks of their languages, bytes that are no text, numbers and times that are none."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--examples", type=int, default=SHORT, help="how many examples of each case are tried")


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    """How many examples of each case this run tries."""
    return int(request.config.getoption("--examples", default=SHORT))


@pytest.fixture
def seed_of_round(request: pytest.FixtureRequest, examples: int) -> Callable[[int], int | None]:
    """The seed for the examples of one round of several, so that no round repeats another; None for any chance."""
    given = request.config.getoption("--hypothesis-seed", default=None)
    if given in (None, "random"):
        return lambda number: number if examples == SHORT else None
    return lambda number: int(given) + number


@pytest.fixture
def trying(examples: int) -> settings:
    """As many examples as this run wants: others in each long run, and the same ones in each short one."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples == SHORT,
        phases=[Phase.explicit, Phase.generate] if examples == SHORT else list(Phase),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="session")
def damaged() -> Callable[[bytes], st.SearchStrategy[bytes]]:
    """Bytes made from good ones: cut, repeated, overwritten, with hostile pieces put in, or cut off."""
    piece = st.sampled_from(PIECES) | st.binary(max_size=8)
    place = st.floats(0, 1, exclude_max=True)
    act = st.tuples(st.sampled_from(("insert", "overwrite", "cut", "repeat", "end")), place, place, piece)

    def of(good: bytes) -> st.SearchStrategy[bytes]:
        return st.lists(act, min_size=1, max_size=6).map(lambda acts: _applied(good, acts))

    return of


def _applied(good: bytes, acts: list[tuple[str, float, float, bytes]]) -> bytes:
    content = good
    for act, where, reach, piece in acts:
        start = int(where * len(content))
        end = start + int(reach * min(len(content) - start, 400))
        match act:
            case "insert":
                content = content[:start] + piece + content[start:]
            case "overwrite":
                content = content[:start] + piece + content[start + len(piece) :]
            case "cut":
                content = content[:start] + content[end:]
            case "repeat":
                content = content[:start] + content[start:end] * 20 + content[end:]
            case _:
                content = content[:start]
    return content
