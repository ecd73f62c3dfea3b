"""Where one is signed in: listed in words, one browser signed out from afar, or all of them; never somebody else's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.newsroom import Newsroom
from app.storage import audit
from app.ui.browsers import PROGRAMS, SYSTEMS, browser_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


def signed_in(browser: Any, key: str, agent: str) -> Any:
    one = browser()
    one.headers["user-agent"] = agent
    return one.signs_in(key)


def test_ones_own_browsers_are_listed_in_words_and_nobody_elses(browser: Any, keys: dict[str, str], clock: Any):
    signed_in(browser, keys["admin"], PHONE)
    desk = signed_in(browser, keys["read"], FIREFOX)
    clock.move(3600)
    page = desk.get("/sessions").text
    assert "Firefox, Windows" in page
    assert "this browser" in page
    assert "iPhone" not in page
    assert FIREFOX not in page


def test_another_browser_is_signed_out_from_afar(browser: Any, keys: dict[str, str], newsroom: Newsroom):
    desk, phone = (signed_in(browser, keys["read"], agent) for agent in (FIREFOX, PHONE))
    page = desk.get("/sessions").text
    (address,) = {part.partition('"')[0] for part in page.split('action="') if "/close" in part.partition('"')[0]}
    assert desk.sends(address).headers["location"] == "/sessions?said=session-ended"
    assert phone.get("/watches").status_code == 303
    assert desk.get("/watches").status_code == 200
    with newsroom.database.read() as conn:
        assert audit.list_entries(conn).items[0].act == "session.ended"


def test_nobody_signs_out_somebody_else(reader: Any, administrator: Any, story: Any):
    assert reader.sends(f"/sessions/{story.session_id}/close").status_code == 404
    assert administrator.sends(f"/sessions/{story.session_id}/close").status_code == 404


def test_signing_out_everywhere_ends_every_browser_of_the_key(browser: Any, keys: dict[str, str]):
    desk, phone = (signed_in(browser, keys["write"], agent) for agent in (FIREFOX, PHONE))
    other = signed_in(browser, keys["read"], PHONE)
    answer = desk.sends("/sign-out/everywhere")
    assert answer.headers["location"] == "/sign-in?said=signed-out-everywhere"
    for one, status in ((desk, 303), (phone, 303), (other, 200)):
        assert one.get("/watches").status_code == status


def test_use_is_noted_once_a_minute(browser: Any, keys: dict[str, str], clock: Any, count_statements: Any):
    desk = signed_in(browser, keys["read"], FIREFOX)
    at_once = count_statements(lambda: desk.get("/sessions"))
    clock.move(61)
    noted = count_statements(lambda: desk.get("/sessions"))
    assert noted > at_once == count_statements(lambda: desk.get("/sessions"))


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, said: str):
    assert browser_of(agent) == said


@given(st.text(max_size=300))
def test_nothing_of_a_strangers_header_is_kept_but_names_that_we_know(agent: str):
    known = {name for _, name in (*PROGRAMS, *SYSTEMS)}
    assert {part for part in browser_of(agent).split(", ") if part} <= known
