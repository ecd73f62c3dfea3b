from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.observations import FAILURES, Outcome
from app.domain.watches import SourceKind
from app.sources.contract import Gone, Statements, Target, Unread, Window
from app.sources.registry import sources

KNOWN = sources("https://t.me")
CHANNEL = KNOWN[SourceKind.TELEGRAM_CHANNEL]
POST = KNOWN[SourceKind.TELEGRAM_POST]
LIST_URL = "https://t.me/s/staff_ua"
POST_URL = "https://t.me/staff_ua/7?embed=1&mode=tme"
NOT_FOUND = '<html><body><div class="tgme_widget_message_error">Post not found</div></body></html>'
EMOJI = '<i class="emoji" style="background-image:url(\'//x/y.png\')"><b>‼️</b></i>'


@pytest.fixture
def read(answer, preview, channel, now):
    """What the channel's list says when it holds these blocks."""

    def build(*blocks, url=LIST_URL, before=None, target=channel, body=None):
        page = answer(body if body is not None else preview(*blocks, before=before), url=url)
        return CHANNEL.read(page, target, external_id=None, now=now)

    return build


@pytest.fixture
def wording(read, post):
    """The wording of one post with these parts."""

    def build(*args, **parts):
        reading = read(post(7, *args, **parts))
        assert isinstance(reading, Statements), reading
        return reading.found[0].wording

    return build


@pytest.fixture
def read_one(answer, channel, now):
    """What post 7's own page says."""

    def build(body, *, target=channel, status=200, external_id="7"):
        return CHANNEL.read(answer(body, url=POST_URL, status=status), target, external_id=external_id, now=now)

    return build


def test_a_list_holds_its_posts_in_order_with_the_lasting_number_of_the_channel(read, post):
    reading = read(post(5, "First."), post(7, "Second."), before=5)
    assert [(found.external_id, found.url, found.wording.text) for found in reading.found] == [
        ("5", "https://t.me/Staff_UA/5", "First."),
        ("7", "https://t.me/Staff_UA/7", "Second."),
    ]
    assert reading.identity == "1001"
    assert reading.name == "General Staff"
    assert reading.older.url == "https://t.me/s/staff_ua?before=5"
    assert reading.found[0].wording.published_at == datetime(2025, 1, 7, 9, 30, tzinfo=UTC)


def test_where_to_look(channel):
    assert CHANNEL.list_request(channel).url == LIST_URL
    assert CHANNEL.list_request(channel).headers["Accept-Language"] == "en"
    assert CHANNEL.older_request(channel, "120").url == f"{LIST_URL}?before=120"
    assert CHANNEL.older_request(channel, "page") is None
    assert CHANNEL.statement_request(channel, "7", "").url == POST_URL
    one = Target(SourceKind.TELEGRAM_POST, "https://t.me/staff_ua/7", "staff_ua/7", respect_robots=False)
    assert POST.list_request(one).url == POST_URL
    assert POST.list_request(one).respect_robots is False
    assert POST.older_request(one, "7") is None


def test_a_mirror_is_asked_instead_and_a_watch_of_another_host_stays_there(channel):
    mirrored = sources("http://127.0.0.1:4500")[SourceKind.TELEGRAM_CHANNEL]
    assert mirrored.list_request(channel).url == "http://127.0.0.1:4500/s/staff_ua"
    elsewhere = Target(SourceKind.TELEGRAM_CHANNEL, "http://localhost:9000/s/staff_ua", "staff_ua")
    assert mirrored.list_request(elsewhere).url == "http://localhost:9000/s/staff_ua"


