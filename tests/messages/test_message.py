"""What people read of an event, in English and in Ukrainian, as text and as HTML; and nothing that is in it runs."""

import json
from dataclasses import asdict
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of
from app.domain.claims import FacetKind
from app.domain.words import ENGLISH
from app.messages.facets import SAYERS, facet_told
from app.messages.marking import as_html, marked, words_as_html
from app.messages.message import as_text, lines_of, plain
from app.messages.reading import message_of

UKRAINIAN = catalogue_of("uk")
BOTH = pytest.mark.parametrize("words", [ENGLISH, UKRAINIAN], ids=["en", "uk"])
BEFORE = "Our forces launched new offensive operations near 5 villages."
AFTER = "Our forces launched combat operations near 500 villages."
BODY: dict[str, Any] = {
    "type": "statement.edited",
    "id": "0194407e-0f2c-7000-8000-000000000001",
    "time": "2025-01-07T09:43:00+00:00",
    "headline": "General Staff of Ukraine removed “new offensive” from a post of …",
    "gist": {
        "did": "removed",
        "who": "General Staff of Ukraine",
        "kind": "telegram_channel",
        "published_at": "2025-01-07T09:12:00+00:00",
        "old": "new offensive",
        "since": "2025-01-07T09:40:00+00:00",
        "until": "2025-01-07T09:43:00+00:00",
    },
    "edit": {
        "kind": "wording",
        "level": "major",
        "stood_seconds": 1860.0,
        "disclosed": False,
        "marked_edited": False,
        "second_look_at": "2025-01-07T09:46:00+00:00",
        "truncated": False,
    },
    "claims": [
        {
            "action": "edited",
            "moved": False,
            "level": "major",
            "before": BEFORE,
            "after": AFTER,
            "facets": [
                {"kind": "quantity", "before": [], "after": [], "data": {"before": ["5"], "after": ["500"]}},
                {"kind": "wording", "before": [], "after": [], "data": {"before": ["new"], "after": ["combat"]}},
            ],
            "pins": [{"id": "1", "name": "new offensive", "event": "phrase_removed"}],
        }
    ],
    "pins": [{"id": "1", "name": "new offensive", "event": "phrase_removed"}],
    "claims_left_out": 2,
    "links": {
        "edit": "https://walkback.example/v1/edits/1",
        "statement": "https://walkback.example/v1/statements/1",
        "source": "https://t.me/generalstaff/1",
    },
}

ENGLISH_TEXT = """\
General Staff of Ukraine removed “new offensive” from a post of 7 January 2025, 09:12 UTC; \
seen between 7 January 2025, 09:40 and 09:43 UTC

edited, level: major:
  Our forces launched [-new offensive-]{+combat+} operations near [-5-]{+500+} villages.
  - a number changed: 5 → 500
  - words changed: new → combat
  - pinned phrase removed: new offensive

- Level: major
- The words before stood for at least: 31 minutes
- Silent: nothing there says that it was changed
- A second look showed the same: 7 January 2025, 09:46 UTC
- 2 more claims changed

Where it was published: https://t.me/generalstaff/1
The record of the edit: https://walkback.example/v1/edits/1
"""

UKRAINIAN_TEXT = """\
General Staff of Ukraine, допис від 7 січня 2025 р., 09:12 UTC: прибрано «new offensive»; \
помічено між 7 січня 2025 р., 09:40 та 09:43 UTC

змінено, рівень: дуже суттєвий:
  Our forces launched [-new offensive-]{+combat+} operations near [-5-]{+500+} villages.
  - змінено число: 5 → 500
  - змінено слова: new → combat
  - закріплену фразу прибрано: new offensive

- Рівень: дуже суттєвий
- Попередні слова були на місці щонайменше: 31 хвилина
- Мовчки: ніде не сказано, що текст змінено
- Другий перегляд показав те саме: 7 січня 2025 р., 09:46 UTC
- змінено ще 2 твердження

Де це опубліковано: https://t.me/generalstaff/1
Запис про правку: https://walkback.example/v1/edits/1
"""


