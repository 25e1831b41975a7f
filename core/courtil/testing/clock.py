"""The date and time of an AMAP in a test."""

from datetime import UTC, date, datetime, time, timedelta

from courtil.services.unit import PARIS


class Clock:
    """The machine's time until `set`, then the one that was set: it stands still until `forward` or `set`."""

    def __init__(self) -> None:
        self._now: datetime | None = None

    def __call__(self) -> datetime:
        """The moment, in UTC."""
        return self._now or datetime.now(UTC)

    def set(self, moment: date | datetime) -> None:
        """Make it this moment; one without a zone is the AMAP's own time, a date alone is its noon."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(12))
        self._now = moment.replace(tzinfo=moment.tzinfo or PARIS).astimezone(UTC)

    def forward(self, **step: float) -> None:
        """Let time pass: `days=3`, `minutes=10` and whatever else a timedelta takes."""
        self._now = self() + timedelta(**step)
