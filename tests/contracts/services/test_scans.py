"""Scans of contracts signed on paper: who joins them, what is taken, who reads them, what the archive keeps."""

import hashlib
import io
import zipfile
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from contracts.offers import an_offer, product_ids
from courtil.domain.access import Actor, Grant
from courtil.domain.problems import NotFound, Refused
from courtil.services import subscribing
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.operations import Job, LogEntry
from courtil_contracts.services import archive, scans
from courtil_contracts.services import privacy as kept
from courtil_contracts.tables import ContractScan
from subscriptions import a_person

PDF = b"%PDF-1.7\nsigned by hand"
JPEG = b"\xff\xd8\xff\xe0 page"


def on_paper(unit: Unit) -> tuple[int, int, int]:
    """(offer, contract, person) of a household whose paper a coordinator entered."""
    offer = an_offer(unit, "contracts.same", [1_900], opened=True, name="Légumes")
    person = a_person(unit)
    choice = {"quantities": {str(product_ids(offer)[0]): 1}}
    draft = subscribing.save_draft(unit, offer.id, person.household_id or 0, choice, by_hand=True)
    read = subscribing.reading(unit, draft.id, by_hand=True)
    subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person, method=subscribing.PAPER)
    unit.actor = Actor(a_person(unit).id, "Coordination", grants=frozenset({Grant(scans.WRITES)}))
    return offer.id, draft.id, person.id


def member(person_id: int, household_id: int | None) -> Actor:
    return Actor(person_id, "Ana", household_id, frozenset({Grant("self.read"), Grant("self.subscribe")}))


def shown(unit: Unit, contract_id: int) -> Sequence[str]:
    return [one.ending for one in scans.scans_of(unit, contract_id)]


def test_a_contract_on_paper_asks_for_its_scan_until_it_is_there(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _offer, key, _person = on_paper(unit)
        found = scans.held_contract(unit, key)
        assert scans.lacks_scan(unit, found)
        scan = scans.add(unit, key, PDF)
        assert scan.sha256 == hashlib.sha256(PDF).hexdigest()
        assert not scans.lacks_scan(unit, found)
        scans.add(unit, key, JPEG)
        assert shown(unit, key) == ["pdf", "jpg"]


def test_a_file_sent_twice_is_kept_once(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _offer, key, _person = on_paper(unit)
        assert scans.add(unit, key, PDF).id == scans.add(unit, key, PDF).id
        assert shown(unit, key) == ["pdf"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Choisissez d’abord le fichier"),
        (b"<html><script>", "ni un PDF, ni une photo"),
        (b"GIF89a", "ni un PDF, ni une photo"),
        (PDF + b"x" * scans.LARGEST, "dépasse 5 Mo"),
    ],
)
def test_what_is_no_scan_is_refused(with_contracts: Instance, content: bytes, message: str) -> None:
    with with_contracts.working() as unit:
        _offer, key, _person = on_paper(unit)
        with pytest.raises(Refused, match=message):
            scans.add(unit, key, content)
        assert not shown(unit, key)


def test_ten_files_are_the_most(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _offer, key, _person = on_paper(unit)
        for number in range(scans.MOST):
            scans.add(unit, key, PDF + bytes([number]))
        with pytest.raises(Refused, match="déjà 10 fichiers"):
            scans.add(unit, key, PDF)


def test_an_unsigned_contract_takes_no_scan(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], opened=True)
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        draft = subscribing.save_draft(unit, offer.id, a_person(unit).household_id or 0, choice)
        unit.actor = Actor(0, "Coordination", grants=frozenset({Grant(scans.WRITES)}))
        with pytest.raises(Refused, match="n’est pas signé"):
            scans.add(unit, draft.id, PDF)


def test_a_scan_is_taken_back_and_brought_back(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _offer, key, _person = on_paper(unit)
        scan = scans.add(unit, key, PDF)
        scans.remove(unit, scan.id)
        assert not shown(unit, key)
        with pytest.raises(NotFound):
            scans.readable(unit, scan.id)
        scans.restore(unit, scan.id)
        assert shown(unit, key) == ["pdf"]
        said = unit.all(select(LogEntry).where(LogEntry.kind == "ContractAmended").order_by(LogEntry.id))
    assert [one.payload["what"] for one in said] == ["scan joint", "scan retiré", "scan remis"]


def test_a_member_reads_her_own_and_joins_none(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _offer, key, person = on_paper(unit)
        scan = scans.add(unit, key, PDF)
        other = a_person(unit)
        home, strange = scans.held_contract(unit, key).household_id, other.household_id
    with with_contracts.working() as unit:
        unit.actor = member(person, home)
        assert scans.readable(unit, scan.id).content == PDF
        with pytest.raises(NotFound):
            scans.add(unit, key, JPEG)
        with pytest.raises(NotFound):
            scans.remove(unit, scan.id)
    with with_contracts.working() as unit:
        unit.actor = member(other.id, strange)
        with pytest.raises(NotFound):
            scans.readable(unit, scan.id)


def test_the_archive_keeps_the_scans_with_their_fingerprints(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, key, _person = on_paper(unit)
        scan = scans.add(unit, key, JPEG)
        packed = zipfile.ZipFile(io.BytesIO(archive.archive(unit, offer)))
    (name,) = (one for one in packed.namelist() if one.endswith(f"-{key}-scan-{scan.id}.jpg"))
    assert packed.read(name) == JPEG
    assert f"{hashlib.sha256(JPEG).hexdigest()}  {name}\n" in packed.read("empreintes.txt").decode()


def test_an_archive_that_is_asked_twice_is_printed_by_one_job(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer, _key, _person = on_paper(unit)
        archive.ask(unit, offer)
        archive.ask(unit, offer)
        assert unit.session.scalar(select(func.count()).where(Job.kind == archive.JOB, Job.done_at.is_(None))) == 1


def test_a_copy_of_her_data_names_the_paper_and_erasing_forgets_who_joined_it(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _offer, key, person = on_paper(unit)
        scan = scans.add(unit, key, PDF)
        scan.by_person_id = person
        unit.session.flush()
        records = [one for one in kept.records(person, unit) if one.title == "Scan d’un contrat sur papier"]
        assert [one.values["Contrat"] for one in records] == ["Légumes"]
        kept.forget(person, unit)
        unit.session.expire_all()
        assert unit.get(ContractScan, scan.id).by_person_id is None
