"""« Mes données »: everything kept about one person, for machines (JSON) and for her (a page to read)."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.inspection import inspect
from sqlalchemy.orm import joinedload, selectinload

from courtil.documents import Block, Column, Document, Field, Fields, Group, Notes, Table, render_html
from courtil.domain.words import N_, _, language
from courtil.plugin.hooks import Hooks
from courtil.plugin.payloads import PersonalRecord
from courtil.services import extensions, people, roles
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader
from courtil.store.books import Payment
from courtil.store.contracts import Contract, ContractLine, Signature
from courtil.store.deliveries import Delivery
from courtil.store.offers import OfferProduct
from courtil.store.operations import LogEntry
from courtil.store.people import Person
from courtil.store.signin import Session

SECRET = frozenset({"password_hash", "token_hash", "search", "version", "form_key", "flash"})
Record = dict[str, Any]


def personal_archive(reader: Reader, person_id: int) -> bytes:
    """A ZIP with `donnees.json` and `lisez-moi.html`. Of other persons of the household it holds the names only."""
    data = personal_data(reader, person_id)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("donnees.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("lisez-moi.html", _readable(data))
    return content.getvalue()


def personal_data(reader: Reader, person_id: int) -> Record:
    """Everything kept about the person, as plain values; secrets and columns for searching are left out.

    `sans_reponse` names the plugins whose tables cannot be read: they are not installed any more, or broken.
    """
    person = reader.get(Person, person_id)
    hooks, silent = reader.everybody()
    home = people.household(reader, person.household_id) if person.household_id else None
    contracts = _contracts(reader, home.id) if home else []
    return {
        "amap": amap_settings(reader).name,
        "date": reader.today.isoformat(),
        "personne": _record(person) | {"mot_de_passe": bool(person.password_hash)},
        "foyer": _record(home) | {"personnes": [p.full_name for p in home.persons]} if home else None,
        "roles": [{"role": g.role.label, "ferme": g.farm_id} for g in roles.grants_of(reader, person.id)],
        "contrats": [_contract(contract, person.id) for contract in contracts],
        "paiements": [_record(payment) for payment in _payments(reader, [c.id for c in contracts])],
        "sessions": [_record(session) for session in _sessions(reader, person.id)],
        "journal": _log(reader, person, contracts),
        "greffons": [
            {"greffon": _(hooks.labels.get(plugin, plugin)), "titre": record.title, "valeurs": record.values}
            for plugin, record in _kept_by_plugins(reader, hooks, person)
        ],
        "sans_reponse": sorted(silent),
    }


def _kept_by_plugins(reader: Reader, hooks: Hooks, person: Person) -> list[tuple[str, PersonalRecord]]:
    """What their tables say, and what their models keep of her and her household."""
    told = [*hooks.personal_data(person.id, reader), *extensions.personal_records(reader, hooks, person)]
    return sorted(told, key=itemgetter(0))


def _contracts(reader: Reader, household_id: int) -> Sequence[Contract]:
    lines = selectinload(Contract.lines)
    query = (
        select(Contract)
        .where(Contract.household_id == household_id)
        .order_by(Contract.id)
        .options(
            joinedload(Contract.offer),
            selectinload(Contract.charges),
            selectinload(Contract.signatures),
            selectinload(Contract.instalments),
            lines.joinedload(ContractLine.offer_product).joinedload(OfferProduct.product),
            lines.joinedload(ContractLine.delivery).joinedload(Delivery.distribution),
        )
    )
    return reader.all(query)


def _contract(contract: Contract, person_id: int) -> Record:
    return _record(contract) | {
        "nom": contract.offer.name,
        "lignes": [_line(line) for line in contract.lines],
        "charges": [_record(charge) for charge in contract.charges],
        "signatures": [_signature(signature, person_id) for signature in contract.signatures],
        "echeances": [_record(instalment) for instalment in contract.instalments],
    }


def _signature(signature: Signature, person_id: int) -> Record:
    """Her own signature with its evidence; of somebody else's the party, the name and the date."""
    if signature.person_id == person_id:
        return _record(signature)
    return {"party": signature.party, "name": signature.name, "signed_at": _plain(signature.signed_at)}


def _line(line: ContractLine) -> Record:
    named = {"produit": line.offer_product.product.name, "jour": _plain(line.delivery.distribution.day)}
    return named | _record(line)


def _payments(reader: Reader, contract_ids: Iterable[int]) -> Sequence[Payment]:
    return reader.all(select(Payment).where(Payment.contract_id.in_(list(contract_ids))).order_by(Payment.id))


def _sessions(reader: Reader, person_id: int) -> Sequence[Session]:
    return reader.all(select(Session).where(Session.person_id == person_id).order_by(Session.id))


