from benchmarks import quotes
from benchmarks.quote_text import Newsroom, written


def test_the_benchmark_runs_on_a_few_claims(capsys):
    quotes.main(["--claims", "300", "--queries", "6"])
    shown = capsys.readouterr().out
    assert "Walkback, whole answer" in shown
    assert "FTS5" in shown
    assert "quote_term" in shown


def test_the_same_seed_writes_the_same_claims():
    assert [written(words) for words in Newsroom().claims(20)] == [written(words) for words in Newsroom().claims(20)]


def test_a_question_is_made_from_a_claim_that_is_there():
    newsroom = Newsroom()
    (words,) = newsroom.claims(1)
    asked = quotes.questions(newsroom, [words])
    assert asked["exact"][0].wanted == written(words)
    assert asked["not there"][0].wanted == ""
    assert set(asked["a part of 4 words"][0].quote.split()) <= set(words)
