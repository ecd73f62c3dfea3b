"""The files that the pages load: our own styles and scripts, named by their content, so that browsers keep them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.errors import NotFound

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. ``address`` holds a digest of its content: another content has another address."""

    body: bytes
    media_type: str
    address: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file by its name, read once."""
    return {path.name: _asset(path) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}


def address_of(name: str) -> str:
    """Where a page finds a file."""
    return assets()[name].address


async def serve_asset(request: Request) -> Response:
    """A file, to be kept by the browser for ever.

    Raises:
        NotFound: there is none at this address.
    """
    asset = assets().get(request.path_params["name"])
    if asset is None or asset.address != request.url.path:
        raise NotFound("file", request.url.path)
    return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": FOR_EVER})


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    digest = sha256(body).hexdigest()[:16]
    return Asset(body, TYPES[path.suffix], f"/static/{digest}/{path.name}")