def _log(reader: Reader, person: Person, contracts: Sequence[Contract]) -> list[Record]:
    """What concerns her, and when she did something else: what that was concerns others."""
    own = {f"person:{person.id}", f"household:{person.household_id}", *(f"contract:{c.id}" for c in contracts)}
    query = select(LogEntry).where(or_(LogEntry.person_id == person.id, LogEntry.subject.in_(own)))
    return [_log_record(entry, own) for entry in reader.all(query.order_by(LogEntry.id))]


def _log_record(entry: LogEntry, own: set[str]) -> Record:
    told = entry.sentence if entry.subject in own else entry.kind
    return {"date": _plain(entry.at), "par": entry.person_name, "fait": told}


def _record(row: Any) -> Record:
    """The columns of a row as plain values."""
    names = [column.key for column in inspect(type(row)).column_attrs if column.key not in SECRET]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _readable(data: Record) -> str:
    """A page that opens in any browser, without our style sheets."""
    title = _("Mes données")
    head = f'<!doctype html><html lang="{language()}"><meta charset="utf-8"><title>{title}</title>'
    return f"{head}{render_html(_document(data))}</html>"


def _document(data: Record) -> Document:
    blocks: list[Block] = [_facts(_("Personne"), data["personne"])]
    if data["foyer"]:
        blocks.append(_facts(_("Foyer"), data["foyer"]))
    blocks += [
        _list(_("Rôles"), data["roles"], {"role": _("Rôle")}),
        _list(_("Contrats"), data["contrats"], {"nom": _("Contrat"), "state": _("État"), "total_cents": _("Total")}),
        _list(
            _("Paiements"), data["paiements"], {"received_on": _("Reçu le"), "cents": _("Montant"), "state": _("État")}
        ),
        _list(_("Appareils"), data["sessions"], {"created_at": _("Depuis"), "device": _("Navigateur")}),
        _list(_("Journal"), data["journal"], {"date": _("Date"), "par": _("Par"), "fait": _("Ce qui a été fait")}),
        *_of_plugins(data["greffons"]),
    ]
    if data["sans_reponse"]:
        said = _("Ces greffons n’ont pas pu dire ce qu’ils gardent : %(names)s.")
        blocks.append(Notes(lines=(said % {"names": ", ".join(data["sans_reponse"])},)))
    return Document(title=_("Mes données"), subtitle=data["date"], amap=data["amap"], blocks=tuple(blocks))


def _of_plugins(records: Sequence[Record]) -> list[Block]:
    """One table a plugin, with a heading for each thing it keeps."""
    columns = Column(label=_("Donnée")), Column(label=_("Valeur"))
    return [
        Table(caption=label, columns=columns, groups=tuple(_group(record) for record in mine))
        for label, mine in groupby(records, key=itemgetter("greffon"))
    ]


def _group(record: Record) -> Group:
    rows = tuple((name, _words(value)) for name, value in record["valeurs"].items())
    return Group(heading=record["titre"], rows=rows)


def _facts(heading: str, record: Record) -> Fields:
    pairs = tuple(Field(label=_(_LABELS.get(key, key)), value=_words(value)) for key, value in record.items())
    return Fields(heading=heading, pairs=pairs)


def _list(caption: str, records: Sequence[Record], columns: Mapping[str, str]) -> Table:
    cells = tuple(tuple(_cell(key, record[key]) for key in columns) for record in records)
    shown = tuple(Column(label=label, kind=_kind(key)) for key, label in columns.items())
    return Table(caption=caption, columns=shown, rows=cells)


def _kind(key: str) -> Any:
    return "cents" if key.endswith("cents") else "text"


def _cell(key: str, value: Any) -> Any:
    return value if _kind(key) == "cents" else _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return ", ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)


_LABELS: Mapping[str, str] = {
    "id": N_("Numéro"), "first_name": N_("Prénom"), "last_name": N_("Nom"), "email": N_("Adresse e-mail"),
    "name": N_("Nom"), "other_email": N_("Autre adresse e-mail"), "phone": N_("Téléphone"),
    "other_phone": N_("Autre téléphone"), "city": N_("Commune"), "position": N_("Rang dans le foyer"),
    "shares_contact": N_("Coordonnées montrées aux membres"), "address": N_("Adresse"),
    "archived_at": N_("Archivé le"), "mot_de_passe": N_("Mot de passe enregistré"), "postal_code": N_("Code postal"),
    "note": N_("Note de la coordination"), "joined_on": N_("Dans l’AMAP depuis"), "left_on": N_("Parti le"),
    "personnes": N_("Personnes"), "household_id": N_("Numéro du foyer"),
}  # fmt: skip
"""What the columns are called."""
