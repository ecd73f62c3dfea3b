"""What became of words: in how many versions they stood, from when to when, and which edit took them away."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.archives import is_archived
from app.domain.quotes import Removal
from app.domain.words import Words

Runs = Sequence[tuple[int, int]]


def fate(runs: Runs, seen: tuple[datetime, datetime], words: Words, *, stands: bool, removed_by: Removal | None) -> str:
    """“In 3 versions from … to …, removed between … and …”."""
    first, last = words.moment(seen[0]), words.moment(seen[1])
    where = words.plural(
        "It stood in {count} version, seen from {first} to {last}",
        "It stood in {count} versions, seen from {first} to {last}",
        count_versions(runs),
        first=first,
        last=last,
    )
    if stands:
        return words.text("{where}. It stands in the latest version.", where=where)
    if removed_by is None:
        return words.text("{where}.", where=where)
    interval = removed_by.interval
    since, until = words.moment(interval.last_seen_unchanged_at), words.moment(interval.first_seen_changed_at)
    if removed_by.is_technical:
        return words.text("{where}. Since then our own rules read the page otherwise; it may still stand.", where=where)
    return words.text("{where}, removed between {since} and {until}.", where=where, since=since, until=until)


def count_versions(runs: Runs) -> int:
    """In how many versions it stood; runs over archived versions count as one each, as their numbers are dates."""
    return sum(1 if is_archived(first) else last - first + 1 for first, last in runs)
