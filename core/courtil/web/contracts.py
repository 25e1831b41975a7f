"""One contract on screen and as PDF, cancelling it, ending it early; the farm's signatures."""

from datetime import date
from typing import Literal

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from courtil.documents import Document, Notes, SignatureBox, Signatures, render_html
from courtil.domain.fields import Day, FormModel, Required
from courtil.domain.money import format_euros
from courtil.domain.problems import NotFound
from courtil.domain.states import ContractState
from courtil.domain.words import FRENCH, N_, _, ngettext, spoken
from courtil.plugin.payloads import Reader as PluginReader
from courtil.services import access, contracts, countersigning
from courtil.services.contracts import Proof
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract, ContractLine
from courtil.store.people import Person
from courtil.web.attempts import attempt
from courtil.web.downloads import download
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.offers import help_page
from courtil.web.pages import SIGNED_IN, page
from courtil.web.render import moment, render
from courtil.web.request import client_address, path_int, url_of
from courtil.web.subscribing import document_of

PARTIES = {"member": N_("Pour le foyer"), "farm": N_("Pour la ferme")}
METHODS = {"account": N_("avec son compte"), "paper": N_("sur papier, saisi par l’association")}


class EndingData(FormModel):
    """When and why a contract ends early."""

    on: Day = Field(title=N_("Dernier jour où le foyer prend ses paniers"))
    effect: Literal["kept", "credited"] = Field(
        "credited", title=N_("Les paniers suivants"), json_schema_extra={"widget": "radio"}
    )
    reason: Required = Field(
        title=N_("Raison"), description=N_("Elle figure au journal. N’y parlez ni de santé, ni de revenus.")
    )


def _visible(request: Request, reader: Reader, permission: str = "contracts.read") -> Contract:
    return contracts.visible(reader, path_int(request, "contract_id"), permission)


@spoken(FRENCH)
def signed_document(reader: PluginReader, found: Contract) -> Document:
    """The signed text with both signatures and their evidence."""
    document = document_of(found.text)
    proofs = {proof.party: proof for proof in contracts.proofs(found)}
    boxes = tuple(_box(label, proofs.get(party)) for party, label in PARTIES.items())
    lines = [_("Empreinte du texte (SHA-256) : %(hash)s") % {"hash": found.text_hash}]
    lines += [f"{_(PARTIES[party])} : {proof.evidence_hash}" for party, proof in proofs.items()]
    blocks = (*document.blocks, Signatures(boxes=boxes), Notes(lines=tuple(lines)))
    name = f"contrat-{found.id}-{found.offer.name}"
    return document.model_copy(update={"blocks": blocks, "amap": amap_settings(reader).name, "filename": name})


def _box(label: str, proof: Proof | None) -> SignatureBox:
    if proof is None:
        return SignatureBox(label=_(label))
    words = {"at": moment(proof.signed_at), "how": _(METHODS.get(proof.method, proof.method))}
    return SignatureBox(label=_(label), name=proof.name, signed_at=_("Signé le %(at)s, %(how)s") % words)


def _lines_by_day(found: Contract) -> list[tuple[date, list[ContractLine]]]:
    days: dict[date, list[ContractLine]] = {}
    for line in found.lines:
        days.setdefault(line.delivery.distribution.day, []).append(line)
    return sorted(days.items())


@page("/contrat/{contract_id:int}", needs=SIGNED_IN)
def contract(request: Request, reader: Reader) -> Response:
    """The contract: its state, its baskets, its text and evidence. A draft goes on where it was left."""
    found = _visible(request, reader)
    if found.state == ContractState.DRAFT:
        return RedirectResponse(url_of(request, "subscribe_review", contract_id=found.id), status_code=303)
    return _contract_page(request, reader, found)


def _contract_page(request: Request, reader: Reader, found: Contract, problems: list[str] | None = None) -> Response:
    assert reader.actor is not None
    mine, writes = reader.allows("self.subscribe", found), reader.allows("contracts.write", found)
    article = render_html(signed_document(reader, found), level=3) if found.text else None
    return render(
        request, "contracts/contract.html", 422 if problems else 200, page_title=found.offer.name, contract=found,
        help_url=help_page(request, "contrats"), days=_lines_by_day(found), proofs=contracts.proofs(found),
        article=article, worth=contracts.worth(found),
        charges=[(one.label, format_euros(one.cents)) for one in found.charges],
        problems=problems or [], methods=METHODS, parties=PARTIES,
        may_cancel=(mine or writes) and contracts.may_cancel(found, reader.today),
        may_terminate=writes and contracts.may_terminate(found),
        may_sign=found.state == ContractState.SIGNED_MEMBER and reader.allows("contracts.countersign", found),
        may_restore=(mine or writes) and found.state == ContractState.CANCELLED and bool(found.signatures),
        may_resume=writes and found.state == ContractState.TERMINATED,
        reads_offer=reader.allows("contracts.read", found.offer),
        mine=reader.actor.household_id == found.household_id,
    )  # fmt: skip


@page("/contrat/{contract_id:int}.pdf", needs=SIGNED_IN)
def contract_pdf(request: Request, reader: Reader) -> Response:
    """The signed contract to keep or print."""
    found = _visible(request, reader)
    if not found.text:
        raise NotFound("text")
    return download(signed_document(reader, found), "pdf")


