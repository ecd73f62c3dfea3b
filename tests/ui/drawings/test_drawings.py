"""Drawings: whatever the words and however many the steps, a small picture that every reader of XML accepts."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of
from app.domain.claims import Level
from app.domain.words import ENGLISH, Words
from app.ui.drawings.bars import DayOfFlags, draw_flags_by_day, draw_sparkline
from app.ui.drawings.claims_chart import draw_claims_chart
from app.ui.drawings.folding import MOST_COLUMNS, MOST_LIVES, fold
from app.ui.drawings.ink import ALL, COLOURS, Theme, stylesheet
from app.ui.drawings.lettering import Run, is_rtl, shorten, width_of, wrap
from app.ui.drawings.lives import Act, Cell, ClaimsChart, Column, Lane, Life, Source, Step
from app.ui.drawings.png import as_png
from app.ui.drawings.ribbon import draw_claim_ribbon
from app.ui.drawings.sheet import PHONE
from app.ui.drawings.strip import MOST_DOTS, Dot, Gap, Strip, draw_version_strip

T = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 100_000
FIRST, STILL = Cell(Act.FIRST_SEEN, Lane.AS_SAID), Cell(Act.UNCHANGED, Lane.AS_SAID)
ALTERED = Cell(Act.EDITED, Lane.ALTERED, Level.MAJOR, before="new offensive", after="combat")
REMOVED, GONE = Cell(Act.REMOVED, Lane.GONE), Cell(Act.ABSENT, Lane.GONE)
SOURCE = Source("General Staff", "Update", "https://t.me/x/1", "https://walkback.example.org/statements/1", T, T)


def column(number: int, *, gap: bool = False, step: Step = Step.VERSION) -> Column:
    return Column(step, number, T + timedelta(minutes=31 * number), gap_before=gap)


def life(number: int, text: str, *cells: Cell) -> Life:
    return Life(number, (Run(text, "text"),), cells)


def walk_back() -> ClaimsChart:
    quote = (
        Run("launched", "text"),
        Run("new offensive", "text-out"),
        Run("combat", "text-in"),
        Run("operations", "text"),
    )
    return ClaimsChart(
        (column(1), column(2), column(3, gap=True)),
        (
            Life(1, quote, (FIRST, ALTERED, replace(STILL, lane=Lane.ALTERED, level=Level.MAJOR))),
            life(2, "They retreat.", FIRST, STILL, REMOVED),
        ),
    )


def texts(svg: str) -> str:
    return " ".join("".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text"))


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_walk_back_is_told_by_signs_words_and_a_description() -> None:
    svg = draw_claims_chart(walk_back(), ENGLISH)
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert "v2: edited (major): “new offensive” → “combat”; altered." in (description.text or "")
    assert "“They retreat.”: v1: first seen; v3: removed; gone." in (description.text or "")
    shown = texts(svg)
    assert "launched new offensive combat operations" in shown
    assert all(word in shown for word in ("altered", "gone", "gap in coverage", "edited (major)", "removed"))


def test_a_picture_for_publication_names_its_source_its_record_and_the_time() -> None:
    shown = texts(draw_claims_chart(walk_back(), ENGLISH, theme=Theme.LIGHT, source=SOURCE))
    for words in ("General Staff: Update", SOURCE.url, SOURCE.page_url, "drawn 7 January 2025, 09:12 UTC"):
        assert words in shown


def test_a_picture_in_a_page_has_classes_and_one_that_stands_alone_has_colours() -> None:
    inline, alone = draw_claims_chart(walk_back(), ENGLISH), draw_claims_chart(walk_back(), ENGLISH, theme=Theme.DARK)
    assert "style" not in inline
    assert not re.search(r'(fill|stroke)="#', inline)
    assert set(re.findall(r'class="d-([a-z-]+)"', inline)) <= set(ALL)
    assert "class=" not in alone
    assert COLOURS["removed"][1] in alone


def test_the_stylesheet_of_the_pages_is_the_one_table_of_paint() -> None:
    file = Path(__file__).parents[3] / "app/ui/static/drawings.css"
    assert file.read_text("utf-8") == stylesheet(), "write it anew with app.ui.drawings.ink.stylesheet()"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_signs_can_be_told_from_the_paper(theme: int) -> None:
    paper = COLOURS["paper"][theme]
    for name, pair in COLOURS.items():
        if name not in {"paper", "line", "gap", "cosmetic", "said"}:
            assert contrast(pair[theme], paper) >= 4.5, name
        elif name in {"cosmetic", "said", "gap"}:
            assert contrast(pair[theme], paper) >= 3, name


def test_every_act_has_a_sign_of_its_own_beside_its_colour() -> None:
    shapes = set()
    acts = [act for act in Act if act is not Act.ABSENT]
    for act in acts:
        svg = draw_claims_chart(ClaimsChart((column(1),), (life(1, "x", Cell(act, Lane.GONE, Level.MINOR)),)), ENGLISH)
        after_lane = svg[svg.index("d-lane-gone") :]
        shapes.add(re.sub(r'class="[^"]*"|<title>[^<]*</title>|<text.*', "", after_lane))
    assert len(shapes) == len(acts)


def test_a_long_history_is_folded_and_says_what_it_leaves_out() -> None:
    quiet = [life(n, f"Claim {n} stands.", FIRST, *[STILL] * 199) for n in range(1, 80)]
    gone = [life(n, f"Claim {n} goes.", FIRST, *[STILL] * n, REMOVED, *[GONE] * (198 - n)) for n in range(100, 150)]
    chart = ClaimsChart(tuple(column(n + 1) for n in range(200)), (*quiet, *gone))
    folded = fold(chart)
    assert len(folded.chart.columns) <= MOST_COLUMNS
    assert sum(one.count for one in folded.chart.columns) == 200
    assert len(folded.chart.lives) <= MOST_LIVES
    assert (folded.quiet, folded.others) == (79, 50 - MOST_LIVES)
    svg = draw_claims_chart(chart, ENGLISH, theme=Theme.LIGHT, source=SOURCE)
    assert "79 more claims stand as first said" in texts(svg)
    assert f"{50 - MOST_LIVES} more claims changed and are not drawn" in texts(svg)
    assert len(svg) < MOST_BYTES


def test_a_removal_inside_of_folded_steps_is_still_seen() -> None:
    cells = (FIRST, *[STILL] * 50, REMOVED, *[GONE] * 48)
    edits = [life(n, "x", FIRST, *[ALTERED] * 99) for n in range(2, 5)]
    chart = fold(ClaimsChart(tuple(column(n + 1) for n in range(100)), (life(1, "Gone.", *cells), *edits))).chart
    assert Act.REMOVED in {cell.act for cell in chart.lives[0].cells}
    assert chart.lives[0].lane is Lane.GONE


def test_a_quote_from_right_to_left_ends_at_the_right() -> None:
    svg = draw_claims_chart(ClaimsChart((column(1),), (life(1, "بدأت عمليات هجومية.", FIRST),)), ENGLISH)
    line = next(element for element in ET.fromstring(svg).iter(f"{SVG}text") if "بدأت" in (element.text or ""))
    assert line.attrib["text-anchor"] == "end"
    assert (line.text or "").startswith("\u2067")
    assert not is_rtl("123 abc שלום")


def test_the_words_that_changed_stay_in_sight_of_a_long_quote() -> None:
    runs = [
        Run("and so on " * 60, "text"),
        Run("denied", "text-out"),
        Run("confirmed", "text-in"),
        Run("it " * 60, "text"),
    ]
    lines = wrap(runs, 300, lines=3)
    assert len(lines) == 3
    assert {"denied", "confirmed"} <= {run.text for line in lines for run in line}
    assert lines[0][0].text.startswith("…")
    assert lines[-1][-1].text.endswith("…")


def test_restored_wordings_are_joined_and_gaps_shaded_on_the_strip() -> None:
    dots = (
        Dot(1, "v1", T),
        Dot(2, "v2", T + timedelta(minutes=3), Level.MAJOR),
        Dot(3, "v3", T + timedelta(days=2), None, 1),
    )
    strip = Strip(dots, (Gap(T + timedelta(hours=5), T + timedelta(hours=9)),), T + timedelta(days=3))
    svg = draw_version_strip(strip, ENGLISH)
    assert "v3 reads again as v1" in svg
    assert svg.count('class="d-hatch"') == 1
    xs = [float(x) for x in re.findall(r'<circle cx="([\d.]+)" cy="74" r="8"', svg)]
    assert xs == sorted(xs)
    assert min(b - a for a, b in pairwise(xs)) >= 17


def test_very_many_versions_are_grouped_on_the_strip() -> None:
    dots = tuple(Dot(n, f"v{n}", T + timedelta(minutes=n * n)) for n in range(1, 2000))
    svg = draw_version_strip(Strip(dots, (), T + timedelta(days=4000)), ENGLISH)
    assert len(svg) < 30_000
    assert len(re.findall(r'cy="74" r="8"', svg)) <= MOST_DOTS


def test_the_ribbon_names_each_turn() -> None:
    chart = walk_back()
    svg = draw_claim_ribbon(ClaimsChart(chart.columns, chart.lives[1:]), ENGLISH)
    assert all(word in texts(svg) for word in ("first seen", "removed", "gone"))


def test_small_counts_are_told_in_words_too() -> None:
    assert '<title id="w-title">7 edits in 3 days</title>' in draw_sparkline([0, 2, 5], ENGLISH, key="w")
    days = [DayOfFlags(date(2025, 1, 7), {Level.MAJOR: 2, Level.MINOR: 1}), DayOfFlags(date(2025, 1, 8), {})]
    assert "7 January 2025: major 2, minor 1" in draw_flags_by_day(days, ENGLISH)


def test_axes_name_days_in_words_and_the_year_where_it_changes() -> None:
    def ends(*days: date, words: Words = ENGLISH) -> list[str]:
        drawn = texts(draw_flags_by_day([DayOfFlags(day, {Level.MAJOR: 1}) for day in days], words))
        return re.findall(r"\d+ [^\W\d]+\.?(?: \d{4})?", drawn.partition("major")[0])[:2]

    assert ends(date(2026, 10, 31), date(2026, 11, 29)) == ["31 Oct", "29 Nov"]
    assert ends(date(2025, 12, 15), date(2026, 1, 13)) == ["15 Dec 2025", "13 Jan 2026"]
    assert "31 жовт." in texts(draw_flags_by_day([DayOfFlags(date(2026, 10, 31), {})], catalogue_of("uk")))
    columns = tuple(Column(Step.VERSION, n, datetime(2025, 12, 30 + n, 9, tzinfo=UTC)) for n in (0, 1))
    columns += (Column(Step.VERSION, 2, datetime(2026, 1, 1, 9, tzinfo=UTC)),)
    shown = texts(draw_claims_chart(ClaimsChart(columns, (life(1, "x", FIRST, STILL, STILL),)), ENGLISH))
    assert re.findall(r"\d+ (?:Dec|Jan)(?: \d{4})?", shown) == ["30 Dec 2025", "31 Dec", "1 Jan 2026"]
    assert "in UTC" in shown


def test_on_a_phone_a_quote_stands_above_its_line_and_both_are_seen_at_once() -> None:
    arabic = Life(3, (Run("بدأت عمليات هجومية.", "text"),), (FIRST, ALTERED, STILL))
    chart = replace(walk_back(), lives=(*walk_back().lives, arabic))
    svg = draw_claims_chart(chart, ENGLISH, extent=PHONE)
    root = ET.fromstring(svg)
    width = float(root.attrib["width"])
    assert width <= 345, "as wide as a phone of 375 pixels leaves"
    xs = [float(value) for one in root.iter() for name in ("x", "cx") if (value := one.attrib.get(name))]
    assert 0 <= min(xs) <= max(xs) <= width
    lines = [float(one.attrib["y"]) for one in root.iter(f"{SVG}text") if "operations" in "".join(one.itertext())]
    (ring, *_) = [float(one.attrib["cy"]) for one in root.iter(f"{SVG}circle")]
    assert lines[0] < ring
    assert "gap in coverage" in texts(svg)
    assert (
        len(
            draw_claims_chart(
                ClaimsChart(
                    tuple(column(n) for n in range(90)),
                    tuple(life(n, "They went on and on " * 40, *[FIRST] + [REMOVED] * 89) for n in range(90)),
                ),
                ENGLISH,
                extent=PHONE,
            )
        )
        < 20_000
    )


def ink_of(text: str) -> tuple[bytes, bytes]:
    svg = draw_claims_chart(ClaimsChart((column(1),), (life(1, text, FIRST),)), ENGLISH, theme=Theme.LIGHT)
    return svg.encode(), as_png(svg)


@pytest.mark.parametrize("word", ["наступальні", "операція", "هجومية", "عمليات", "התקפי", "επίθεση", "offensive"])
def test_letters_of_every_script_that_we_promise_show_in_a_png(word: str) -> None:
    """Boxes for missing letters would be alike for two words of the same length."""
    scrambled = word[1:] + word[0]
    shown, other, boxes = ink_of(word)[1], ink_of(scrambled)[1], ink_of("㐀" * len(word))[1]
    assert shown.startswith(b"\x89PNG")
    assert len({shown, other, boxes}) == 3


@pytest.mark.parametrize(("size", "drawn"), [((760, 300), (1520, 600)), ((1700, 1400), (1102, 907))])
def test_a_picture_is_drawn_twice_its_size_where_that_is_not_too_large(
    size: tuple[int, int], drawn: tuple[int, int]
) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}"></svg>'
    head = as_png(svg)[16:24]
    assert (int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")) == pytest.approx(drawn, abs=2)


def test_letters_that_no_font_has_are_boxes_and_no_failure() -> None:
    assert ink_of("㐀㐁")[1] == ink_of("㐁㐀")[1]


SIGNS = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
ACTS = st.sampled_from(
    [FIRST, STILL, ALTERED, REMOVED, GONE, Cell(Act.MOVED, Lane.AS_SAID), Cell(Act.RESTORED, Lane.AS_SAID)]
)


@st.composite
def charts(draw: st.DrawFn) -> ClaimsChart:
    wide = draw(st.integers(1, 40))
    columns = tuple(column(n + 1, gap=draw(st.booleans())) for n in range(wide))
    lives = tuple(
        Life(
            n + 1,
            tuple(Run(draw(SIGNS), draw(st.sampled_from(["text", "text-in", "text-out"]))) for _ in range(2)),
            tuple(draw(st.lists(ACTS, min_size=wide, max_size=wide))),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    return ClaimsChart(columns, lives)


@given(charts(), SIGNS)
@settings(max_examples=40)
def test_any_chart_is_well_formed_and_small(chart: ClaimsChart, text: str) -> None:
    source = Source(text, text, text, text, T, T)
    for svg in (draw_claims_chart(chart, ENGLISH), draw_claims_chart(chart, ENGLISH, theme=Theme.LIGHT, source=source)):
        ET.fromstring(svg.encode())
        assert len(svg.encode()) < MOST_BYTES
        assert not re.search("[\u202a-\u202e\u2066\u2068]", svg)


@given(SIGNS, st.floats(20, 400))
def test_a_shortened_text_fits(text: str, width: float) -> None:
    assert width_of(shorten(text, width)) <= width + 1e-6 or shorten(text, width) == "…"


@given(st.lists(st.tuples(SIGNS, st.integers(0, 10**9), st.none() | st.integers(1, 9)), max_size=70))
@settings(max_examples=40)
def test_any_strip_is_well_formed(given_dots: list[tuple[str, int, int | None]]) -> None:
    ordered = sorted(given_dots, key=lambda one: one[1])
    dots = tuple(Dot(n + 1, name, T + timedelta(seconds=s), None, r) for n, (name, s, r) in enumerate(ordered))
    svg = draw_version_strip(Strip(dots, (Gap(T, None),), T + timedelta(days=1)), ENGLISH, theme=Theme.DARK)
    ET.fromstring(svg.encode())
    assert len(svg.encode()) < MOST_BYTES
