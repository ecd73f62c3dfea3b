"""The language in which people are told over HTTP: what they ask for, or their browser does, or the operator set."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.api.access import Program
from app.catalogues.choosing import catalogue_of, language_of, languages, negotiated
from app.domain.errors import InvalidInput
from app.domain.words import Words

Asked = Annotated[
    Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$")] | SkipJsonSchema[None],
    Query(description="Language of the headlines: `en` or `uk`; else by `Accept-Language`.", examples=["uk"]),
]


async def words_for(request: Request, response: Response, newsroom: Program, *, lang: Asked = None) -> Words:
    """The language of whoever asks.

    Raises:
        InvalidInput: we do not speak the one that was named.
    """
    response.headers["Vary"] = "Accept-Language"
    if lang is None:
        return catalogue_of(negotiated(request.headers.get("accept-language"), newsroom.rules.language))
    found = language_of(lang)
    if found is None:
        raise InvalidInput(f"Walkback does not speak “{lang}”; it speaks {', '.join(languages())}.", pointer="?lang")
    return catalogue_of(found)


WordsForReader = Annotated[Words, Depends(words_for)]
"""Stands behind the newsroom among the parameters."""
