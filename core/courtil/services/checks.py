"""Points that an AMAP may look at, as the core and plugins see them: figures and words, never a score."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from courtil.domain.words import N_, _, ngettext
from courtil.plugin.payloads import Answer, Check
from courtil.services.payments.agreement import agreement
from courtil.services.unit import Reader
from courtil.store.operations import Job


@dataclass(frozen=True)
class Looked:
    """A check with its answer; without one its plugin failed."""

    plugin: str
    check: Check
    answer: Answer | None


def _books(reader: Reader) -> Answer:
    differences = agreement(reader)
    if not differences:
        return Answer(state="fine", says=_("Paiements, contrats et comptes concordent au centime près."))
    words = ngettext("%(n)s différence à comprendre.", "%(n)s différences à comprendre.", len(differences))
    return Answer(state="discuss", says=words, url="/paiements")


def _jobs(reader: Reader) -> Answer:
    parked = reader.session.scalar(select(func.count()).select_from(Job).where(Job.parked_at.is_not(None))) or 0
    if not parked:
        return Answer(state="fine", says=_("Rien n’est resté en panne."))
    words = ngettext("%(n)s envoi ou travail abandonné après plusieurs essais.",
                     "%(n)s envois ou travaux abandonnés après plusieurs essais.", parked)  # fmt: skip
    return Answer(state="discuss", says=words)


OWN: Sequence[Check] = (
    Check(name="books", title=N_("Les comptes"), answer=_books),
    Check(name="jobs", title=N_("Les messages et les travaux de fond"), answer=_jobs),
)


def all_checks(reader: Reader) -> list[Looked]:
    """Every check with its answer, those of the core first; one that fails does not keep the others."""
    own = [Looked("", one, one.answer(reader)) for one in OWN]
    return own + [Looked(plugin, one, _asked(reader, plugin, one)) for plugin, one in reader.hooks.declarations.checks]


def _asked(reader: Reader, plugin: str, one: Check) -> Answer | None:
    with reader.hooks.drawing(plugin, reader) as may:
        return one.answer(reader) if may else None
    return None
