import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidSelector
from app.domain.observations import FAILURES, Outcome
from app.domain.watches import Selectors, SourceKind
from app.sources.contract import Gone, Statements, Target, Unread, Window
from app.sources.main_text import check_selectors
from app.sources.registry import sources
from app.sources.web_page import THE_PAGE

PAGE = sources("https://t.me")[SourceKind.WEB_PAGE]
URL = "https://ministry.example/releases/7"
FIRST = "The General Staff has launched new offensive operations in the border region, it said on Tuesday."
SECOND = "Five soldiers were wounded and two vehicles were lost, according to the statement of the press office."
THIRD = "The operation goes on as planned, and further reports will follow in the evening of the same day."


def release(*paragraphs: str, head: str = "", around: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>Statement | Ministry</title>{head}</head><body>'
        '<header><a href="/">Ministry of Example</a></header><nav><ul><li><a href="/a">Home</a></li></ul></nav>'
        f"<article><h1>Statement</h1>{''.join(f'<p>{text}</p>' for text in paragraphs)}</article>{around}"
        "<footer>Ministry of Example</footer></body></html>"
    )


WHOLE = release(FIRST, SECOND, THIRD)


@pytest.fixture(scope="session")
def read(answer, now):
    """What the page source makes of a body."""

    def build(body, *, selectors=None, language=None, **fields):
        target = Target(SourceKind.WEB_PAGE, URL, URL, selectors=selectors or Selectors(), language=language)
        return PAGE.read(answer(body, **({"url": URL} | fields)), target, external_id=None, now=now)

    return build


@pytest.fixture
def wording(read):
    """The wording that a body holds."""

    def build(body, **fields):
        reading = read(body, **fields)
        assert isinstance(reading, Statements), reading
        return reading.found[0].wording

    return build


def test_a_release_is_one_statement_without_the_page_around_it(read):
    reading = read(WHOLE)
    assert [(found.external_id, found.url) for found in reading.found] == [(THE_PAGE, URL)]
    assert reading.found[0].wording.text == f"Statement\n{FIRST}\n{SECOND}\n{THIRD}"
    assert reading.name == "Statement"
    assert reading.found[0].wording.language == "en"


def test_a_short_release_is_read_without_the_menu(wording):
    assert wording(release("We deny it.")).text == "Statement\nWe deny it."


def test_a_watch_says_better_than_the_page_which_language_it_is_in(wording):
    assert wording(WHOLE, language="uk").language == "uk"


def test_markup_and_the_targets_of_links_are_not_part_of_the_text(wording):
    plain = wording(WHOLE).text
    linked = FIRST.replace("General Staff", '<a href="/x?utm_source=a"><b>General</b> Staff</a>')
    assert wording(release(linked, SECOND, THIRD)).text == plain
    commented = release(FIRST, SECOND + "<!-- five hundred -->", THIRD, head="<script>var five = 500</script>")
    assert wording(commented).text == plain


def test_reading_twice_gives_the_same(wording):
    assert wording(WHOLE) == wording(WHOLE)


def test_where_to_look_for_a_page(web_target):
    assert PAGE.list_request(web_target) == PAGE.statement_request(web_target, THE_PAGE, URL)
    assert PAGE.older_request(web_target, THE_PAGE) is None
    assert PAGE.absent(Window(1, None), [THE_PAGE], []) == ()


SCHEMA = {"@type": "NewsArticle", "author": [{"name": "Press office"}], "datePublished": "2025-01-07T09:30:00Z"}
FIELDS = {
    "open graph": (
        {"og:title": "New &amp; true", "author": "Press office", "article:published_time": "2025-01-07T11:30:00+02:00"},
        "New & true",
    ),
    "schema.org": (SCHEMA, "Statement"),
    "dublin core": (
        {"DC.title": "A title", "dc.creator": "Press office", "DC.date": "2025-01-07T09:30:00Z"},
        "A title",
    ),
    "as in mail": ({"author": "Press office", "pubdate": "Tue, 07 Jan 2025 11:30:00 +0200"}, "Statement"),
}


@pytest.mark.parametrize(("stated", "title"), FIELDS.values(), ids=FIELDS)
def test_title_author_and_date_stand_beside_the_text(wording, stated, title):
    if "@type" in stated:
        head = f'<script type="application/ld+json">{json.dumps({"@graph": [stated]})}</script>'
    else:
        head = "".join(f'<meta name="{name}" content="{content}">' for name, content in stated.items())
    found = wording(release(FIRST, SECOND, THIRD, head=head))
    assert (found.title, found.author) == (title, "Press office")
    assert found.published_at == datetime(2025, 1, 7, 9, 30, tzinfo=UTC)
    assert found.text == wording(WHOLE).text


