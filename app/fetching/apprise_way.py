"""Apprise, where an operator asks for it: a hundred more ways to reach people, by its own connections.

**It goes around the guard.** Apprise dials by itself, with a client of its own, wherever an address of it leads, also
to inner networks. So it is an extra that is not installed, allows nothing until the operator names schemes, and takes
addresses of administrators only (decision 30).
"""

import asyncio
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from app.domain.errors import AddressRefused, InvalidInput, Unreachable

if TYPE_CHECKING:
    import apprise

SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,31})://", re.IGNORECASE)
FILES = frozenset(
    {
        *("attach", "attachment", "attachments", "config", "keyfile", "pgp", "pgpkey", "pgpprv", "pgppub"),
        *("private_key", "privatekey", "script", "subfile", "template"),
    }
)
"""Parameters by which services read a file of this machine, or what another address holds."""
NOT_INSTALLED = "Apprise is not installed: pip install 'walkback[apprise]'."


class AppriseWay:
    """Sends by the schemes that the operator allows. Use it as a context manager: it has threads of its own."""

    def __init__(self, schemes: Iterable[str], *, threads: int = 4) -> None:
        self.schemes = frozenset(scheme.lower() for scheme in schemes)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="apprise")

    def close(self) -> None:
        """Take nothing more. What is being sent ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def judge(self, url: str) -> str:
        """The scheme of an address, which is one that may be used.

        Raises:
            InvalidInput: Apprise is not installed, or makes nothing of the address.
            AddressRefused: the scheme is not allowed, or the address asks for what an address may not.
        """
        scheme = self._scheme(url)
        self._service(url)
        return scheme

    async def send(self, url: str, title: str, text: str, *, timeout_seconds: float) -> float:
        """Send once; how many seconds it took.

        Raises:
            InvalidInput, AddressRefused: as :meth:`judge`.
            Unreachable: it was not sent. Apprise does not say why.
        """
        scheme = self._scheme(url)
        loop = asyncio.get_running_loop()
        started = loop.time()
        sending = loop.run_in_executor(self._threads, lambda: self._service(url).notify(body=text, title=title))
        await asyncio.wait({sending}, timeout=timeout_seconds)
        if not sending.done():
            sending.cancel()
            raise Unreachable(f"Apprise did not send by {scheme} in time.")
        error = sending.exception()
        if isinstance(error, InvalidInput):
            raise error
        if error is not None:  # of one of a hundred services, each with errors of its own
            raise Unreachable(f"Apprise failed at {scheme} ({type(error).__name__}).")
        if not sending.result():
            raise Unreachable(f"Apprise did not get it sent by {scheme}; it does not say why.")
        return loop.time() - started

    def _scheme(self, url: str) -> str:
        found = SCHEME.match(url)
        scheme = found[1].lower() if found else ""
        if scheme not in self.schemes:
            allowed = ", ".join(sorted(self.schemes)) or "none"
            raise AddressRefused(
                f"The scheme “{scheme}” is not one that this service allows (WALKBACK_APPRISE_SCHEMES: {allowed})."
            )
        if any(character <= " " or character == "\x7f" for character in url):
            raise AddressRefused("An address may not hold a space or a control character.")
        for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
            if name.lower().lstrip("+-:") in FILES or value.startswith(("/", "~", ".")) or "://" in value:
                raise AddressRefused(f"The address may not name a file or another address ({name}).")
            if name.lower() == "verify":
                raise AddressRefused("Certificates are verified: an address may not ask for the opposite.")
        return scheme

    def _service(self, url: str) -> "apprise.NotifyBase":
        try:
            import apprise
        except ImportError:
            raise InvalidInput(NOT_INSTALLED, pointer="/kind") from None
        asset = apprise.AppriseAsset(app_id="Walkback", app_desc="Walkback", async_mode=False, secure_logging=True)
        service = apprise.Apprise.instantiate(url, asset=asset)
        if service is None:
            raise InvalidInput("Apprise makes nothing of this address.", pointer="/url")
        return service