TEXTS = {
    "line breaks": ("One.<br/>Two.<br><br>Three.", "One.\nTwo.\n\nThree."),
    "emoji stand in two elements": (f"{EMOJI} Attention", "‼️ Attention"),
    "custom emoji": (f'<tg-emoji emoji-id="5">{EMOJI}</tg-emoji>Go', "‼️Go"),
    "links without their targets": ('See <a href="https://x.example/?utm_source=t">here</a>.', "See here."),
    "spoilers": ("It was <tg-spoiler>him</tg-spoiler>.", "It was him."),
    "a quotation is lines of its own": ("He:<blockquote expandable>No.</blockquote>He left.", "He:\nNo.\nHe left."),
    "code keeps its lines": ("<pre>a = 1\nb = 2</pre>", "a = 1\nb = 2"),
    "line ends of the markup are spaces": ("One\n   two", "One two"),
    "entities": ("5 &lt; 7 &amp; &quot;so&quot;&#33;", '5 < 7 & "so"!'),
    "no-break spaces are spaces": ("1&nbsp;000 men", "1 000 men"),
    "a caption that is wrapped twice is read once": (
        '<div class="tgme_widget_message_text js-message_text" dir="auto">Once.</div>', "Once."),
    "search marks": ("new <mark>offensive</mark> operations", "new offensive operations"),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "text"), TEXTS.values(), ids=TEXTS)
def test_the_text_is_what_a_reader_sees(wording, markup, text):
    assert wording(markup).text == text


def test_a_reply_is_not_taken_for_the_post_it_answers(wording):
    found = wording(
        "Our answer.",
        inside='<a class="tgme_widget_message_reply" href="https://t.me/staff_ua/3">'
        '<div class="tgme_widget_message_text js-message_reply_text">The old post.</div></a>',
    )
    assert found.text == "Our answer."
    assert found.details["reply_to"] == {"url": "https://t.me/staff_ua/3", "text": "The old post."}


def test_a_reply_preview_without_its_own_class_is_still_another_post(wording):
    found = wording(
        "Our answer.",
        inside='<a class="tgme_widget_message_reply" href="https://t.me/staff_ua/3">'
        '<div class="tgme_widget_message_text js-message_text">The old post.</div></a>',
    )
    assert found.text == "Our answer."


def test_a_post_with_custom_emoji_stands_twice_and_is_read_once(read, post):
    fallback = (
        '<div class="media_not_supported_cont"><div class="message_media_not_supported">'
        '<div class="message_media_not_supported_label">Please open Telegram to view this post</div></div></div>'
    )
    true_text = (
        '<div class="media_supported_cont">'
        '<div class="tgme_widget_message_text js-message_text">The true text.</div></div>'
    )
    reading = read(post(7, None, inside=true_text + fallback))
    assert reading.found[0].wording.text == "The true text."


def test_a_post_that_only_the_app_shows_is_neither_empty_nor_missing(read, post, read_one, preview):
    label = '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
    hidden = post(7, None, inside=f'<div class="message_media_not_supported">{label}</div>')
    reading = read(post(5), hidden)
    assert [found.external_id for found in reading.found] == ["5"]
    assert CHANNEL.absent(reading.window, ["5", "6", "7"], ["5"]) == ("6",)
    assert read_one(preview(hidden)) == Unread(Outcome.UNREADABLE, "Telegram shows this post only in its app")


PHOTO = '<a class="tgme_widget_message_photo_wrap" href="https://t.me/staff_ua/7"></a>'
ALBUM = (
    '<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/staff_ua/7?single"></a>'
    '<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/staff_ua/8?single"></a>'
    '<a class="tgme_widget_message_video_player grouped_media_wrap" href="https://t.me/staff_ua/9?single">'
    '<time class="message_video_duration">0:30</time></a>'
)
DOCUMENT = (
    '<a class="tgme_widget_message_document_wrap"><div class="tgme_widget_message_document_icon {}"></div>'
    '<div class="tgme_widget_message_document_title">Order 12.pdf</div>'
    '<div class="tgme_widget_message_document_extra">1.2 MB</div></a>'
)
POLL = (
    '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Who fired?</div>'
    '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">{}</div>'
    '<div class="tgme_widget_message_poll_option_text">We</div></div>'
    '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_text">They</div></div>'
    "</div>"
)


def tag(name: str, inside: str = "", attributes: str = "", element: str = "div") -> str:
    return f'<{element} class="tgme_widget_message_{name}" {attributes}>{inside}</{element}>'


