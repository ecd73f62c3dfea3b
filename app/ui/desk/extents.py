"""How much an answer rests on, in one sentence: so many wordings, of so many statements, on so many watches."""

from app.domain.quotes import Coverage, Extent
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
    owed = []
    if coverage.not_compared:
        owed.append(
            words.plural(
                "{count} version that waits to be compared",
                "{count} versions that wait to be compared",
                coverage.not_compared,
            )
        )
    if coverage.not_indexed:
        owed.append(
            words.plural(
                "earlier wordings of {count} statement",
                "earlier wordings of {count} statements",
                coverage.not_indexed,
            )
        )
    return words.text("Not searched yet: {what}.", what=words.listed(owed)) if owed else ""


def _of_statements(count: int, words: Words) -> str:
    return words.plural("of {count} statement", "of {count} statements", count)