@pytest.mark.parametrize("date", ["", "soon", "2031-01-01T00:00:00Z", "99999-01-01", "2025-13-45", "0000-00-00T00:00"])
def test_a_date_that_cannot_be_is_not_believed(wording, date):
    head = f'<meta property="article:published_time" content="{date}">'
    assert wording(release(FIRST, head=head)).published_at is None


def test_selectors_choose_what_is_the_statement(wording):
    body = (
        "<html><body><p>Around.</p><div class='s'><p>One.</p><p class='ad'>Buy.</p><div class='s'>Two.</div></div>"
        "<div class='s'>Three.</div></body></html>"
    )
    assert wording(body, selectors=Selectors(include=(".s",), exclude=(".ad",))).text == "One.\nTwo.\nThree."
    assert wording(body, selectors=Selectors(exclude=(".s", ".nowhere"))).text == "Around."
    assert wording(body, selectors=Selectors(include=("#no", "p.ad"))).text == "Buy."


def test_a_selector_that_matches_nothing_is_named_and_nothing_is_removed(read):
    reading = read(WHOLE, selectors=Selectors(include=("#statement", ".release")))
    assert isinstance(reading, Unread)
    assert reading.outcome is Outcome.UNREADABLE
    assert "“#statement” or “.release”" in reading.detail


@pytest.mark.parametrize("selector", ["", " ", "div >", "[[", "::foo", "//div", "p,,q", "div:nth-child("])
def test_a_selector_that_does_not_parse_is_refused_with_its_place(selector):
    with pytest.raises(InvalidSelector) as refused:
        check_selectors(Selectors(include=("main",), exclude=("nav", selector)))
    assert refused.value.pointer == "/selectors/exclude/1"
    check_selectors(Selectors(include=("article > p:first-child", "main, [role=main]"), exclude=("div:has(form)",)))


@given(st.text())
def test_any_selector_is_refused_or_can_be_used(read, selector):
    selectors = Selectors(include=(selector,))
    try:
        check_selectors(selectors)
    except InvalidSelector:
        return
    assert isinstance(read(WHOLE, selectors=selectors), Statements | Unread)


STATUSES = (
    dict.fromkeys((401, 403, 407, 429, 451), "blocked")
    | dict.fromkeys((500, 502, 503, 504), "server_error")
    | dict.fromkeys((202, 204, 301, 400, 405, 418), "unreadable")
    | {200: None, 206: "truncated"}
)


@pytest.mark.parametrize(("status", "outcome"), STATUSES.items())
def test_a_status_that_is_no_page_is_a_failure(read, status, outcome):
    reading = read(WHOLE, status=status)
    assert (reading.outcome if isinstance(reading, Unread) else None) == outcome


@pytest.mark.parametrize("status", [404, 410])
def test_only_not_found_and_gone_say_that_it_is_gone(read, status):
    assert isinstance(read(WHOLE, status=status), Gone)


BLOCKS = {
    "cloudflare": (403, {"cf-mitigated": "challenge", "server": "cloudflare"}),
    "cloudflare that answers 200": (200, {"cf-mitigated": "challenge"}),
    "amazon challenge": (202, {"x-amzn-waf-action": "challenge", "server": "awselb/2.0"}),
    "amazon captcha": (405, {"x-amzn-waf-action": "captcha"}),
    "amazon captcha that says gone": (404, {"x-amzn-waf-action": "captcha"}),
    "akamai": (403, {"server": "AkamaiGHost"}),
    "akamai that says gone": (404, {"server": "AkamaiGHost"}),
    "datadome": (404, {"x-datadome": "protected"}),
}


@pytest.mark.parametrize(("status", "headers"), BLOCKS.values(), ids=BLOCKS)
def test_a_bot_wall_is_known_by_its_headers_and_never_says_gone(read, status, headers):
    reading = read("<html><body><h1>Reference 18.2</h1></body></html>", status=status, headers=headers)
    assert isinstance(reading, Unread)
    assert reading.outcome is Outcome.BLOCKED