LASTING = '<time class="message_video_duration">0:52</time>'
PLACE = 'href="https://maps.example/?q=50.4501234,30.5234&z=16"'
HOTEL = tag("location_title", "Hotel") + tag("location_address", "Main street 1")
MEDIA = {
    "photo": (PHOTO, "[photo]", "photo"),
    "album": (ALBUM, "[album: 2 photos, 1 video]", "album"),
    "video": (tag("video_player", LASTING), "[video 0:52]", "video"),
    "animation": (tag("video_player"), "[animation]", "animation"),
    "round video": (tag("roundvideo_player", tag("roundvideo_duration", "0:05")), "[round video 0:05]", "round video"),
    "voice": (tag("voice_player", tag("voice_duration", "0:01")), "[voice message 0:01]", "voice message"),
    "document": (DOCUMENT.format(""), "[document: Order 12.pdf]", "document"),
    "audio": (DOCUMENT.format("audio"), "[audio: Order 12.pdf, 1.2 MB]", "audio"),
    "sticker": (tag("sticker_wrap media_supported_cont"), "[sticker]", "sticker"),
    "location": (tag("location_wrap", attributes=PLACE, element="a"), "[location: 50.45012, 30.52340]", "location"),
    "location that says nothing": (tag("location_wrap", element="a"), "[location]", "location"),
    "venue": (tag("location_wrap", HOTEL), "[location: Hotel, Main street 1]", "location"),
    "contact": (tag("contact_wrap", tag("contact_name", "Press")), "[contact: Press]", "contact"),
    "invoice": (tag("invoice", tag("invoice_title", "A book")), "[invoice: A book]", "invoice"),
    "poll": (POLL.format("10%"), "Who fired?\n- We\n- They", "poll"),
}


@pytest.mark.parametrize(("markup", "text", "kind"), MEDIA.values(), ids=MEDIA)
def test_a_post_without_words_is_described_by_its_media(wording, markup, text, kind):
    found = wording(None, inside=markup)
    assert (found.text, found.details["kind"]) == (text, kind)
    captioned = wording("A caption.", inside=markup)
    assert captioned.text.startswith("A caption.")
    assert captioned.details["kind"] == kind


def test_votes_views_and_reactions_are_not_part_of_a_wording(wording):
    assert wording(None, inside=POLL.format("10%")) == wording(None, inside=POLL.format("99%"))
    reactions = '<div class="tgme_widget_message_reactions"><span class="tgme_reaction"><b>🙏</b>1.74K</span></div>'
    assert wording("Words.", after=reactions) == wording("Words.")


def test_a_link_preview_stands_beside_the_text(wording):
    found = wording(
        "Read this.",
        after='<a class="tgme_widget_message_link_preview" href="https://x.example/">'
        '<div class="link_preview_site_name">X</div><div class="link_preview_title">A title</div>'
        '<div class="tgme_widget_message_video_player"></div></a>',
    )
    assert found.text == "Read this."
    assert found.details["kind"] == "text"
    assert found.details["link_preview"]["title"] == "A title"


def test_a_forwarded_post_names_where_it_is_from(wording):
    linked = '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/other"><span>Other</span></a>'
    forwarded = wording(
        "Words.", inside=f'<div class="tgme_widget_message_forwarded_from">Forwarded from {linked}</div>'
    )
    assert forwarded.details["forwarded_from"] == {"name": "Other", "url": "https://t.me/other"}
    hidden = wording("Words.", inside='<div class="tgme_widget_message_forwarded_from">Forwarded from Somebody</div>')
    assert hidden.details["forwarded_from"] == {"name": "Somebody"}


SIGNED = '<span class="tgme_widget_message_from_author" dir="auto">{}</span>,&nbsp;'


@pytest.mark.parametrize(
    ("meta", "edited", "author"),
    [
        ("", False, None),
        ("edited &nbsp;", True, None),
        (SIGNED.format("O. Press"), False, "O. Press"),
        (SIGNED.format("O. Press") + "edited &nbsp;", True, "O. Press"),
        (SIGNED.format("edited by O."), False, "edited by O."),
    ],
)
def test_the_edited_marker_and_the_signature_are_told_apart(wording, meta, edited, author):
    found = wording("Words.", meta=meta)
    assert (found.marked_edited, found.author) == (edited, author)