def test_the_whole_message_in_english() -> None:
    assert as_text(message_of(BODY, ENGLISH)) == ENGLISH_TEXT


def test_the_whole_message_in_ukrainian() -> None:
    assert as_text(message_of(BODY, UKRAINIAN)) == UKRAINIAN_TEXT


def test_the_message_as_html_marks_what_went_and_what_came() -> None:
    page = as_html(message_of(BODY, ENGLISH))
    assert "<del>new offensive</del><ins>combat</ins> operations near <del>5</del><ins>500</ins>" in page
    assert page.startswith("<p><strong>General Staff of Ukraine removed “new offensive” from")
    assert '<a href="https://t.me/generalstaff/1">Where it was published</a>' in page


def test_the_old_and_the_new_words_can_be_shown_apart() -> None:
    [claim] = message_of(BODY, ENGLISH).claims
    assert "".join(piece.text for piece in claim.before) == BEFORE
    assert "".join(piece.text for piece in claim.after) == AFTER
    assert words_as_html(claim.after).count("<ins>") == 2
    assert "<del>" not in words_as_html(claim.after)


def edit_with(**facts: Any) -> dict[str, Any]:
    return {**BODY, "edit": {**BODY["edit"], **facts}}


FACTS = {
    "disclosed": (edit_with(disclosed=True), "Disclosed: the new text has a note of the correction"),
    "marked": (edit_with(marked_edited=True), "Not disclosed: it is marked as edited, but not what was changed"),
    "seen once": (edit_with(stood_seconds=0.0), "The words before were seen once"),
    "too long": (edit_with(truncated=True), "The texts were too long to be compared finely"),
    "one more": ({**BODY, "claims_left_out": 1}, "1 more claim changed"),
    "many claims": ({**BODY, "claims": BODY["claims"] * 25, "claims_left_out": 0}, "5 more claims changed"),
    "a pin of no claim": (
        {**BODY, "pins": [{"id": "2", "name": "Kursk", "event": "phrase_added"}]},
        "pinned phrase added: Kursk",
    ),
    "alerts that a digest leaves out": ({"headline": "3 alerts", "left_out": 3}, "3 more alerts are not shown here"),
}


@pytest.mark.parametrize("name", FACTS)
def test_what_is_known_of_an_edit_is_said(name: str) -> None:
    body, fact = FACTS[name]
    assert fact in message_of(body, ENGLISH).facts


def test_a_message_older_than_its_other_languages_is_told_in_english() -> None:
    old = {name: value for name, value in BODY.items() if name != "gist"}
    assert message_of(old, UKRAINIAN).headline == BODY["headline"]


def test_a_digest_tells_each_of_its_alerts() -> None:
    digest = {"type": "digest", "headline": "2 alerts", "items": [{"gist": BODY["gist"]}, {"headline": "A test"}]}
    assert message_of(digest, UKRAINIAN).items == (message_of(BODY, UKRAINIAN).headline, "A test")


def test_a_digest_says_in_its_first_line_how_many_there_are() -> None:
    digest = {
        "type": "digest",
        "headline": "5 alerts from …",
        "count": 5,
        "since": "2025-01-07T20:00:00+00:00",
        "until": "2025-01-08T05:00:00+00:00",
        "by_level": {"major": 1, "minor": 4, "cosmetic": 0, "of a later program": 2},
    }
    assert message_of(digest, ENGLISH).headline == "5 alerts from …"
    first, *_ = lines_of(message_of(digest, UKRAINIAN))
    assert first == (
        "5 сповіщень від 7 січня 2025 р., 20:00 UTC до 8 січня 2025 р., 05:00 UTC за рівнем: "
        "дуже суттєвий: 1, незначний: 4"
    )


