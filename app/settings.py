"""Every setting, once. Each is read from the environment as ``WALKBACK_<NAME>`` or from a ``.env`` file."""

import ipaddress
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DAY, YEAR = 86_400, 31_536_000
"""Seconds. The longest times that may be set: beyond them nothing would be checked, or no date be written."""
MOST_AN_HOUR = 1_000_000_000
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(BaseSettings):
    """The settings of one running program; docs/operating.md names each with an example."""

    model_config = SettingsConfigDict(env_prefix="WALKBACK_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///walkback.db", description="SQLAlchemy address: sqlite:///FILE or postgresql+psycopg://…"
    )
    host: str = Field("127.0.0.1", description="Address to listen on; any but loopback needs an API key.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    public_url: str | None = Field(None, description="How others reach this service; used in links of alerts.")
    telegram_base_url: str = Field("https://t.me", description="Address of Telegram's public preview, or of a mirror.")
    archive_index_url: str = Field(
        "https://web.archive.org/cdx/search/cdx",
        description="Index of the web archive that backfills read (CDX server).",
    )
    archive_capture_url: str = Field(
        "https://web.archive.org/web", description="Where its captures are: followed by time, “id_” and address."
    )
    user_agent_contact: str = Field(
        "https://github.com/walkback/walkback", description="Where a site's owner finds out who is asking."
    )
    allow_networks: Annotated[tuple[IpNetwork, ...], NoDecode] = Field(
        (), description="Networks that may be fetched although they are not public, comma separated: 127.0.0.0/8."
    )
    allow_ports: Annotated[tuple[int, ...], NoDecode] = Field(
        (80, 443), description="Ports that may be dialled, comma separated; inside allow_networks any port may be."
    )
    egress_proxy: SecretStr | None = Field(
        None, description="Go out through this proxy by CONNECT: http://[user:password@]host:port."
    )
    egress_proxy_by_name: bool = Field(
        False, description="Let that proxy resolve names; it has to refuse inner addresses itself."
    )
    fetch_timeout_seconds: float = Field(30.0, gt=0, le=300, description="For one answer in all, redirects included.")
    fetch_max_wire_bytes: int = Field(5 * 1024 * 1024, ge=1024, description="Cap of one body on the wire.")
    fetch_max_body_bytes: int = Field(20 * 1024 * 1024, ge=1024, description="Cap of one body when inflated.")
    fetch_max_redirects: int = Field(5, ge=0, le=20, description="Redirects followed, each judged again.")
    host_gap_seconds: float = Field(2.0, ge=0, le=DAY, description="Least pause between two requests to one host.")
    respect_robots: bool = Field(True, description="Obey robots.txt unless a watch says otherwise.")
    default_interval_seconds: int = Field(300, ge=1, le=YEAR, description="Longest wait between two looks at a watch.")
    least_interval_seconds: int = Field(60, ge=1, le=YEAR, description="Shortest wait, where edits are likely.")
    greatest_interval_seconds: int = Field(
        86_400,
        ge=1,
        le=YEAR,
        description="Longest wait between two looks at an old statement that its list shows no more.",
    )
    host_requests_per_hour: int = Field(
        1200,
        ge=0,
        le=MOST_AN_HOUR,
        description="Most requests an hour to one host; 0 is no limit. Not counted where the pause is 0.",
    )
    requests_per_hour: int = Field(
        36_000,
        ge=0,
        le=MOST_AN_HOUR,
        description="Most requests an hour in all; 0 is no limit. Not counted where the pause is 0.",
    )
    confirm_after_seconds: float = Field(
        60.0, ge=0, le=YEAR, description="Least time before a missing statement is confirmed."
    )
    second_look_seconds: float = Field(
        5.0, ge=0, le=YEAR, description="Pause before a removal is looked at again to be sure."
    )
    flapping_window_seconds: float = Field(
        86400.0,
        ge=0,
        le=YEAR,
        description="A wording that is back twice within it is flapping, told once; 0 tells each return.",
    )
    stalled_after_seconds: float = Field(
        900.0, gt=0, le=YEAR, description="Checks due and none finished for so long: an alarm, and /ready fails."
    )
    worker_concurrency: int = Field(
        8, ge=1, le=256, description="Fetches in flight in one process; those that wait for a slow site come on top."
    )
    lease_seconds: float = Field(120.0, gt=0, le=DAY, description="How long a worker may hold a piece of work.")
    grace_seconds: float = Field(
        30.0,
        ge=0,
        le=DAY,
        description="How long a worker that is stopped finishes what is in hand; the rest it gives back.",
    )
    idle_seconds: float = Field(1.0, gt=0, le=DAY, description="Pause of a worker that found nothing to do.")
    analysis_deadline_seconds: float = Field(5.0, gt=0, le=DAY, description="Longest comparison of two wordings.")
    webhook_timeout_seconds: float = Field(15.0, gt=0, le=120, description="Longest wait for a receiver's answer.")
    smtp_host: str | None = Field(None, description="Your mail server, for destinations of kind “email”.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls, 25 for none.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls or tls with a verified certificate; none: in clear, to sign in on this machine only.",
    )
    smtp_username: str | None = Field(None, description="The account there, where it wants one.")
    smtp_password: SecretStr | None = Field(None, description="The password of that account.")
    smtp_timeout_seconds: float = Field(30.0, gt=0, le=100, description="Longest conversation with it about one mail.")
    mail_from: str | None = Field(None, description="Whom mails come from: Walkback <alerts@example.org>.")
    apprise_schemes: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Schemes that administrators may use with Apprise, which goes around the guard: ntfys,matrixs."
    )
    overdue_seconds: float = Field(300.0, gt=0, le=YEAR, description="Work that is later than this makes /ready fail.")
    metrics_host: str = Field("127.0.0.1", description="Address on which a worker shows its own numbers.")
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="Port on which a worker shows its own numbers; without it, none does."
    )
    secret_key: SecretStr | None = Field(
        None, description="Encrypts stored secrets; without it one is made and kept beside the SQLite database."
    )
    older_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Keys that sealed secrets before, comma separated; they only open."
    )
    public_read: bool = Field(False, description="Let anybody read public watches and what they found, without a key.")
    session_hours: int = Field(168, ge=1, le=8760, description="How long a browser stays signed in to the pages.")
    max_body_bytes: int = Field(1024 * 1024, ge=1024, description="Largest body of a request to this service.")
    rate_limit_per_minute: int = Field(600, ge=1, description="Requests a minute for one key or address.")
    stream_seconds: int = Field(900, ge=10, description="Longest life of a stream of events; readers connect again.")
    streams_per_key: int = Field(10, ge=1, description="Streams of events that one key or address may have open.")
    language: str = Field("en", pattern=r"^[A-Za-z0-9-]{2,35}$", description="Language of messages: en or uk.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(False, description="One JSON object a line instead of text.")

    @field_validator("allow_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())

    @field_validator("allow_ports", mode="before")
    @classmethod
    def _ports(cls, value: object) -> object:
        return tuple(int(part) for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("apprise_schemes", mode="before")
    @classmethod
    def _schemes(cls, value: object) -> object:
        return (
            tuple(part.strip().lower() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("older_secret_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("telegram_base_url", "public_url", "archive_index_url", "archive_capture_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @cached_property
    def sqlite_path(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None
