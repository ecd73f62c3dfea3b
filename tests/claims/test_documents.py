"""A wording cut into claims: what is found out of all its paragraphs at once is what each alone would give."""

from hypothesis import given
from hypothesis import strategies as st

from app.claims.document import Cutter, document_of

PIECES = (
    "Ёлка стоит. ", "The U.S. President said no. ", "№ 5 ", "1,5 тис. осіб. ", "-5 ", "+7 ", "$-4 ", "a-5 ", "„ja“ ",
    "日本。語 ", "İstanbul ", "ß ", "✅ Done. ", "м. Суми. ", "ім. Шевченка ", "А. Коваль. ", "12.05.2020 ", "… ", "? ",
    "❶ ", "Да. ", "— ",
)  # fmt: skip
PARAGRAPH = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(lambda some: "".join(some).strip())


@given(st.lists(PARAGRAPH, min_size=1, max_size=6), st.sampled_from(["en", "uk", "ru", "de", "und", "ar"]))
def test_paragraphs_cut_together_are_cut_as_each_alone(several: list[str], language: str):
    text = "\n\n".join(several)
    found = document_of(text, language)
    alone = [one for paragraph in several for one in document_of(paragraph, language).sentences]
    assert [(one.text, one.key, one.language) for one in found.sentences] == [
        (one.text, one.key, one.language) for one in alone
    ]
    assert [text[span.start : span.end] for span in found.spans] == [one.text for one in alone]


@given(PARAGRAPH, st.lists(PARAGRAPH, max_size=4))
def test_a_paragraph_known_from_an_earlier_wording_is_cut_as_before(kept: str, others: list[str]):
    cutter = Cutter("uk")
    cutter.document(kept)
    text = "\n\n".join((*others, kept))
    assert cutter.document(text) == document_of(text, "uk")
