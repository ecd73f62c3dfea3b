"""The colours of the pages, light and dark: text can be told from what it stands on (WCAG 2.2, 1.4.3)."""

import re

import pytest

from app.ui import assets
from tests.ui.drawings.test_drawings import contrast

STYLE = (assets.FOLDER / "walkback.css").read_text("utf-8")
COLOURS = {
    name: pair for name, *pair in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLE)
}
TEXT_ON = [
    *((text, ground) for text in ("ink", "quiet", "link", "gone", "come", "warn") for ground in ("paper", "card")),
    *(
        ("gone", "gone-back"),
        ("come", "come-back"),
        ("moved", "moved-back"),
        ("warn", "warn-back"),
        ("on-main", "main"),
    ),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_told_from_its_ground(text: str, ground: str, theme: int):
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_the_edges_of_fields_and_buttons_can_be_seen(ground: str, theme: int):
    assert contrast(COLOURS["strong-line"][theme], COLOURS[ground][theme]) >= 3
