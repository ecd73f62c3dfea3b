"""From an empty record to a shared link, as a person does it: at a browser, in English and in Ukrainian."""

import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

BEFORE = (
    "The situation in the Kursk direction. "
    "The Defence Forces have launched new offensive operations in the Kursk region."
    " 47 attacks were repelled during the day."
)
AFTER = BEFORE.replace("have launched new offensive", "are conducting combat")
NOTE = "Seen by two of us."


@pytest.mark.parametrize("locale", ["en-GB", "uk-UA"])
def test_the_whole_way(open_service: Callable[..., Any], open_browser: Callable[..., Any], locale: str) -> None:
    with open_service() as service:
        reader = open_browser(service, locale=locale).signs_in()
        page = reader.page
        language = locale[:2]
        assert page.locator("html").get_attribute("lang") == language
        picture = lambda name: reader.keeps_picture(f"story-{language}-{name}")  # noqa: E731

        number = service.publish(BEFORE)
        add_with_preview(reader, picture)
        pin(reader)
        wait_for_statement(reader, service)

        reader.goes("/")
        page.evaluate("() => { window.neverLoadedAgain = true; }")
        service.telegram.edit(number, AFTER)
        flag = page.locator("li.flag")
        flag.first.wait_for()
        assert page.evaluate("() => window.neverLoadedAgain")
        assert flag.first.locator("del").count()
        assert flag.first.locator("ins").count()
        picture("flag")

        review_by_keyboard(reader, picture)
        look_closer(reader, picture)
        ask(reader, picture)
        share_one_edit(reader, open_browser, service)
        share_and_revoke(reader, open_browser, service, picture)


def add_with_preview(reader: Any, picture: Any) -> None:
    page = reader.goes("/watches/add")
    page.locator("main input[name=url]").fill("https://t.me/generalstaff")
    reader.follows("button[value=preview]")
    page.get_by_text("new offensive operations").wait_for()
    picture("preview")
    reader.follows("button[value=add]")
    assert not page.url.endswith("/add")


def pin(reader: Any) -> None:
    page = reader.goes("/pins/add")
    page.locator("textarea[name=phrases]").fill("en: new offensive")
    reader.follows("button[value=look]")
    reader.follows("button[value=add]")
    assert not page.url.endswith("/add")
    assert page.get_by_text("new offensive").count()


def wait_for_statement(reader: Any, service: Any) -> None:
    page = reader.goes("/watches")
    reader.follows("main a[href^='/watches/']:not([href*=add]):not([href*=import]):not([href*=export])")
    for _ in range(200):
        if page.locator("main a[href^='/statements/']").count():
            return
        page.wait_for_timeout(200)
        page.reload()
    raise AssertionError(page.content())


def review_by_keyboard(reader: Any, picture: Any) -> None:
    page = reader.page
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.keyboard.type(NOTE)
    page.keyboard.press("Enter")
    page.locator("li.flag").first.wait_for(state="detached")
    reader.goes("/?state=confirmed")
    assert NOTE in page.locator("li.flag").first.inner_text()
    picture("confirmed")


def look_closer(reader: Any, picture: Any) -> None:
    """Compare the two wordings, look at the statement, and take the citation of the claim along."""
    page = reader.page
    flags = page.url
    reader.follows("li.flag .links a")
    assert "combat" in page.locator("main").inner_text()
    assert page.locator("main ins").count()
    picture("compared")
    page.goto(flags)
    reader.follows("li.flag a[href^='/claims/']")
    assert "new offensive operations" in page.locator("main").inner_text()
    assert page.locator("main").inner_html().count("ClaimReview") or page.locator("main pre, main textarea").count()
    picture("claim")


def ask(reader: Any, picture: Any) -> None:
    page = reader.goes("/ask")
    page.locator("textarea[name=text]").fill("have launched new offensive operations in the Kursk region")
    reader.follows("main form button")
    assert page.locator("main article .tag.major").count()
    picture("asked")
    page.locator("textarea[name=text]").fill("operations region")
    reader.follows("main form button")
    found = page.locator("main article")
    assert found.locator(".tag.major").count()
    assert found.locator("blockquote mark").count() >= 2
    reader.follows("main .filters a[href*='standing=gone']")
    assert found.count() == found.locator(".tag.major").count()
    picture("searched")


def share_one_edit(reader: Any, open_browser: Any, service: Any) -> None:
    """From the comparison to a link, as somebody without a key opens it: that edit alone, until it is closed."""
    page = reader.goes("/?state=confirmed")
    reader.follows("li.flag .links a")
    reader.follows("main a[href*='/shares?'][href*='edit=']")
    page.locator("select[name=days]").select_option("1")
    reader.follows("main form[action='/shares'] button")
    link = page.locator("#secret").inner_text().strip()
    stranger = open_browser(service)
    shown = stranger.goes(link.replace(re.match(r"https?://[^/]+", link)[0], service.url))
    assert shown.locator("main article").count() == 1
    assert shown.locator("main del").count()
    assert "47 attacks were repelled" in shown.locator("main").inner_text()
    assert shown.locator("main svg").count() == 0, "the statement is not shown with it"
    assert shown.locator("a[href^='/statements'], a[href^='/claims'], a[href^='/watches']").count() == 0
    stranger.keeps_picture(f"story-{page.locator('html').get_attribute('lang')}-shared-edit")
    reader.goes("/shares")
    reader.follows("form[action$='/close'] button")
    assert shown.reload().status == 404
    assert shown.locator("main h1").count() == 1
    assert shown.locator("main article").count() == 0
    stranger.forgives("404")


def share_and_revoke(reader: Any, open_browser: Any, service: Any, picture: Any) -> None:
    page = reader.goes("/?state=confirmed")
    reader.follows("li.flag a[href^='/statements/']:not([href*=compare])")
    page.locator("main figure svg").first.wait_for()
    picture("statement")
    reader.follows("main a[href^='/shares?statement=']")
    reader.follows("main form[action='/shares'] button")
    link = page.locator("#secret").inner_text().strip()
    picture("shared")
    stranger = open_browser(service)
    shown = stranger.goes(link.replace(re.match(r"https?://[^/]+", link)[0], service.url))
    assert "combat operations" in shown.locator("main").inner_text()
    reader.goes("/shares")
    reader.follows("form[action$='/close'] button")
    assert shown.reload().status in (404, 410)
    stranger.forgives("404", "410")
