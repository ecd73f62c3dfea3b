import pytest

from evaluation.generated_text import VOCABULARIES, as_text, edited_copy, edited_pair, official_sentences


@pytest.mark.parametrize("language", list(VOCABULARIES))
def test_a_text_has_the_size_that_was_asked_for_and_is_the_same_on_every_run(language):
    before, after = edited_pair(language, 5_000)
    assert 4_900 < len(before) < 5_200
    assert before != after
    assert (before, after) == edited_pair(language, 5_000)


def test_about_one_sentence_in_twenty_is_edited():
    sentences = official_sentences("en", 60_000)
    kept = set(sentences) & set(edited_copy(sentences, "en"))
    assert 0.90 < len(kept) / len(set(sentences)) < 0.99


def test_paragraphs_have_four_sentences():
    assert as_text(["A.", "B.", "C.", "D.", "E."]) == "A. B. C. D.\nE."
