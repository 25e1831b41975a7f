"""Payments: noting, handing to the farm, what is still due, and the check that everything agrees."""

from courtil.services.payments.agreement import Difference, agreement
from courtil.services.payments.covering import Due, Part
from courtil.services.payments.due import DuePage, DueRow, due, open_rows
from courtil.services.payments.handing import Handed, ToHand, hand_over, handed_days, take_back, to_hand_over
from courtil.services.payments.noting import PaymentData, bounce, cancel, note, payment_of, restore
from courtil.services.payments.schedules import Schedule, expected, household_summary, schedule
from courtil.services.payments.sheets import cheques_document, handover_document
from courtil.services.payments.summaries import Balance, balances_by_farm, farm_summary

__all__ = [
    "Balance",
    "Difference",
    "Due",
    "DuePage",
    "DueRow",
    "Handed",
    "Part",
    "PaymentData",
    "Schedule",
    "ToHand",
    "agreement",
    "balances_by_farm",
    "bounce",
    "cancel",
    "cheques_document",
    "due",
    "expected",
    "farm_summary",
    "hand_over",
    "handed_days",
    "handover_document",
    "household_summary",
    "note",
    "open_rows",
    "payment_of",
    "restore",
    "schedule",
    "take_back",
    "to_hand_over",
]