def test_a_service_post_is_not_a_statement_and_not_a_gap(read, post, read_one, preview):
    notice = post(6, "Channel photo updated", classes="service_message")
    reading = read(post(5), notice, post(7))
    assert [found.external_id for found in reading.found] == ["5", "7"]
    assert isinstance(read_one(preview(post(7, "pinned", classes="service_message"))), Unread)


def test_a_list_shows_everything_from_its_first_post_on(read, post):
    newest = read(post(20), post(22), before=20)
    assert newest.window == Window(20, None)
    assert CHANNEL.absent(newest.window, ["3", "19", "20", "21", "22", "23"], ["20", "22"]) == ("21", "23")
    older = read(post(10), post(12), before=10, url=f"{LIST_URL}?before=20")
    assert older.window == Window(10, 19)
    assert CHANNEL.absent(older.window, ["9", "11", "19", "20", "25"], ["10", "12"]) == ("11", "19")


def test_a_list_without_older_posts_reaches_back_to_the_first(read, post):
    reading = read(post(3), post(4))
    assert reading.older is None
    assert CHANNEL.absent(reading.window, ["2", "3", "4"], ["3", "4"]) == ("2",)


def test_the_pointer_to_older_posts_may_stand_in_the_head(read, post, preview):
    body = preview(post(3)).replace("</head>", '<link rel="prev" href="/s/staff_ua?before=3"></head>')
    assert read(body=body).older.url == f"{LIST_URL}?before=3"


def test_a_name_that_another_channel_took_is_not_the_publisher(read, post, channel, read_one, preview):
    watched = Target(channel.kind, channel.url, channel.target, identity="1001")
    assert isinstance(read(post(7), target=watched), Statements)
    for reading in (
        read(post(7, channel_id=-2002), target=watched),
        read_one(preview(post(7, channel_id=-2002)), target=watched),
    ):
        assert isinstance(reading, Unread)
        assert "belongs to another channel (number 2002, it was 1001)" in reading.detail
    assert isinstance(read(post(7, channel_id=None), target=watched), Statements), "no number says nothing"


PAGES_WITHOUT_POSTS = {
    "no posts found": ('<div class="tme_no_messages_found">No posts found</div>', "No posts found"),
    "preview off": ('<div class="tgme_page_title">Staff</div><div class="tgme_page_extra">906 subscribers</div>',
                    "switched off or restricted"),
    "group": ('<div class="tgme_page_extra">52 members, 3 online</div>', "group"),
    "bot": ('<div class="tgme_page_action"><a>Start Bot</a></div>', "bot"),
    "no such name": ('<div class="tgme_page_description">If you have Telegram, you can contact @x</div>', "no channel"),
    "restricted": ('<div class="tgme_widget_message_error">Channel with username <b>staff_ua</b> not found</div>',
                   "Channel with username staff_ua not found"),
    "something else": ("<h1>Hello</h1>", "not a page of Telegram"),
}  # fmt: skip


@pytest.mark.parametrize(("inside", "reason"), PAGES_WITHOUT_POSTS.values(), ids=PAGES_WITHOUT_POSTS)
def test_a_page_without_posts_is_never_an_empty_channel(read, read_one, inside, reason):
    body = f"<html><body>{inside}</body></html>"
    for reading in (read(body=body), read_one(body)):
        assert isinstance(reading, Unread)
        assert reading.outcome is Outcome.UNREADABLE
        assert reason in reading.detail


def test_post_not_found_is_gone_for_one_post_and_nothing_for_a_list(read, read_one, answer, now):
    assert isinstance(read_one(NOT_FOUND), Gone)
    one = Target(SourceKind.TELEGRAM_POST, "https://t.me/staff_ua/7", "staff_ua/7")
    assert isinstance(POST.read(answer(NOT_FOUND, url=POST_URL), one, external_id=None, now=now), Gone)
    assert isinstance(read(body=NOT_FOUND), Unread)
    assert isinstance(read_one("gone", status=404), Gone)


