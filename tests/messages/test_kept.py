"""What the record keeps in English is said in the reader's language, and nothing that the program says is forgotten."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of
from app.delivery import apprise, email, posting, telegram
from app.domain.hazard import Clock, Phase
from app.domain.observations import STOOD_STILL
from app.domain.schedule import ScheduleRules, look_after_failure, next_list_look, nothing_known
from app.domain.watches import SourceKind
from app.domain.words import ENGLISH
from app.fetching import apprise_way
from app.messages.kept.telling import SENTENCES, is_known, retold
from app.sources.judging import _BLOCKED_STATUSES
from app.sources.shell_signs import SHELLS
from app.sources.wall_signs import TITLES
from app.storage.next_looks import ASKED_FOR_LESS, SILENT

ROOT = Path(__file__).parents[2] / "app"
UKRAINIAN = catalogue_of("uk")
NOW = datetime(2025, 1, 7, 12, tzinfo=UTC)
SAYING = {
    *("InvalidInput", "InvalidAddress", "InvalidSelector", "InvalidPin", "Conflict", "StaleRevision", "AddressRefused"),
    *("RobotsRefused", "RobotsUnavailable", "Unreachable", "BodyTooLarge", "BodyTruncated", "TooManyRedirects"),
    *("PreviewFailed", "SecretUnreadable", "Unread", "Gone", "Failed"),
}
PLACES = ("sources", "fetching", "claims", "delivery", "pipeline", "ui")
NOT_ON_PAGES = {
    "backfill.py": "asked for over the interface and typed",
    "backfill_files.py": "typed",
    "check_here.py": "typed",
    "compare.py": "asked for over the interface",
    "diff.py": "a mistake of ours",
    "signature.py": "a mistake of ours",
    "proxy.py": "a setting",
}


def said_in(path: Path) -> Iterator[str]:
    """What the errors and verdicts of a module say; “7” stands for each number and “x” for what else is put in."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING:
            yield from (text for one in node.args if (text := written(one)) and " " in text)


def written(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(str(one.value) if isinstance(one, ast.Constant) else stand_in(one) for one in node.values)


def stand_in(node: ast.expr) -> str:
    inside = ast.unparse(node.value) if isinstance(node, ast.FormattedValue) else ""
    numbers = ("len(", "MOST", "LONGEST", "_LARGEST", "_DEEPEST", "status", "max_", "length", "SHORTEST", "revision")
    if "watch.state" in inside or "destination.state" in inside:
        return "paused"
    return (
        "7"
        if any(one in inside for one in numbers) and "_shown" not in inside
        else "“x”"
        if "_quoted" in inside
        else "x"
    )


@pytest.mark.parametrize("room", PLACES)
def test_everything_that_a_page_may_show_is_known(room: str):
    unknown = []
    for path in sorted((ROOT / room).rglob("*.py")):
        if path.name in NOT_ON_PAGES:
            continue
        unknown += [(path.name, text) for text in said_in(path) if not is_known(text) and not is_composed(text)]
    assert unknown == []


def is_composed(text: str) -> bool:
    """Wholly of parts that stand elsewhere (“{sign.detail} (“x”)”, “{field}: {why}.”), which are looked at below."""
    whole = {"x (7)", "7 (7)", "x (“x”)", "x: x.", "x: x", "x wants proof that we are human (7)"}
    return text in whole or text == "the address leads to x (x)" or text.endswith("its web preview is offx")


def test_parts_that_are_put_together_are_known_as_a_whole():
    for sign in TITLES:
        assert is_known(sign.detail)
        assert is_known(f"{sign.detail} (“Just a moment…”)")
    assert all(is_known(one.detail) for one in SHELLS)
    assert all(is_known(f"{said} ({status})") for status, said in _BLOCKED_STATUSES.items())
    kept = (STOOD_STILL, posting.GONE_REASON, email.NO_SERVER, apprise.NOT_ALLOWED, apprise_way.NOT_INSTALLED)
    assert all(is_known(one) for one in (*kept, telegram.NO_SUCH_BOT))


@pytest.mark.parametrize("kind", SourceKind)
def test_every_reason_of_a_check_is_said(kind: SourceKind):
    clocks = [Clock(NOW - timedelta(minutes=12), phase) for phase in Phase]
    clocks.append(Clock(NOW - timedelta(minutes=12), Phase.PUBLISHED, is_first_sight=True))
    outlooks = [nothing_known(kind)]
    for many in (clocks[:1], clocks[1:2], clocks[2:], clocks):
        known = nothing_known(kind)
        outlooks.append(type(known)(tuple(many), known.habit, kind))
    reasons = [
        *(
            next_list_look(now=NOW, interval_seconds=None, outlook=one, rules=ScheduleRules()).reason
            for one in outlooks
        ),
        next_list_look(now=NOW, interval_seconds=90, outlook=outlooks[0], rules=ScheduleRules()).reason,
        *(
            look_after_failure(now=NOW, failures=count, usual_seconds=60, jitter=0, retry_after_seconds=None).reason
            for count in (1, 3)
        ),
    ]
    reasons += [f"{reasons[0]}; this look came 3 min late", *(reasons[1] + word for word in (ASKED_FOR_LESS, SILENT))]
    for reason in reasons:
        told = retold(reason, UKRAINIAN)
        assert not any("a" <= letter.lower() <= "z" for letter in told), told


def test_nested_sentences_and_names_of_fields_are_said_and_what_others_said_stays():
    told = retold("https://a.example/x was fetched, but not read: the server failed (503).", UKRAINIAN)
    assert told == "https://a.example/x завантажено, але не прочитано: на сервері стався збій (503)."
    assert retold("A destination of kind “telegram” needs token and chat_id.", UKRAINIAN).endswith(
        "Токен бота і Ідентифікатор чату."
    )
    assert "asked for" in retold("Telegram does not show this post: “asked for”", UKRAINIAN)
    assert retold("asked for", ENGLISH) == "asked for"
    assert retold("Something new.", UKRAINIAN) == "Something new."


def test_every_sentence_has_a_translation_of_its_own():
    untold = [one for one in SENTENCES if UKRAINIAN.gettext(one) == one]
    assert untold == []


@given(st.text(max_size=300) | st.sampled_from(SENTENCES).map(lambda one: one.replace("{why}", "asked for: {time}")))
def test_any_text_is_said_somehow(text: str):
    assert isinstance(retold(text, UKRAINIAN), str)
