"""How a wording was fetched and read: kept with its text, as one document, since both repeat from version to version.

    {"fetched_url": …, "headers": …}     one line of JSON
    The ministry said …                  the text

So what a version repeats of the one before it costs next to nothing. The row of a short text has it in its columns.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from app.domain.errors import StorageError

IN_DOCUMENT: Final[dict[str, Any]] = {
    "fetched_url": "",
    "headers": {},
    "redirects": [],
    "details": {},
    "extractor_version": "",
    "normaliser_version": "",
}
"""Columns that are kept with the text, and what stands in them then. No page is fetched from no address."""


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
    if not isinstance(facts, dict) or facts.keys() != IN_DOCUMENT.keys():
        raise damaged(row)
    return facts


def damaged(row: Any) -> StorageError:
    """How a version was fetched cannot be told any more."""
    return StorageError(f"The circumstances of version {row.number} of statement {row.statement_id} are damaged.")
