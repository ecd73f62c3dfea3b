"""The host of an address, by which requests are kept apart in time."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """``example.org`` or, with a port that is not the usual one, ``example.org:8443``; lower case."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    name = (parts.hostname or "").lower()
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"
