"""Mail about handovers and hazards: to the persons of the households concerned who have an address."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from courtil.api import N_, Person, Reader, Unit, ask_mail, long_day

if TYPE_CHECKING:
    from courtil_contracts.services.handovers import Handed

HOLD = timedelta(seconds=60)
"""Mail waits so long, for an undo to hold it back."""


def people_of(reader: Reader, household_id: int | None) -> Sequence[Person]:
    """The persons of a household who can be written to."""
    query = select(Person).where(
        Person.household_id == household_id, Person.email.is_not(None), Person.archived_at.is_(None)
    )
    return reader.all(query.order_by(Person.id))


def send(unit: Unit, household_id: int | None, subject: str, sentences: Sequence[str], group: str = "") -> None:
    """Write to everybody of a household; under a group it waits for a minute. French, whoever acted."""
    for person in people_of(unit, household_id):
        body = "\n\n".join([N_("Bonjour %(name)s,") % {"name": person.full_name}, *filter(None, sentences)])
        run_at = unit.now + HOLD if group else None
        ask_mail(unit, person.email or "", person.full_name, subject, body, run_at=run_at, group=group)


def _words(one: "Handed") -> Mapping[str, str]:
    return {"giver": one.giver, "taker": one.taker, "day": long_day(one.day, "fr"), "what": one.words}


def asked(unit: Unit, baskets: Sequence["Handed"]) -> None:
    """Ask the taker."""
    one = _offered(baskets)
    sentences = [N_("Le foyer %(giver)s vous propose son panier du %(day)s : %(what)s.") % _words(one)]
    if one.back is not None:
        day = {"day": long_day(one.back, "fr")}
        sentences.append(N_("En échange, il prendrait le vôtre du %(day)s.") % day)
    else:
        sentences.append(N_("C’est un don : il est déjà payé à la ferme, vous ne devez rien."))
    sentences += [one.note, N_("Répondez sur la page d’accueil de votre espace. Sans réponse, rien ne change.")]
    send(unit, one.taker_id, N_("Un panier vous est proposé"), sentences)


def answered(unit: Unit, baskets: Sequence["Handed"], *, accepted: bool) -> None:
    """Tell the giver."""
    one = _offered(baskets)
    if accepted:
        says = N_("Le foyer %(taker)s prend votre panier du %(day)s : vous n’avez pas à venir le chercher.")
        back = N_("En échange, vous prenez le sien du %(day)s.")
        more = [back % {"day": long_day(one.back, "fr")}] if one.back else []
        send(unit, one.giver_id, N_("Votre panier est pris"), [says % _words(one), *more])
        return
    says = N_("Le foyer %(taker)s ne prend pas votre panier du %(day)s : il reste à vous.")
    send(unit, one.giver_id, N_("Votre panier reste à vous"), [says % _words(one)])


def withdrawn(unit: Unit, baskets: Sequence["Handed"]) -> None:
    """Tell both that the handover does not take place after all."""
    if not baskets or not baskets[0].taker_id:
        return
    one = _offered(baskets)
    says = N_(
        "Le panier du foyer %(giver)s du %(day)s reste au foyer %(giver)s : ne tenez plus compte du message précédent."
    )
    mine = unit.actor.household_id if unit.actor else None
    for household in (one.giver_id, one.taker_id):
        if household != mine and not (one.asked and household == one.giver_id):
            send(unit, household, N_("Panier : finalement non"), [says % _words(one)])


def _offered(baskets: Sequence["Handed"]) -> "Handed":
    """Of the two baskets of an exchange, the one that was offered."""
    return next((one for one in baskets if one.back is not None), baskets[0])
