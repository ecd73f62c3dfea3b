"""What every step works with: the record, the way out, the hands, the rules and the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.delivery.outgoing import WaysOut
from app.delivery.sealing import SecretSeal
from app.domain.audit import PROGRAM, Actor
from app.domain.schedule import ScheduleRules
from app.domain.watches import SourceKind
from app.fetching.address import EgressPolicy
from app.fetching.apprise_way import AppriseWay
from app.fetching.client import WebClient
from app.fetching.mail_server import MailServer
from app.fetching.pace import PaceRules
from app.fetching.polite import PoliteClient
from app.pipeline.analysts import Analysts
from app.pipeline.beat import Beat
from app.pipeline.hands import Hands
from app.pipeline.meter import Meter
from app.sources.contract import Source
from app.storage.database import Database

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers that an operator may set; app.settings says what each means. A budget of None is none."""

    default_interval_seconds: int = 300
    least_interval_seconds: int = 60
    greatest_interval_seconds: int = 86_400
    host_requests_per_hour: float | None = None
    requests_per_hour: float | None = None
    confirm_after_seconds: float = 60.0
    second_look_seconds: float = 5.0
    flapping_window_seconds: float = 86_400.0
    stalled_after_seconds: float = 900.0
    pace: PaceRules = PaceRules()
    lease_seconds: float = 120.0
    respect_robots: bool = True
    webhook_timeout_seconds: float = 15.0
    public_url: str | None = None
    language: str = "en"
    overdue_seconds: float = 300.0
    archive_index_url: str = "https://web.archive.org/cdx/search/cdx"
    archive_capture_url: str = "https://web.archive.org/web"

    @property
    def schedule(self) -> ScheduleRules:
        """Those of the adaptive schedule."""
        return ScheduleRules(
            least_seconds=self.least_interval_seconds,
            usual_seconds=self.default_interval_seconds,
            greatest_seconds=self.greatest_interval_seconds,
        )


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The running program, as its steps see it. ``random`` gives numbers in [0, 1) for jitter; ``actor`` is for whom.

    ``polite`` fetches pages in turn and as robots.txt allows; ``web`` posts alerts; both go out by the same door.
    ``mail`` and ``apprise`` are there where the operator has set them.
    ``meter`` counts what this process does.
    """

    database: Database
    web: WebClient
    policy: EgressPolicy
    polite: PoliteClient
    sources: Mapping[SourceKind, Source]
    analysts: Analysts
    seal: SecretSeal
    rules: Rules
    clock: Clock
    random: Callable[[], float]
    mail: MailServer | None = None
    apprise: AppriseWay | None = None
    actor: Actor = PROGRAM
    meter: Meter = field(default_factory=Meter)
    beat: Beat = field(default_factory=Beat)
    hands: Hands = field(default_factory=Hands)

    @property
    def ways(self) -> WaysOut:
        """What alerts are sent with."""
        return WaysOut(self.web, self.mail, self.apprise)
