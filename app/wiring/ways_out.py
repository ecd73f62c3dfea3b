"""The ways out that an operator opens by settings: a proxy for all of them, a mail server, Apprise."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr

from app.delivery.email import recipient
from app.domain.errors import InvalidInput
from app.fetching.apprise_way import AppriseWay
from app.fetching.mail_server import MailSecurity, MailServer
from app.fetching.proxy import EgressProxy
from app.settings import Settings


def egress_proxy(settings: Settings) -> EgressProxy | None:
    """The operator's proxy, where all requests go out through one.

    Raises:
        InvalidInput: the setting is not the address of a proxy.
    """
    if settings.egress_proxy is None:
        return None
    try:
        url = settings.egress_proxy.get_secret_value()
        return EgressProxy.parse(url, asks_by_name=settings.egress_proxy_by_name)
    except ValueError as error:
        raise InvalidInput(f"The setting WALKBACK_EGRESS_PROXY: {error}.") from None


@contextmanager
def apprise_way(settings: Settings) -> Iterator[AppriseWay | None]:
    """Apprise, where the operator allows a scheme."""
    if not settings.apprise_schemes:
        yield None
        return
    way = AppriseWay(settings.apprise_schemes)
    try:
        yield way
    finally:
        way.close()


def mail_server(settings: Settings) -> MailServer | None:
    """The operator's mail server, where there is one.

    Raises:
        InvalidInput: a setting is missing or cannot be used, or the password would go over the network in clear.
    """
    if settings.smtp_host is None:
        return None
    name, address = parseaddr(settings.mail_from or "")
    try:
        sender = recipient(address)
    except InvalidInput:
        raise InvalidInput("The setting WALKBACK_MAIL_FROM is written like: Walkback <alerts@example.org>.") from None
    security = MailSecurity(settings.smtp_security)
    if settings.smtp_username and security is MailSecurity.NONE and not _is_this_machine(settings.smtp_host):
        raise InvalidInput(
            "With WALKBACK_SMTP_SECURITY=none a password would be readable on its way: use starttls or tls."
        )
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=security,
        sender=sender,
        sender_name=" ".join(name.split()) or "Walkback",
        username=settings.smtp_username or None,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        timeout_seconds=settings.smtp_timeout_seconds,
    )


def _is_this_machine(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
