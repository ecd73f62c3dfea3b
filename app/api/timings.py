"""When a destination wants to hear, over HTTP: at once, in digests, not at night, not too often."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from app.api.shapes import WHOLE, Sent, Told, Truth
from app.domain.timing import MOST_AN_HOUR, MOST_MINUTES, Timing
from app.pipeline.timings import LONGEST_ZONE, WrittenQuiet, WrittenTiming, timing_of, told_timing

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, examples=["08:00"])]
Zone = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", max_length=LONGEST_ZONE, examples=["Europe/Kyiv"])
]


class QuietSent(Sent):
    """Nothing leaves while clocks in the zone show ``begins`` or later and not yet ``ends``; it may cross midnight.

    What falls into it comes as one digest at its end. With ``lets_major_through``, what is major does not wait.
    """

    begins: Clock
    ends: Clock
    lets_major_through: Truth = False


class TimingSent(Sent):
    """When to send. Without any of it each alert leaves at once.

    ``digest_minutes`` makes one digest every so many minutes, ``daily_at`` one a day. ``zone`` is where the times of
    day hold, UTC where none is named. Above ``most_an_hour`` messages the rest comes as one digest.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"daily_at": "08:00", "zone": "Europe/Kyiv"}]})

    digest_minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES), WHOLE] | None = None
    daily_at: Clock | None = None
    zone: Zone | None = None
    quiet_hours: QuietSent | None = None
    most_an_hour: Annotated[int, Field(ge=1, le=MOST_AN_HOUR), WHOLE] | None = None

    def value(self) -> Timing:
        """As the domain has it.

        Raises:
            InvalidInput: the zone is none, two rhythms are asked for, or quiet hours have no length.
        """
        quiet = self.quiet_hours
        return timing_of(
            WrittenTiming(
                self.digest_minutes,
                self.daily_at,
                self.zone,
                None if quiet is None else WrittenQuiet(quiet.begins, quiet.ends, quiet.lets_major_through),
                self.most_an_hour,
            )
        )


class QuietTold(Told):
    """When nothing leaves."""

    begins: str
    ends: str
    lets_major_through: bool


class TimingWritten(Told):
    """When alerts leave; all null is at once."""

    digest_minutes: int | None
    daily_at: str | None
    zone: str | None
    quiet_hours: QuietTold | None
    most_an_hour: int | None


def _told(timing: Any) -> Any:
    return told_timing(timing) if isinstance(timing, Timing) else timing


TimingTold = Annotated[TimingWritten, BeforeValidator(_told)]
