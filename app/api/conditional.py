"""Not sending twice what did not change, and not overwriting what somebody else changed (ETag, If-Match)."""

import re
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

TAG = re.compile(r'(?:W/)?"([^"]*)"')
EntityTags = Annotated[
    str, Field(pattern=r'^(\*|(W/)?"[\x21\x23-\x7e]*"( ?, ?(W/)?"[\x21\x23-\x7e]*")*)$', max_length=500)
]


def tagged(
    request: Request, told: BaseModel, *, revision: int | None = None, status: int = 200, location: str | None = None
) -> Response:
    """One thing with its strong ETag; 304 where the caller has it already.

    The tag is a digest of the answer. Of what people change, its ``revision`` stands before the digest, and that part
    alone counts in ``If-Match``: a check in the meantime is no change by somebody else.
    """
    body = told.model_dump_json(by_alias=True).encode()
    tag = etag_of(body, revision)
    headers = {"ETag": tag}
    if location is not None:
        headers["Location"] = location
    if request.method == "GET" and is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, headers=headers, media_type="application/json")


def etag_of(body: bytes, revision: int | None) -> str:
    """``"3-9f86d081884c7d65"``, or the digest alone."""
    digest = sha256(body).hexdigest()[:16]
    return f'"{digest}"' if revision is None else f'"{revision}-{digest}"'


async def expected_revision(
    if_match: Annotated[
        EntityTags | SkipJsonSchema[None],
        Header(
            description="The ETag of what you read: the change is refused where somebody else was faster.",
            examples=["*"],
        ),
    ] = None,
) -> int | None:
    """The revision that the caller read; None where any will do; 0 where their tag is none of ours."""
    if if_match is None or if_match == "*":
        return None
    tags = TAG.findall(if_match)
    revisions = [int(tag.partition("-")[0]) for tag in tags if re.fullmatch(r"\d{1,9}-[0-9a-f]{16}", tag, re.ASCII)]
    return max(revisions, default=0)


ExpectedRevision = Annotated[int | None, Depends(expected_revision)]


def is_known(request: Request, tag: str) -> bool:
    """True where the caller has what this tag names already: If-None-Match, compared weakly as RFC 9110 asks for."""
    header = request.headers.get("if-none-match")
    return header is not None and (header.strip() == "*" or tag.strip('"') in TAG.findall(header))