WALLS = {
    "just a moment": ("Just a moment...", "blocked"),
    "cloudflare": ("Attention Required! | Cloudflare", "blocked"),
    "akamai": ("Access Denied", "blocked"),
    "amazon": ("Human Verification", "blocked"),
    "plain": ("403 Forbidden", "blocked"),
    "often": ("429 Too Many Requests", "blocked"),
    "ukrainian": ("Доступ обмежено", "blocked"),
    "login": ("Log in | Ministry", "blocked"),
    "consent": ("Before you continue", "blocked"),
    "not found": ("Page not found - Ministry", "unreadable"),
    "404": ("404 | NLR", "unreadable"),
    "404 in words": ("404 - File or directory not found.", "unreadable"),
    "not found in ukrainian": ("Сторінку не знайдено – Міністерство", "unreadable"),
    "not found in russian": ("Страница не найдена", "unreadable"),
    "out of order": ("503 Service Unavailable", "server_error"),
    "maintenance": ("Технічні роботи", "server_error"),
    "checkpoint": ("Vercel Security Checkpoint", "blocked"),
    "proof of work": ("Making sure you're not a bot!", "blocked"),
    "cloudfront": ("ERROR: The request could not be satisfied", "blocked"),
    "blocked": ("Sorry, you have been blocked", "blocked"),
    "french moment": ("Un instant…", "blocked"),
    "german refusal": ("Zugriff verweigert", "blocked"),
    "french not found": ("Erreur 404 - Page introuvable", "unreadable"),
    "empty server": ("Welcome to nginx!", "unreadable"),
}


@pytest.mark.parametrize(("title", "outcome"), WALLS.values(), ids=WALLS)
def test_a_wall_that_answers_200_is_known_by_its_title(read, title, outcome):
    body = f"<html><head><title>{title}</title></head><body><p>Some words that say why.</p></body></html>"
    assert read(body).outcome == outcome


HONEST = [
    "Access denied to inspectors, says the ministry",
    "404 soldiers came home",
    "Not found guilty: the court's statement",
    "Технічні роботи на підстанції завершено",
    "Login details were stolen in the attack",
    "Captcha is not enough, the agency warns",
    "Forbidden weapons were used",
    "Service unavailable after strike on the exchange",
    "Un instant de paix à Kyiv",
    "Unauthorized drones were seen",
    "Bot manager arrested in Lviv: three homes searched",
    "Cette page n'existe pas sans vous",
]


@pytest.mark.parametrize("title", HONEST)
def test_a_statement_about_a_wall_is_not_a_wall(wording, title):
    body = WHOLE.replace("Statement | Ministry", title).replace("<h1>Statement", f"<h1>{title}")
    assert FIRST in wording(body).text


