"""Sudden losses: most of a text is gone at once. More often a page that came half than a publisher's decision.

Such a version is stored like any other. It is marked, and looked at again after a longer pause than other removals.
"""

import re
from collections import Counter

WORD = re.compile(r"\w+")
KEEPS_LESS_THAN = 0.4
"""Share of the old words. Of 1,041 changes of terms of service 18 kept less; in most of these the text came back."""
FEWEST_WORDS = 60
"""Of the old text: below it, a few words more or less are no loss."""
SHARED_BY_VERSIONS = 0.4
"""Of the different words of the shorter text."""
REWRITTEN_FROM = 0.5
FEWEST_REWRITTEN = 40


def share_lost(before: str, after: str) -> float:
    """The share of the old text's words by which the new one is shorter, from 0 to 1."""
    old = len(WORD.findall(before))
    return max(0.0, 1 - len(WORD.findall(after)) / old) if old else 0.0


def is_another_text(before: str, after: str) -> bool:
    """True where hardly a word of one text stands in the other: they tell of different things.

    Small words count for nothing; all texts of a language share these.
    """
    old, new = ({word for word in WORD.findall(text.casefold()) if len(word) > 3} for text in (before, after))
    return len(old & new) < SHARED_BY_VERSIONS * min(len(old), len(new))


def notice_in_place_of(before: str, after: str) -> str:
    """The few words that stand in the place of a text and have nothing to do with it; empty where there are none.

    “We are down”, “sign in”: no list of such words is ever complete. Lines that stood before are no part of it.
    """
    stood = set(before.split("\n"))
    come = "\n".join(line for line in after.split("\n") if line not in stood)
    is_short = 0 < len(WORD.findall(come)) < FEWEST_REWRITTEN
    return come if is_short and is_another_text(before, come) and is_large_loss(before, after) else ""


def is_large_loss(before: str, after: str) -> bool:
    """True where more than 60 % of a text is gone at once, and no shorter text was written in its place.

    Written anew is a text of at least 40 words, half of which did not stand in the old one.
    """
    before, after = before.casefold(), after.casefold()
    if _lines_came_for_those_that_went(before, after):
        return False
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) < FEWEST_WORDS or len(new) >= KEEPS_LESS_THAN * len(old):
        return False
    if len(new) < FEWEST_REWRITTEN:
        return True
    known = set(old)
    return sum(word not in known for word in new) < REWRITTEN_FROM * len(new)


def _lines_came_for_those_that_went(before: str, after: str) -> bool:
    """True where the lines that are new alone make up for those that are gone: nearly always, and told at once."""
    old, new = Counter(before.split("\n")), Counter(after.split("\n"))
    gone, come = (WORD.findall("\n".join(lines.elements())) for lines in (old - new, new - old))
    return bool(come) and len(come) >= KEEPS_LESS_THAN * len(gone)
