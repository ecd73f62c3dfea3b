"""What a publisher wrote does nothing in a chat, whatever it is; and no message is longer than its chat takes."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery import discord, mattermost, slack, teams, telegram
from app.delivery.message import CONTEXT, Quote, Shown, fitting, shortened, shown_of, web_link
from app.delivery.posting import as_json
from app.messages.message import Mark, Piece

HOSTILE = [
    "@everyone @here <@123456> <@&99> <#5> <!channel> <!here|x> <!subteam^S1>",
    "*b* _i_ ~s~ `c` ```x``` ||spoiler|| **b** ~~s~~ __u__ # h\n> q\n- l\n1. x",
    "[click](https://evil.example) <https://evil.example|click> ![x](https://evil.example/x.png)",
    "<b>b</b> <a href='https://evil.example'>x</a> </blockquote><script>alert(1)</script> &lt;b&gt; &amp; &#64;",
    "\u202eevil\u202c \u2066x\u2069 \x1b[31m \x00 \u200b \ufeff \x85",
    "{{DATE(2017-02-14T06:00:00Z, SHORT)}} ${a} @{triggerBody()}",
    "/start@bot #tag $USD @durov @all @channel :smile: https://evil.example tg://x",
    "w" * 9_000,
    "\U0001f600" * 3_000,
    "\ud800 half",
    "",
]
words = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=300), st.text(alphabet="<>&@#/*_~`[]()\\|{}:! \n", max_size=200)
)
claims = st.fixed_dictionaries({"before": words, "after": words})
bodies = st.fixed_dictionaries(
    {"type": st.just("statement.edited"), "headline": words, "claims": st.lists(claims, max_size=12)},
    optional={
        "links": st.fixed_dictionaries({"source": st.one_of(words, st.just("https://t.me/x/1?a=(b)&c=d"))}),
        "claims_left_out": st.integers(0, 99),
    },
)


def message(body: dict[str, Any]) -> Shown:
    return shown_of(json.dumps(body).encode())


def hostile(text: str) -> Shown:
    claim = {"before": text, "after": f"{text} and more"}
    return message({"type": "x", "headline": text, "claims": [claim], "links": {"source": text}})


def runs(payload: Any) -> Iterator[dict[str, Any]]:
    """Every object of a payload that shows text."""
    if isinstance(payload, dict):
        if payload.get("type") in {"text", "TextRun", "TextBlock", "mrkdwn", "user", "broadcast", "usergroup", "emoji"}:
            yield payload
        for value in payload.values():
            yield from runs(value)
    if isinstance(payload, list):
        for value in payload:
            yield from runs(value)


def texts_in(payload: Any) -> Iterator[str]:
    """Every text of a payload."""
    match payload:
        case str():
            yield payload
        case dict():
            for value in payload.values():
                yield from texts_in(value)
        case list():
            for value in payload:
                yield from texts_in(value)


@given(bodies)
@settings(max_examples=50)
def test_slack_reads_no_word_of_a_publisher_as_markup(body):
    made = slack.payload(message(body))
    assert not re.search(r"[<>]", made["text"])
    assert len(made["text"]) <= 5 * slack.LONGEST_FALLBACK
    assert {run["type"] for run in runs(made)} <= {"text"}
    assert all(run["text"] for run in runs(made)), "Slack refuses a message with an empty text"
    assert len(as_json(made)) < 60_000


@given(bodies)
@settings(max_examples=50)
def test_discord_mentions_nobody_and_shows_no_mark_of_a_publisher(body):
    made = discord.payload(message(body))
    assert made["allowed_mentions"] == {"parse": []}
    texts = [made["content"], *(embed["description"] for embed in made.get("embeds", []))]
    assert len(texts[0]) <= 2_000
    assert all(0 < len(text) <= 4_096 for text in texts)
    for text in texts:
        ours = re.sub(r"\[(?:\\.|[^\[\]\\])*\]\(<https?://[^<>()\s]+>\)|~~|\*\*|^> ", "", text, flags=re.MULTILINE)
        plain = re.sub(r"\\[!-/:-@\[-`{-~]", "", ours)
        assert not re.search(r"[@<>*_~`\[\]()|#\\]", plain)


@given(bodies)
@settings(max_examples=50)
def test_mattermost_mentions_nobody_and_fits_into_one_post(body):
    text = mattermost.payload(message(body))["text"]
    assert 0 < len(text) <= 4_000
    assert not re.search(r"@(?!\u2060)", text)
    ours = re.sub(r"\[(?:\\.|[^\[\]\\])*\]\(https?://[^()\s]+\)|~~|\*\*|^> ", "", text, flags=re.MULTILINE)
    assert not re.search(r"[<>*_~`\[\]()|#\\]", re.sub(r"\\[\\`*{}\[\]()#+\-.!_>~|]", "", ours))


@given(bodies)
@settings(max_examples=50)
def test_teams_gets_runs_without_markdown_and_a_card_of_a_size_it_takes(body):
    made = teams.payload(message(body))
    shown = list(runs(made))
    assert {run["type"] for run in shown} == {"TextRun"}
    assert not any("{{" in run["text"] for run in shown)
    assert len(as_json(made)) < 21_000


@given(bodies)
@settings(max_examples=50)
def test_telegram_gets_html_that_is_well_formed_and_within_its_length(body):
    text = telegram.payload(message(body), "1")["text"]
    assert 0 < telegram.units(text) <= telegram.LONGEST
    open_tags: list[str] = []
    for closing, name, rest in re.findall(r"<(/?)(\w+)([^<>]*)>", text):
        if closing:
            assert open_tags.pop() == name
        else:
            assert name in {"b", "s", "a", "blockquote"}
            assert name == "a" or rest == ""
            open_tags.append(name)
    assert open_tags == []
    plain = re.sub(r"</?(b|s|blockquote)>|<a href=\"https?://[^\"<>]+\">|</a>", "", text)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", plain)
    assert not re.search(r"[@#/$]\w", html.unescape(plain))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", [slack, discord, mattermost, teams])
def test_no_control_that_turns_the_reading_reaches_a_chat(kind, text):
    sent = as_json(kind.payload(hostile(text))).decode()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x00\u200b\ufeff\x85]", sent)


def test_what_a_chat_shows_of_an_edit_is_what_changed():
    before = "Our forces hold 12 villages. " + "Nothing new is to be said of this. " * 30
    told = message({"headline": "h", "claims": [{"before": before, "after": before.replace("12", "14")}]})
    (quote,) = map(shortened, told.quotes)
    assert [(piece.text, piece.mark) for piece in quote.pieces][:3] == [
        ("Our forces hold ", Mark.KEPT),
        ("12", Mark.GONE),
        ("14", Mark.COME),
    ]
    assert sum(len(piece.text) for piece in quote.pieces) < 3 * CONTEXT


def test_a_message_says_level_facets_and_what_is_known_of_the_edit_in_the_language_of_the_destination():
    claim = {
        "action": "edited",
        "level": "major",
        "before": "Our forces hold 12 villages.",
        "after": "Our forces hold 14 villages.",
        "facets": [{"kind": "quantity", "data": {"before": ["12"], "after": ["14"]}}],
    }
    edit = {"kind": "wording", "level": "major", "stood_seconds": 1860.0, "disclosed": False, "marked_edited": False}
    body = json.dumps({"headline": "General Staff changed it", "claims": [claim], "edit": edit}).encode()
    english, ukrainian = shown_of(body), shown_of(body, "uk")
    for shown, words in (
        (english, ("major", "a number changed: 12 → 14", "31 minutes", "Silent")),
        (ukrainian, ("дуже суттєвий", "змінено число: 12 → 14", "31 хвилина", "Мовчки")),
    ):
        for sent in (slack.payload(shown), teams.payload(shown), telegram.payload(shown, "1"), discord.payload(shown)):
            told = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", "\n".join(texts_in(sent)))
            assert all(word in told for word in words), told


def test_the_single_alerts_of_a_digest_are_listed_as_far_as_they_fit():
    body = {"type": "digest", "headline": "3 alerts", "items": [{"headline": f"edit number {n}"} for n in range(60)]}
    for sent in (slack.payload(message(body)), teams.payload(message(body)), mattermost.payload(message(body))):
        assert "edit number 0" in "".join(texts_in(sent))
    long = {**body, "items": [{"headline": f"{n} " + "w" * 400} for n in range(60)]}
    text = telegram.payload(message(long), "1")["text"]
    assert text.endswith("…")
    assert telegram.units(text) <= telegram.LONGEST


@given(st.lists(st.text(min_size=1, max_size=20)), st.integers(0, 100))
def test_what_does_not_fit_is_cut_at_the_end_and_shown_to_be(texts, longest):
    pieces = [Piece(text, Mark.KEPT) for text in texts]
    kept = fitting(pieces, longest, lambda piece: len(piece.text))
    whole, shown = "".join(texts), "".join(piece.text for piece in kept)
    assert len(shown) <= longest
    assert shown == whole or shown == "" or whole.startswith(shown.removesuffix("…"))
    if len(whole) <= longest:
        assert shown == whole


@given(st.lists(st.builds(Piece, st.text(max_size=500), st.sampled_from(Mark)), max_size=5))
def test_a_shortened_quote_keeps_every_mark(pieces):
    short = shortened(Quote("Before", tuple(pieces)))
    assert [piece.mark for piece in short.pieces] == [piece.mark for piece in pieces]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a.example/ x", "https://a.example/\n", "", None, 5, 'https://a/"x', "/v1/edits/1"],
)
def test_only_an_address_of_the_web_becomes_a_link(url):
    assert web_link(url) is None
    assert web_link("https://t.me/x/1?a=b&c=(d)") == "https://t.me/x/1?a=b&c=(d)"
