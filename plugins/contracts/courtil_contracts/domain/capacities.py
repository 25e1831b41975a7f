"""Over what a shared capacity is counted."""

from enum import StrEnum


class Per(StrEnum):
    """So many parts at each date, or over the whole season."""

    DELIVERY = "delivery"
    SEASON = "season"