SCRIPTS = {
    "cloudflare": "<script>window._cf_chl_opt={}</script>",
    "imperva": '<iframe src="/_Incapsula_Resource?x=1"></iframe>',
    "captcha": '<div class="g-recaptcha"></div>',
    "password": '<form><input type="password"></form>',
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_wall_is_known_by_its_script_only_where_hardly_any_text_is(read, script):
    assert read(f"<html><body>{script}<p>One second.</p></body></html>").outcome is Outcome.BLOCKED
    long = release(*(f"{number}. {FIRST}" for number in range(20)), around=script)
    assert isinstance(read(long), Statements)


UNSEEN = {
    "a script": f"<script>{FIRST * 30}</script>",
    "what is for browsers without scripts": f"<noscript>{FIRST * 30}</noscript>",
    "spaces": f"<p>{' ' * 2_000}</p>" + "\n" * 2_000,
}


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_text_that_nobody_sees_does_not_make_a_wall_a_page(read, script, unseen):
    assert read(f"<html><body>{script}{unseen}<p>One second.</p></body></html>").outcome is Outcome.BLOCKED


STUMPS = {
    "sent on": ("Redirecting to www.ministry.example", "unreadable"),
    "not found in its text alone": ("Cette page n'existe pas", "unreadable"),
    "refused in its text alone": ("Access denied.", "blocked"),
}


@pytest.mark.parametrize(("text", "outcome"), STUMPS.values(), ids=STUMPS)
def test_a_page_of_which_one_such_line_is_all_that_is_left_is_no_statement(read, text, outcome):
    assert read(f"<html><head><title>Terms</title></head><body><p>{text}</p></body></html>").outcome == outcome


def test_a_short_statement_is_one(wording):
    body = (
        "<html><head><title>Travel</title></head><body><p>We advise against all travel to Atlantis.</p></body></html>"
    )
    assert wording(body).text == "We advise against all travel to Atlantis."


DETOURS = {
    "captcha": ("https://ministry.example/captcha?back=7", "blocked"),
    "error page": ("https://ministry.example/error.html", "unreadable"),
    "404 page": ("https://ministry.example/en/404", "unreadable"),
    "front page": ("https://ministry.example/", "unreadable"),
    "front page in a language": ("https://ministry.example/uk/", "unreadable"),
    "index": ("https://www.ministry.example/index.html", "unreadable"),
    "login": ("https://ministry.example/login?next=/releases/7", "blocked"),
    "other login": ("https://id.example/oauth2/authorize", "blocked"),
    "consent": ("https://consent.example/m?continue=x", "blocked"),
}


@pytest.mark.parametrize(("went_to", "outcome"), DETOURS.values(), ids=DETOURS)
def test_a_redirect_away_from_the_statement_is_not_its_new_text(read, went_to, outcome):
    assert read(WHOLE, went_to=went_to).outcome == outcome


@pytest.mark.parametrize(
    ("asked", "went_to"),
    [
        (URL, "https://www.ministry.example/releases/7"),
        (URL, "https://ministry.example/releases/7-operations"),
        ("https://ministry.example/", "https://ministry.example/en/"),
        ("https://ministry.example/login", "https://ministry.example/login/"),
    ],
)
def test_a_redirect_to_where_it_now_stands_is_followed(read, asked, went_to):
    assert isinstance(read(WHOLE, url=asked, went_to=went_to), Statements)


TEXTS = {
    "windows-1251": "Нові наступальні операції розпочато на прикордонні, повідомив Генеральний штаб у вівторок. " * 3,
    "shift_jis": "参謀本部は国境地域で新たな攻撃作戦を開始したと火曜日に発表した。" * 5,
}


@pytest.mark.parametrize(("charset", "text"), TEXTS.items())
def test_a_page_in_another_charset_reads_the_same(wording, charset, text):
    body = release(text)
    assert wording(body.encode(charset), content_type=f"text/html; charset={charset}").text == wording(body).text
    assert wording(body.encode(charset), content_type=None).text == wording(body).text


def test_forms_of_one_text_are_one_text(wording):
    text = "Йосип Їжак оголосив про нову операцію, 1\u00a0000 солдатів. " * 3
    assert wording(release(unicodedata.normalize("NFD", text))).text == wording(release(text)).text


@pytest.mark.parametrize(
    "text", ["הצבא הודיע על מבצע חדש \u200f(5)\u200f", "أعلن الجيش عن عملية جديدة", "🚒👩\u200d🚒 ‼️ 🇺🇦"]
)
def test_every_script_and_emoji_is_kept(wording, text):
    assert text in wording(release(text, FIRST)).text
    named = text.replace("\u200d", "&zwj;").replace("\u200f", "&#8207;")
    assert text in wording(release(named, FIRST)).text


SHELLS = {
    "javascript": ("Please enable JavaScript to run this app.", "unreadable"),
    "javascript in ukrainian": ("Увімкніть, будь ласка, JavaScript.", "unreadable"),
    "cookies": ("This website uses cookies to improve your experience.", "blocked"),
    "cookies in ukrainian": ("Цей сайт використовує файли cookie.", "blocked"),
}


@pytest.mark.parametrize(("words", "outcome"), SHELLS.values(), ids=SHELLS)
def test_what_stands_in_for_a_page_is_not_its_text(read, words, outcome):
    assert read(f"<html><body><div><p>{words}</p></div></body></html>").outcome == outcome
    assert isinstance(read(release(words, *(f"{number}. {FIRST}" for number in range(9)))), Statements)


def test_a_page_that_sends_browsers_on_is_not_a_statement(read):
    refresh = '<meta http-equiv="Refresh" content="0; url=/new">'
    reading = read(f"<html><head>{refresh}</head><body><p>You are being sent on.</p></body></html>")
    assert isinstance(reading, Unread)
    assert "/new" in reading.detail
    assert isinstance(read(release(*[FIRST] * 5, head=refresh)), Statements)


BAD = {
    "empty": (b"", {}, "unreadable", "empty"),
    "white space": (b" \r\n ", {}, "unreadable", "empty"),
    "no text": (b"<html><body><div id='app'></div><script>go()</script></body></html>", {}, "unreadable", "JavaScript"),
    "pdf": (b"%PDF-1.7 \x00", {"content_type": "application/pdf"}, "unreadable", "PDF"),
    "image": (b"\x89PNG\r\n\x1a\n", {"content_type": "image/png"}, "unreadable", "image"),
    "binary": (b"\x00\x01\x02" * 50, {"content_type": "application/octet-stream"}, "unreadable", "octet-stream"),
    "json": (b'{"error": "no"}', {"content_type": "application/json"}, "unreadable", "data"),
    "feed": (b"<?xml version='1.0'?><rss><channel/></rss>", {"content_type": "text/xml"}, "unreadable", "feed"),
    "ends in a tag": (WHOLE.encode()[:-300] + b"<a hre", {}, "truncated", "ends before"),
    "nested": (b"<html><body>" + b"<div>" * 300_000 + b"x", {}, "unreadable", "nests"),
    "20 MB": (b"<html><body>" + b"<p>words and words</p>" * 900_000 + b"</body></html>", {}, "too_large", "selector"),
}


@pytest.mark.parametrize(("body", "fields", "outcome", "reason"), BAD.values(), ids=BAD)
def test_a_bad_page_is_a_failure_with_its_reason(read, body, fields, outcome, reason):
    reading = read(body, **fields)
    assert isinstance(reading, Unread)
    assert reading.outcome == outcome
    assert reason in reading.detail


def test_a_large_page_is_read_where_a_selector_says_what_the_statement_is(wording):
    body = b"<html><body><h1>Title</h1>" + b"<p>words and words</p>" * 500_000 + b"</body></html>"
    assert wording(body, selectors=Selectors(include=("h1",))).text == "Title"


HALF = WHOLE[: WHOLE.index(THIRD)]
UNDELIMITED = {"content-type": "text/html"}
CHUNKED = UNDELIMITED | {"transfer-encoding": "chunked"}
UNCLOSED = "<html><body><div><p>The ministry will pay every family 500 euros in March.</p></div>"
ENDS = {
    "half of a page of unknown length": (HALF, UNDELIMITED, True),
    "half of a page that came whole, as the publisher's own program stopped": (HALF, CHUNKED, True),
    "the same, cut among the words": (HALF + "words and", CHUNKED, True),
    "a page of unknown length without its closing tag": (UNCLOSED, UNDELIMITED, True),
    "a page that came whole and never closes its body": (UNCLOSED, CHUNKED, False),
}


@pytest.mark.parametrize(("body", "headers", "is_cut"), ENDS.values(), ids=ENDS.keys())
def test_an_answer_must_reach_its_end(answer, web_target, now, body, headers, is_cut):
    page = answer(body)
    fields = {name: getattr(page, name) for name in page.__slots__} | {"headers": headers}
    reading = PAGE.read(page.__class__(**fields), web_target, external_id=None, now=now)
    assert isinstance(reading, Unread if is_cut else Statements)
    assert not is_cut or reading.outcome is Outcome.TRUNCATED


def test_plain_text_is_its_own_statement(wording):
    assert wording("We deny it.\r\n\r\nAll of it.", content_type="text/plain").text == "We deny it.\n\nAll of it."


PIECES = st.lists(
    st.sampled_from(
        [
            "<html>", "<p>", "</p>", "<div>", "<table><tr><td>", "</table>", "<h1>", "<title>", "<nav>", "</nav>",
            "words and more words of a statement. ", "&#0;", "&#xD800;", "<![CDATA[", "<!--", "-->", "<script>", "\x00",
            '<meta property="article:published_time" content="9999-12-31T23:59:59-12:00">', "<svg>", "<template>",
            '<script type="application/ld+json">[[[{"@graph": [1, {"author": [[]]}]}</script>', '<base href="http://[">',
            '<html lang="&#x202e;">', '<link rel="alternate" type="application/rss+xml" href="http://[">', "<pre>",
        ]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(body=st.binary(max_size=400) | PIECES.map(str.encode), content_type=st.sampled_from([None, "text/html", "x/y"]))
def test_whatever_the_bytes_the_answer_is_a_reading(read, body, content_type):
    match read(body, content_type=content_type):
        case Statements(found=found):
            assert found[0].wording.text
        case Unread(outcome=outcome, detail=detail):
            assert outcome in FAILURES
            assert detail
        case Gone():
            pytest.fail("a 200 is never gone")