def test_a_link_that_leads_to_no_page_is_left_out() -> None:
    links = {"edit": "/v1/edits/1", "source": "javascript:alert(1)", "page": "https://walkback.example/edits/1"}
    assert [link.address for link in message_of({**BODY, "links": links}, ENGLISH).links] == [links["page"]]


FACET_WORDS = {
    "certainty": (
        {"direction": "lowered", "removed": ["surely"], "added": ["reportedly", "may"]},
        "certainty lowered: “surely” removed, “reportedly, may” added",
    ),
    "polarity": ({"how": ["negation_added", "opposite"]}, "a negation added; a word turned into its opposite"),
    "attribution": (
        {"change": "removed", "source": "Ministry"},
        "who is said to have said it was removed: Ministry",
    ),
    "time": (
        {"before": ["in August"], "after": ["14 August"], "precision": "finer"},
        "a date or time made more exact: in August → 14 August",
    ),
    "quantity": ({"before": ["5"], "after": []}, "a number removed: 5"),
    "entity": (
        {"before": ["Kyiv", "Lviv"], "after": ["Lviv", "Kyiv"], "exchanged": True},
        "names changed places: Kyiv, Lviv",
    ),
    "spelling": ({"pairs": [["teh", "the"]]}, "spelling: teh → the"),
    "quotation": ({"change": "added"}, "now in quotation marks"),
    "wording": ({"before": [], "after": []}, "the order of words changed"),
}


@pytest.mark.parametrize("kind", FACET_WORDS)
def test_a_facet_is_said_in_words(kind: str) -> None:
    found, said = FACET_WORDS[kind]
    assert facet_told(FacetKind(kind), found, ENGLISH) == said


def test_every_facet_can_be_said() -> None:
    assert set(SAYERS) == set(FacetKind)


@BOTH
@given(
    kind=st.sampled_from(FacetKind),
    found=st.dictionaries(
        st.sampled_from(["before", "after", "how", "pairs", "removed", "added", "source", "change"]),
        st.none() | st.text() | st.lists(st.text()),
    ),
)
def test_a_facet_is_said_whatever_its_facts(words: Any, kind: FacetKind, found: dict[str, Any]) -> None:
    said = facet_told(kind, found, words)
    assert said
    assert len(said) < 600


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["headline", "gist", "edit", "claims", "pins", "links", "items", "claims_left_out", "left_out", "type"]


@BOTH
@given(body=st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_whatever_a_body_holds_makes_a_message(words: Any, body: dict[str, Any]) -> None:
    message = message_of(body, words)
    assert as_text(message).count("\n") == len(list(lines_of(message)))


class Elements(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


HOSTILE = '<script>alert("1")</script>&amp;\'"><img src=x onerror=alert(1)> {who} %s \u202e[-x-]'


def test_nothing_that_a_publisher_wrote_becomes_markup() -> None:
    body = json.loads(json.dumps(BODY).replace("new offensive", json.dumps(HOSTILE)[1:-1]))
    page = as_html(message_of(body, UKRAINIAN))
    assert Elements(page).elements == {"p", "strong", "blockquote", "del", "ins", "ul", "li", "a"}
    assert HOSTILE.replace("{who} %s", "{who} %s") in "".join(Elements(page).texts)


@given(before=st.text(), after=st.text())
def test_marked_words_hold_both_wordings(before: str, after: str) -> None:
    words = marked(before, after)
    assert "".join(piece.text for piece in words if piece.mark != "ins") == before
    assert "".join(piece.text for piece in words if piece.mark != "del") == after
    assert Elements(words_as_html(words)).elements <= {"del", "ins"}
    assert plain(words).replace("[-", "").count("{+") >= sum(piece.mark == "ins" for piece in words)


def test_a_message_can_be_handed_on_as_json() -> None:
    assert json.loads(json.dumps(asdict(message_of(BODY, ENGLISH))))["claims"][0]["words"][1]["mark"] == "del"
