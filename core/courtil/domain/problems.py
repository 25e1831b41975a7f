"""What is refused and why, in the words of the person who asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason for a refusal; `field` names the form field it stands under, if any."""

    message: str
    field: str | None = None


class Refused(Exception):
    """The request breaks a rule: nothing is written, the problems are shown where they belong."""

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(p) if isinstance(p, str) else p for p in problems)
        super().__init__("; ".join(p.message for p in self.problems))


class NotFound(Exception):
    """The object does not exist, or not for the person who asks: both look the same."""


class Stale(Exception):
    """Somebody changed the object since the form was opened."""

    def __init__(self, message: str = "") -> None:
        self.message = message
        super().__init__(message)
