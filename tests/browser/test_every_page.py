"""Every page in a browser: nobody is kept out, nothing is heavy, nothing comes from elsewhere; on a phone too."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.ui.table import PAGES

pytestmark = pytest.mark.browser

MOST_BYTES = 100_000
OF_ONE = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/shared)/[\w-]+")
PARTS_OF_A_TIME = 7
"""So many steps the tabulator takes through a field for a day and a time: each number, and the button."""
FILES = re.compile(r"\.(svg|png|csv|json|opml|text|txt|bib)$|^/(sign-out|look|language)")
DESK = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "uk-UA", "color_scheme": "dark", "has_touch": True}
ORDER_OF_FOCUS = """() => {
  const isShown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0;
  return [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.tabIndex >= 0 && isShown(one))
    .filter((one) => one.type !== "radio" || one.checked).length;
}"""


def addresses(ids: dict[str, str]) -> list[str]:
    """The address of each page of the table, of the things of the story; files to take away are no pages."""
    found = []
    for page in PAGES:
        if page.method != "GET" or getattr(page, "is_part", False):
            continue
        address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: ids.get(match[1], "?"), page.path)
        if "?" not in address and not FILES.search(address):
            found.append(address)
    return [*found, "/ask?text=operations"]


def weight_of(reader: Any, path: str) -> tuple[int, float]:
    """All bytes of the page and of what it loads, as they come over the wire the first time; and its first paint."""
    network = reader.page.context.new_cdp_session(reader.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    reader.goes(path)
    reader.page.wait_for_load_state("load")
    reader.page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    paint = reader.page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    network.detach()
    return sum(sizes), float(paint)


@pytest.mark.parametrize("kind", ["wide", "phone"])
def test_every_page_is_open_to_everybody_and_light(
    told: dict[str, str], open_browser: Callable[..., Any], is_open_to_all: Any, tell_page: Any, kind: str
) -> None:
    reader = open_browser(**(PHONE if kind == "phone" else DESK)).signs_in()
    wrong: list[str] = []
    for path in addresses(told):
        weight, paint = weight_of(reader, path)
        if kind == "wide":
            tell_page(OF_ONE.sub("/…", path), weight, paint)
        if weight > MOST_BYTES:
            wrong.append(f"{path}: {weight} bytes")
        too_wide = reader.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if too_wide > 0:
            wrong.append(f"{path}: {too_wide} pixels too wide")
        wrong += [f"{path}: {one}" for one in is_open_to_all(reader.page)]
        reader.keeps_picture(f"{kind}-{re.sub(r'[^a-z]+', '-', OF_ONE.sub('-one', path).strip('/')) or 'flags'}")
    assert wrong == []


def test_every_page_is_gone_through_with_the_tabulator(told: dict[str, str], reader: Any) -> None:
    """Each thing that can be used is reached, and the last of them lets go."""
    wrong = []
    for path in addresses(told):
        page = reader.goes(path)
        page.wait_for_load_state("load")
        expected = page.evaluate(ORDER_OF_FOCUS)
        page.evaluate(
            "() => { window.reached = new Set();"
            "document.addEventListener('focusin', (event) => window.reached.add(event.target)); }"
        )
        times = page.locator("input[type=time], input[type=datetime-local]").count()
        for _ in range(expected + 2 + times * PARTS_OF_A_TIME):
            page.keyboard.press("Tab")
        reached = page.evaluate("() => window.reached.size")
        if reached < expected:
            wrong.append(f"{path}: {reached} of {expected}")
    assert wrong == []


def test_without_a_script_every_page_is_read_and_forms_are_sent(
    told: dict[str, str], open_browser: Callable[..., Any]
) -> None:
    reader = open_browser(java_script_enabled=False).signs_in()
    for path in addresses(told):
        page = reader.goes(path)
        assert page.locator("main h1").count() == 1, path
    page = reader.goes("/")
    reader.follows("form.review button[value=confirmed]")
    page = reader.goes("/?state=confirmed")
    assert page.locator(".flag").count() >= 1
    reader.follows("form.review button[value=open]")
    reader.follows("form[action='/sign-out'] button")
    assert page.locator("input[name=key]").count() or page.locator("a[href^='/sign-in']").count()


def test_who_writes_a_note_is_not_disturbed_by_news(told: dict[str, str], open_browser: Callable[..., Any]) -> None:
    """The list waits until they are done: else what they type would become the keys that confirm and dismiss."""
    reader = open_browser().signs_in()
    page = reader.page
    page.clock.install()
    reader.goes("/")
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.evaluate("() => { window.note = document.activeElement; }")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(30_000)
    assert page.evaluate("() => window.note === document.activeElement")
    assert asked == []
    page.evaluate("() => document.activeElement.blur()")
    with page.expect_response("**/flags/live*") as answered:
        page.clock.run_for(11_000)
    assert answered.value.status == 304
    assert page.evaluate("() => window.note.isConnected"), "where nothing changed nothing is drawn anew"


def test_edits_are_gone_through_with_keys(told: dict[str, str], open_browser: Callable[..., Any]) -> None:
    reader = open_browser().signs_in()
    at = f"/statements/{told['statement_id']}/compare"
    page = reader.goes(f"{at}?from=1&to=1")
    page.locator("[data-key=j]").wait_for()
    page.keyboard.press("Control+j")
    with page.expect_navigation():
        page.keyboard.press("j")
    assert "from=1&to=2" in page.url
    assert page.locator("[data-key]").count() == 0, "there is no edit before the first and none behind the last"


def test_who_does_not_want_single_keys_turns_them_off(told: dict[str, str], open_browser: Callable[..., Any]) -> None:
    reader = open_browser().signs_in()
    page = reader.goes("/")
    chosen = lambda: page.evaluate("() => document.activeElement.matches('.flag')")  # noqa: E731
    page.keyboard.press("j")
    assert chosen()
    page.locator("[data-turns-keys]").click()
    reader.goes("/")
    page.keyboard.press("j")
    assert not chosen()
    assert "on" in page.locator("[data-turns-keys]").inner_text().split()
    page.locator("[data-turns-keys]").click()
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("j")
    assert chosen()


def test_on_a_phone_the_chart_of_an_arabic_statement_is_whole_without_scrolling(
    open_service: Callable[..., Any], open_browser: Callable[..., Any]
) -> None:
    with open_service() as service:
        number = service.publish("أطلقت القوات عمليات هجومية جديدة في منطقة كورسك. تم صد 47 هجوماً خلال اليوم.")
        service.ask("POST", "/v1/watches", url="https://t.me/generalstaff", language="ar")
        service.waits_for("/v1/statements")
        service.telegram.edit(number, "تنفذ القوات عمليات قتالية في منطقة كورسك. تم صد 52 هجوماً خلال اليوم.")
        (flag, *_) = service.waits_for("/v1/flags")
        reader = open_browser(service, **PHONE).signs_in()
        page = reader.goes(f"/statements/{flag['statement_id']}")
        shown = page.locator(".drawn .drawing:visible").first
        box = shown.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
        cut = shown.evaluate(
            """(svg) => [...svg.querySelectorAll("text")].map((one) => one.getBoundingClientRect())
                .filter((one) => one.left < 0 || one.right > innerWidth).length"""
        )
        assert cut == 0
        page.emulate_media(media="print")
        assert shown.get_attribute("width") == "760", "paper is wide"
        page.emulate_media(media="screen")
        assert shown.get_attribute("width") == "330"
        reader.keeps_picture("phone-arabic-statement")
        page = reader.goes(f"/statements/{flag['statement_id']}/compare?view=side")
        ends = page.locator("td[dir=auto]").evaluate_all("(all) => all.map((one) => getComputedStyle(one).direction)")
        assert set(ends) == {"rtl"}


def test_who_asks_for_dark_gets_dark(told: dict[str, str], open_browser: Callable[..., Any]) -> None:
    def ground(**wishes: Any) -> list[int]:
        page = open_browser(**wishes).signs_in().goes("/")
        colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        return [int(part) for part in re.findall(r"\d+", colour)[:3]]

    assert sum(ground(color_scheme="dark")) < 200 < 600 < sum(ground(color_scheme="light"))
