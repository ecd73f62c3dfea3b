from benchmarks import searches
from benchmarks.quote_text import Newsroom


def test_the_benchmark_runs_on_a_few_claims(capsys):
    searches.main(["--claims", "300", "--queries", "6"])
    shown = capsys.readouterr().out
    assert "what is gone" in shown
    assert "FTS5" in shown
    assert "search_term" in shown


def test_words_of_a_question_stand_in_one_sentence():
    sample = list(Newsroom().claims(20))
    for asked in searches.questions(Newsroom(), sample)["four words of a sentence"]:
        assert any(set(asked.split()) <= set(words) for words in sample)