def _own_or_written(request: Request, unit: Unit) -> Contract:
    found = _visible(request, unit)
    if not unit.allows("self.subscribe", found):
        access.require(unit, "contracts.write", found)
    return found


@page("/contrat/{contract_id:int}/annuler", needs=SIGNED_IN, writes=True)
def cancel_contract(request: Request, unit: Unit, data: FormData) -> Response:
    """Cancel before the farm signs."""
    found = _own_or_written(request, unit)
    was_draft = found.state == ContractState.DRAFT
    if problems := attempt(unit, lambda: contracts.cancel(unit, found.id)):
        return _contract_page(request, unit, contracts.contract(unit, found.id), [p.message for p in problems])
    if was_draft:
        url = url_of(request, "subscribe", offer_id=found.offer_id, foyer=found.household_id)
        return redirect(request, url, _("Votre choix est effacé."))
    undo = url_of(request, "restore_contract", contract_id=found.id)
    return redirect(
        request, url_of(request, "contract", contract_id=found.id), _("Le contrat est annulé."), undo_url=undo
    )


@page("/contrat/{contract_id:int}/retablir", needs=SIGNED_IN, writes=True)
def restore_contract(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a cancellation or a termination back."""
    found = _own_or_written(request, unit)
    terminated = found.state == ContractState.TERMINATED
    if terminated:
        access.require(unit, "contracts.write", found)
    restore = contracts.resume if terminated else contracts.uncancel
    if problems := attempt(unit, lambda: restore(unit, found.id)):
        return _contract_page(request, unit, contracts.contract(unit, found.id), [p.message for p in problems])
    return redirect(request, url_of(request, "contract", contract_id=found.id), _("Le contrat est rétabli."))


def _ending_page(request: Request, found: Contract, form: Form[EndingData], status: int = 200) -> Response:
    value = form.value if not form.errors else None
    preview = contracts.termination(found, value.on, credit=value.effect == "credited") if value else None
    return render(
        request, "contracts/terminate.html", status, page_title=_("Résilier le contrat"), contract=found, form=form,
        help_url=help_page(request, "contrats"), preview=preview, value=value,
    )  # fmt: skip


def _ending_form(reader: Reader) -> Form[EndingData]:
    effects = [("credited", _("Sont rendus au foyer : il ne les paie pas")), ("kept", _("Restent payés à la ferme"))]
    return Form(EndingData, {"on": reader.today}, {"effect": effects})


def _endable(request: Request, reader: Reader) -> Contract:
    found = _visible(request, reader)
    access.require(reader, "contracts.write", found)
    return found


@page("/contrat/{contract_id:int}/resilier", needs="contracts.write")
def ending(request: Request, reader: Reader) -> Response:
    """Ask when and why a contract ends."""
    return _ending_page(request, _endable(request, reader), _ending_form(reader), 200)


@page("/contrat/{contract_id:int}/resilier/apercu", needs="contracts.write", posted=True)
def preview_ending(request: Request, reader: Reader, data: FormData) -> Response:
    """Show what the end changes before it is done; the reason stays out of addresses."""
    found, form = _endable(request, reader), _ending_form(reader)
    return _ending_page(request, found, form, 200 if form.read(data) else 422)


@page("/contrat/{contract_id:int}/resilier", needs="contracts.write", writes=True)
def terminate_contract(request: Request, unit: Unit, data: FormData) -> Response:
    """End the contract."""
    found, form = _endable(request, unit), _ending_form(unit)

    def end(value: EndingData) -> Contract:
        return contracts.terminate(unit, found.id, value.on, value.reason, credit=value.effect == "credited")

    if form.apply(unit, data, end):
        undo = url_of(request, "restore_contract", contract_id=found.id)
        return redirect(
            request, url_of(request, "contract", contract_id=found.id), _("Le contrat est résilié."), undo_url=undo
        )
    return _ending_page(request, contracts.contract(unit, found.id), form, 422)


@page("/ferme/contresigner", needs="contracts.countersign")
def countersign_list(request: Request, reader: Reader) -> Response:
    """Contracts that wait for the farm's signature."""
    return _waiting(request, reader)


def _waiting(request: Request, reader: Reader, problems: list[str] | None = None) -> Response:
    found = countersigning.waiting(reader, reader.seen("contracts.countersign", Contract))
    title = _("Contrats à contresigner")
    return render(request, "contracts/countersign.html", 422 if problems else 200, page_title=title,
                  help_url=help_page(request, "contrats"), contracts=found, problems=problems or [])  # fmt: skip


@page("/ferme/contresigner", needs="contracts.countersign", writes=True)
def countersign_contracts(request: Request, unit: Unit, data: FormData) -> Response:
    """Sign the ticked contracts, or one, for the farm."""
    texts = [text for text in data.getlist("contract") if isinstance(text, str)]
    keys = [int(text) for text in texts if text.isdecimal() and len(text) < 10]
    if not keys:
        return _waiting(request, unit, [_("Cochez au moins un contrat, puis signez.")])
    assert unit.actor is not None
    person = unit.get(Person, unit.actor.person_id)
    made: list[Contract] = []
    address = client_address(request)
    if problems := attempt(unit, lambda: made.extend(countersigning.countersign(unit, keys, person, address))):
        return _waiting(request, unit, [problem.message for problem in problems])
    message = ngettext("%(n)s contrat est contresigné.", "%(n)s contrats sont contresignés.", len(made))
    return redirect(request, url_of(request, "countersign_list"), message)
