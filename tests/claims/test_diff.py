"""The word difference: exact for any text, and readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.diff import OperationKind, apply, diff_words
from app.claims.render import as_html, as_markdown, as_unified

ANY = st.text()
WORDY = st.lists(
    st.sampled_from(["нові", "дії", "the", "a", ".", "\n", " ", "  ", "é", "e\u0301", "👩\u200d🚒"]), max_size=40
).map("".join)
BEFORE = "Сили оборони розпочали нові наступальні дії.\nДруга новина.\nТретя"
AFTER = "Сили оборони розпочали бойові дії.\nДруга новина.\nТретя & <остання>"


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(operation.kind.value, operation.text) for operation in diff_words(before, after).operations]


@given(ANY | WORDY, ANY | WORDY)
def test_applying_the_difference_gives_the_new_text(before: str, after: str):
    diff = diff_words(before, after)
    assert apply(diff, before) == after
    old = new = 0
    for operation in diff.operations:
        assert (operation.before.start, operation.after.start) == (old, new)
        old, new = operation.before.end, operation.after.end
        if operation.kind is not OperationKind.INSERT:
            assert before[operation.before.start : old] == operation.text
        if operation.kind is not OperationKind.DELETE:
            assert after[operation.after.start : new] == operation.text
    assert (old, new) == (len(before), len(after))


@given(WORDY, WORDY)
def test_the_difference_is_exact_also_when_there_is_no_time(before: str, after: str):
    diff = diff_words(before, after, out_of_time=lambda: True)
    assert apply(diff, before) == after


def test_running_out_of_time_is_admitted():
    assert diff_words("one two", "one three", out_of_time=lambda: True).truncated
    assert not diff_words("one two", "one three").truncated


@given(ANY | WORDY)
def test_a_text_does_not_differ_from_itself(text: str):
    assert all(operation.kind is OperationKind.EQUAL for operation in diff_words(text, text).operations)


def test_exchanged_words_are_told_as_one_edit():
    assert told("they began new offensive operations", "they began combat operations") == [
        ("equal", "they began "),
        ("delete", "new offensive"),
        ("insert", "combat"),
        ("equal", " operations"),
    ]


def test_a_word_is_never_cut():
    assert told("наступ", "наступи") == [("delete", "наступ"), ("insert", "наступи")]


def test_a_difference_of_another_text_is_refused():
    diff = diff_words("one two", "one three")
    for other in ("two two", "one two three"):
        with pytest.raises(ValueError, match="difference"):
            apply(diff, other)


def test_html_is_escaped_and_marked():
    assert as_html(diff_words("a <b> c", "a <i> c")) == "a &lt;<del>b</del><ins>i</ins>&gt; c"


def test_markdown_strikes_out_and_sets_in_bold():
    assert as_markdown(diff_words("нові наступальні дії", "бойові дії")) == "~~нові наступальні~~**бойові** дії"
    assert as_markdown(diff_words("a", "a *b*")) == "a **\\*b\\***"


def test_a_unified_difference_shows_whole_lines():
    assert as_unified(diff_words(BEFORE, AFTER), before_name="v1", after_name="v2") == (
        "--- v1\n+++ v2\n@@ -1,3 +1,3 @@\n"
        "-Сили оборони розпочали нові наступальні дії.\n+Сили оборони розпочали бойові дії.\n"
        " Друга новина.\n-Третя\n+Третя & <остання>\n"
    )


def test_a_unified_difference_of_equal_texts_is_empty():
    assert as_unified(diff_words("a\nb", "a\nb")) == ""


def test_distant_changes_stand_in_hunks_of_their_own():
    lines = [f"line {number}" for number in range(30)]
    changed = ["first", *lines[1:29], "last"]
    unified = as_unified(diff_words("\n".join(lines), "\n".join(changed)))
    assert [line for line in unified.splitlines() if line.startswith("@@")] == ["@@ -1,4 +1,4 @@", "@@ -27,4 +27,4 @@"]


@given(WORDY, WORDY)
def test_the_lines_of_a_unified_difference_are_the_lines_of_both_texts(before: str, after: str):
    body = as_unified(diff_words(before, after)).split("\n")[2:-1]
    kept = [line for line in body if not line.startswith("@@")]
    if len(before.split("\n")) + len(after.split("\n")) <= 6 and kept:
        assert [line[1:] for line in kept if line[0] in " -"] == before.split("\n")
        assert [line[1:] for line in kept if line[0] in " +"] == after.split("\n")
