"""A wording as JSON, for the places where it waits to become a version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.statements import Wording


def wording_to_json(wording: Wording) -> dict[str, Any]:
    """A JSON object that :func:`wording_from_json` understands."""
    return {
        "text": wording.text,
        "title": wording.title,
        "author": wording.author,
        "published_at": wording.published_at.isoformat() if wording.published_at else None,
        "language": wording.language,
        "marked_edited": wording.marked_edited,
        "details": dict(wording.details),
    }


def wording_from_json(value: Mapping[str, Any]) -> Wording:
    """The wording that was kept."""
    published_at = value["published_at"]
    return Wording(
        text=value["text"],
        title=value["title"],
        author=value["author"],
        published_at=datetime.fromisoformat(published_at) if published_at else None,
        language=value["language"],
        marked_edited=value["marked_edited"],
        details=value["details"],
    )
