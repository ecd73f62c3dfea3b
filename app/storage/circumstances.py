"""How a wording was fetched, read and titled: kept with its text, as one document, since all repeat from version to
version.

    {"fetched_url": …, "headers": …}     one line of JSON
    The ministry said …                  the text

So what a version repeats of the one before it costs next to nothing. The row of a short text has it in its columns.
"""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from app.domain.errors import StorageError

FORM: Final = "2"
IN_DOCUMENT: Final[dict[str, Any]] = {
    "fetched_url": "",
    "headers": 0,
    "redirects": 0,
    "details": 0,
    "extractor_version": "",
    "normaliser_version": FORM,
    "title": None,
    "author": None,
    "language": None,
}
"""Columns that are kept with the text, and what stands in them then. No page is fetched from no address,
and a number takes no room."""
WITHOUT_TITLE: Final = IN_DOCUMENT.keys() - {"title", "author", "language"}
"""Those of older documents, whose rows have the others in their columns, and no ``FORM``."""


def document_of(row: Mapping[str, Any]) -> str:
    """The text of a row of a version and its circumstances."""
    facts = {name: row[name] for name in IN_DOCUMENT}
    return f"{json.dumps(facts, ensure_ascii=False, separators=(',', ':'))}\n{row['text']}"


def is_document(row: Any) -> bool:
    """True where what is kept as the text of this row is a document."""
    return bool(row.fetched_url == "")


def text_of(row: Any, kept: str) -> str:
    """The text alone."""
    return kept.partition("\n")[2] if is_document(row) else kept


def facts_of(row: Any, kept: str) -> Mapping[str, Any]:
    """What goes in place of the columns of the row; nothing where it is in them.

    Raises:
        StorageError: it is damaged.
    """
    if not is_document(row):
        return {}
    try:
        facts = json.loads(kept.partition("\n")[0])
    except ValueError as error:
        raise damaged(row) from error
    if not isinstance(facts, dict) or facts.keys() != _names(row) or _is_titled_twice(row):
        raise damaged(row)
    return facts


def _names(row: Any) -> AbstractSet[str]:
    return IN_DOCUMENT.keys() if row.normaliser_version == FORM else WITHOUT_TITLE


def _is_titled_twice(row: Any) -> bool:
    """True where a column says what the document alone should: somebody has put it there."""
    return row.normaliser_version == FORM and (row.title, row.author, row.language) != (None, None, None)


def damaged(row: Any) -> StorageError:
    """How a version was fetched cannot be told any more."""
    return StorageError(f"The circumstances of version {row.number} of statement {row.statement_id} are damaged.")
