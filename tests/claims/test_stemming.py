"""Stems, as the comparison uses them: the same ones whoever else is at work."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer

from app.claims.stemming import SNOWBALL, stem

ENDINGS = ("ing", "ers", "isation", "fulness", "ied", "ational", "s", "ly")
WORDS = [f"{chr(97 + number % 26)}{chr(97 + number // 26)}lead{ENDINGS[number % 8]}" for number in range(676)]


@pytest.fixture
def switching_all_the_time():
    """Threads take turns as often as can be."""
    was = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(was)


@pytest.mark.parametrize("language", ["en", "ru", "de", "ar"])
def test_threads_that_stem_at_the_same_time_do_not_disturb_each_other(language, switching_all_the_time):
    """The stemmers of the package keep their word in themselves: two threads with one of them mix their words up."""
    alone = snowballstemmer.stemmer(SNOWBALL[language])
    expected = [alone.stemWord(word) for word in WORDS]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: [stem(word, language) for word in WORDS], range(4)))
    assert found == [expected] * 4
