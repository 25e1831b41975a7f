"""A signed contract with its amendments as one document: on screen, on paper, and for ten years in the archive."""

from collections.abc import Sequence

from courtil.api import (
    ACCOUNT,
    FRENCH,
    N_,
    Contract,
    Document,
    Notes,
    Reader,
    Text,
    _,
    contract_document,
    moment,
    spoken,
    text_document,
)
from courtil_contracts.domain.amendments import BY_HAND, FARM, HOUSEHOLD
from courtil_contracts.services.amendments import Version, versions
from courtil_contracts.tables import ContractAcceptance

PARTIES = {HOUSEHOLD: N_("Accepté par le foyer"), FARM: N_("Accepté par la ferme")}
METHODS = {ACCOUNT: N_("avec son compte"), BY_HAND: N_("à sa demande, saisi par l’association")}


@spoken(FRENCH)
def document(reader: Reader, found: Contract) -> Document:
    """The signed text with its signatures, then each amendment with who agreed to it; without one, the contract."""
    whole = contract_document(reader, found)
    blocks = [block for one in versions(reader, found) for block in _blocks(one)]
    name = f"{whole.filename}-avenants" if blocks and whole.filename else whole.filename
    return whole.model_copy(update={"blocks": (*whole.blocks, *blocks), "filename": name})


def _blocks(version: Version) -> Sequence[Text | Notes]:
    said = text_document(version.amendment.text)
    texts = [block for block in said.blocks if isinstance(block, Text)]
    fingerprint = _("Empreinte de l’avenant (SHA-256) : %(hash)s") % {"hash": version.amendment.text_hash}
    return [
        Text(heading=said.title, paragraphs=(said.subtitle,)),
        *texts,
        Notes(lines=(*agreements(version), fingerprint)),
    ]


def agreements(version: Version) -> list[str]:
    """Who agreed, when and how, in a sentence for each party that has."""
    return [
        _agreement(_(label), version.accepted[party]) for party, label in PARTIES.items() if party in version.accepted
    ]


def _agreement(label: str, one: ContractAcceptance) -> str:
    words = {
        "party": label, "name": one.name or _("l’association"), "at": moment(one.at),
        "how": _(METHODS.get(one.method, one.method)),
    }  # fmt: skip
    return _("%(party)s : %(name)s, le %(at)s, %(how)s.") % words