def test_a_single_post_is_read_like_one_of_a_list(read, read_one, post, preview, answer, now):
    from_list = read(post(7, "Words.")).found[0]
    assert read_one(preview(post(7, "Words."))).found == (from_list,)
    one = Target(SourceKind.TELEGRAM_POST, "https://t.me/staff_ua/7", "staff_ua/7")
    page = answer(preview(post(7, "Words.")), url=POST_URL)
    assert POST.read(page, one, external_id=None, now=now).found == (from_list,)
    assert POST.absent(Window(1, None), ["7"], []) == ()


def test_an_item_of_an_album_is_found_in_its_album(read_one, post, preview):
    album = preview(post(7, "Caption.", inside=ALBUM))
    assert read_one(album, external_id="8").found[0].external_id == "8"
    assert isinstance(read_one(album, external_id="12"), Unread)


def test_a_page_cut_short_is_truncated_and_nothing_is_absent(read, read_one, post, preview):
    whole = preview(post(5), post(7, "A long statement with its end."))
    cut_in_list = whole[: whole.index("with its end")]
    assert read(body=cut_in_list).outcome is Outcome.TRUNCATED
    assert read_one(cut_in_list).outcome is Outcome.TRUNCATED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(403, "blocked"), (429, "blocked"), (500, "server_error"), (404, "unreadable"), (302, "unreadable")],
)
def test_a_refusal_of_the_list_says_nothing_about_its_posts(answer, channel, now, status, outcome):
    reading = CHANNEL.read(answer("<html>no</html>", url=LIST_URL, status=status), channel, external_id=None, now=now)
    assert isinstance(reading, Unread)
    assert reading.outcome == outcome


def test_broken_dates_and_ids_lose_the_field_and_not_the_post(read, post):
    reading = read(post(7, time="yesterday"), post(8).replace("data-view=", "data-view='%%%' x="))
    assert [found.wording.published_at is None for found in reading.found] == [True, False]
    assert reading.found[0].external_id == "7"


PIECES = st.lists(
    st.sampled_from(
        [
            '<div class="tgme_widget_message" data-post="x/5" data-view="eyJjIjp7fX0">', "</div>", "<a>", "<br>",
            '<div class="tgme_widget_message" data-post="x/99999999999999999999">', '<div class="js-message_text">',
            '<a class="tgme_widget_message_reply">', '<time datetime="9999-12-31T23:59:59-23:59">', "</html>", "text",
            '<div class="tgme_widget_message_poll_question">', '<div class="tgme_widget_message_error">', "<pre>",
            '<a class="tgme_widget_message_location_wrap" href="?q=1,x">', '<span class="tgme_widget_message_meta">',
        ]
    )
).map("".join)  # fmt: skip


@given(body=st.binary(max_size=400) | PIECES.map(str.encode), one=st.booleans())
def test_whatever_the_bytes_the_answer_is_a_reading(answer, channel, now, body, one):
    page = answer(body, url=POST_URL if one else LIST_URL)
    reading = CHANNEL.read(page, channel, external_id="5" if one else None, now=now)
    match reading:
        case Statements():
            assert all(found.wording.text for found in reading.found)
        case Unread():
            assert reading.outcome in FAILURES
            assert reading.detail
        case Gone():
            assert one


@given(cut=st.integers(min_value=1, max_value=4_000))
def test_no_cut_ever_shortens_a_statement(answer, preview, post, channel, now, cut):
    whole = preview(post(5, "The first, whole."), post(7, "The second, whole."))
    for url, external_id in ((LIST_URL, None), (POST_URL, "7")):
        page = answer(whole[: len(whole) - cut], url=url)
        reading = CHANNEL.read(page, channel, external_id=external_id, now=now)
        if isinstance(reading, Statements):
            assert {found.wording.text for found in reading.found} <= {"The first, whole.", "The second, whole."}
        else:
            assert isinstance(reading, Unread)
