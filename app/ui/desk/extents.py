"""How much an answer rests on, in one sentence: so many wordings, of so many statements, on so many watches."""

from app.domain.quotes import Coverage, Extent
from app.domain.searching import NotSearched
from app.domain.words import Words


def searched(extent: Extent, words: Words) -> str:
    """“Searched: 2 versions of 1 statement on 1 watch.”."""
    return words.text(
        "Searched: {versions} {of_statements} {on_watches}.",
        versions=words.plural("{count} version", "{count} versions", extent.versions),
        of_statements=_of_statements(extent.statements, words),
        on_watches=words.plural("on {count} watch", "on {count} watches", extent.watches),
    )


def holds(extent: Extent, words: Words) -> str:
    """“It holds 2 wordings of 1 statement, from 1 watch.”."""
    return words.text(
        "It holds {wordings} {of_statements}, {from_watches}.",
        wordings=words.plural("{count} wording", "{count} wordings", extent.versions),
        of_statements=_of_statements(extent.statements, words),
        from_watches=words.plural("from {count} watch", "from {count} watches", extent.watches),
    )


def not_searched(coverage: Coverage, words: Words) -> str:
    """What of the record no answer can rest on yet; nothing where it is all searched."""
    return _not_yet(_not_taken_in(coverage.not_compared, coverage.not_indexed, words), words)


def not_found_yet(left_out: NotSearched, words: Words) -> str:
    """What of the record a search cannot find yet; nothing where it is all in the index."""
    owed = _not_taken_in(left_out.versions, left_out.statements, words)
    if left_out.wordings:
        waiting = words.plural(
            "{count} wording that waits for the index", "{count} wordings that wait for the index", left_out.wordings
        )
        owed.insert(0, waiting)
    return _not_yet(owed, words)


def _not_taken_in(versions: int, statements: int, words: Words) -> list[str]:
    owed = []
    if versions:
        owed.append(
            words.plural(
                "{count} version that waits to be compared", "{count} versions that wait to be compared", versions
            )
        )
    if statements:
        owed.append(
            words.plural("earlier wordings of {count} statement", "earlier wordings of {count} statements", statements)
        )
    return owed


def _not_yet(owed: list[str], words: Words) -> str:
    return words.text("Not searched yet: {what}.", what=words.listed(owed)) if owed else ""


def _of_statements(count: int, words: Words) -> str:
    return words.plural("of {count} statement", "of {count} statements", count)
