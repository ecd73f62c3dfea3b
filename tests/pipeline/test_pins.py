"""Pins: checked before they are kept, warned about, changed without overwriting anybody."""

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidPin, NotFound, StaleRevision
from app.domain.ids import WatchId
from app.domain.watches import WatchDraft
from app.pipeline.pins import PinChange, PinDraft, change_pin, create_pin, read_variants, remove_pin
from app.pipeline.watchlist import add_watch
from app.storage import pins

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pin(newsroom: Any) -> Any:
    return create_pin(newsroom, PinDraft(("en: new offensive", "uk: нов* наступальн*", "en: new  offensive"))).pin


async def test_a_pin_is_called_by_its_first_phrase_and_keeps_each_phrase_once(newsroom: Any, pin: Any):
    assert pin.name == "new offensive"
    assert [str(variant) for variant in pin.variants] == ["en: new offensive", "uk: нов* наступальн*"]
    with newsroom.database.read() as conn:
        assert pins.get_pin(conn, pin.id) == pin


async def test_a_change_leaves_alone_what_is_not_named(newsroom: Any, pin: Any):
    renamed = change_pin(newsroom, pin.id, PinChange(name="Kursk"), revision=1).pin
    assert (renamed.variants, renamed.revision) == (pin.variants, 2)
    watch = add_watch(newsroom, WatchDraft("https://www.example.org/a"))
    bound = change_pin(newsroom, pin.id, PinChange(watch_ids=(watch.id, watch.id)), revision=None).pin
    assert (bound.name, bound.watch_ids) == ("Kursk", (watch.id,))
    with newsroom.database.read() as conn:
        assert pins.get_pin(conn, pin.id) == bound


async def test_nobody_is_overwritten(newsroom: Any, pin: Any):
    change_pin(newsroom, pin.id, PinChange(name="first"), revision=1)
    with pytest.raises(StaleRevision):
        change_pin(newsroom, pin.id, PinChange(name="second"), revision=1)
    with pytest.raises(StaleRevision):
        remove_pin(newsroom, pin.id, revision=1)
    remove_pin(newsroom, pin.id, revision=2)
    with pytest.raises(NotFound):
        remove_pin(newsroom, pin.id)


async def test_a_pin_on_a_watch_that_is_not_there_is_refused_as_a_whole(newsroom: Any):
    with pytest.raises(NotFound):
        create_pin(newsroom, PinDraft(("en: fine",), watch_ids=(WatchId(uuid.uuid4()),)))
    with newsroom.database.read() as conn:
        assert pins.list_pins(conn).items == ()


@pytest.mark.parametrize(
    ("written", "pointer"), [((), "/variants"), (("en: fine", "x"), "/variants/1"), (("en: x",) * 51, "/variants")]
)
def test_what_cannot_be_read_is_refused_at_its_place(written: tuple[str, ...], pointer: str):
    with pytest.raises(InvalidPin) as caught:
        read_variants(written)
    assert caught.value.pointer == pointer


@given(st.lists(st.text(max_size=30).map("en: {}".format), min_size=1, max_size=3))
def test_any_text_is_read_or_refused(written: list[str]):
    try:
        variants = read_variants(written)
    except InvalidPin:
        return
    assert read_variants([str(variant) for variant in variants]) == variants
