"""The archive of an offer: every contract signed by both, printed once, with fingerprints that can be checked."""

import hashlib
import io
import zipfile

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from conftest import World
from contracts.changing import NewSeason
from contracts.offers import an_offer, product_ids, signed_for
from courtil.api import contract_document
from courtil.documents import render_html
from courtil.domain.access import Actor, Grant
from courtil.services import contracts, countersigning
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil_contracts.services import amended, amendments, archive
from courtil_contracts.services.archive import Progress
from courtil_contracts.tables import ContractFile


def signed_by_both(unit: Unit, offer: Offer, number: int) -> list[int]:
    choice = {"quantities": {str(product_ids(offer)[0]): 1}}
    keys = [signed_for(unit, offer.id, choice).id for _home in range(number)]
    farmer = unit.add(Person(first_name="Paul", last_name="Ferme", search="ferme"))
    countersigning.countersign(unit, keys, farmer)
    return keys


@pytest.fixture
def offer(with_contracts: Instance) -> Offer:
    """Seven contracts signed by both, one that waits for the farm."""
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], opened=True, name="Légumes")
        signed_by_both(unit, offer, 7)
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
    return offer


def run(instance: Instance) -> None:
    while instance.run_jobs():
        pass


def printed(instance: Instance, offer: Offer) -> Progress:
    with instance.reading() as reader:
        return archive.progress(reader, offer.id)


def test_the_worker_prints_them_a_few_at_a_time_and_each_once(
    with_contracts: Instance, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "AT_ONCE", 5)
    run(with_contracts)
    assert printed(with_contracts, offer) == Progress(7, 0, 1)
    with with_contracts.working() as unit:
        archive.print_some(unit, offer.id)
    assert printed(with_contracts, offer) == Progress(7, archive.AT_ONCE, 1)
    with with_contracts.working() as unit:
        archive.ask(unit, offer.id)
    run(with_contracts)
    assert printed(with_contracts, offer).is_complete
    with with_contracts.reading() as reader:
        assert reader.session.scalar(select(func.count()).select_from(ContractFile)) == 7


def test_the_archive_has_every_file_with_its_fingerprint(with_contracts: Instance, offer: Offer) -> None:
    with with_contracts.working() as unit:
        archive.ask(unit, offer.id)
    run(with_contracts)
    with with_contracts.reading() as reader:
        packed = zipfile.ZipFile(io.BytesIO(archive.archive(reader, offer.id)))
    listed = dict(reversed(line.split("  ")) for line in packed.read("empreintes.txt").decode().splitlines())
    assert len(listed) == 7
    for name, digest in listed.items():
        content = packed.read(name)
        assert content.startswith(b"%PDF")
        assert hashlib.sha256(content).hexdigest() == digest


def test_the_farm_and_the_coordination_have_it_and_nobody_else(
    with_contracts: Instance, offer: Offer, world: World
) -> None:
    page = f"/x/contracts/feuilles/archives/{offer.id}"
    farmer = world.client("farmer", farm_id=offer.farm_id, name="Paula Ferme")
    assert "attend la signature de la ferme" in farmer.get(page).text
    assert farmer.get(f"{page}/contrats.zip").status_code == 404
    asked = farmer.post(page)
    assert asked.status_code == 303
    assert "hx-get" in farmer.get(asked.headers["location"]).text
    run(with_contracts)
    assert "Télécharger l’archive" in farmer.get(page).text
    assert "Télécharger l’archive" in farmer.get(f"{page}/etat").text
    assert farmer.get(f"{page}/contrats.zip").content.startswith(b"PK")
    boss: TestClient = world.client("administrator", name="Ada Blanchot")
    assert boss.get(f"{page}/contrats.zip").status_code == 200
    stranger = world.client("member", name="Léa Autre")
    for address in (page, f"{page}/etat", f"{page}/contrats.zip"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(page).status_code == 404


def test_an_amended_contract_is_printed_again_with_its_amendments(new_season: NewSeason) -> None:
    season = new_season("absence")
    with season.instance.working() as unit:
        farmer = unit.add(Person(first_name="Paul", last_name="Ferme", search="ferme"))
        countersigning.countersign(unit, [season.contract_id, season.other_id], farmer)
        archive.print_some(unit, season.offer_id)
        assert archive.progress(unit, season.offer_id) == Progress(2, 2, 0)
    season.make("absence", 1)
    with season.instance.working() as unit:
        assert archive.progress(unit, season.offer_id) == Progress(2, 1, 0)
        assert len(archive.names(unit, season.offer_id)) == 1
        archive.print_some(unit, season.offer_id)
        assert archive.progress(unit, season.offer_id) == Progress(2, 2, 0)
        assert len(archive.names(unit, season.offer_id)) == 2
        [row] = [one.amendment for one in amendments.versions(unit, contracts.contract(unit, season.contract_id))]
        unit.actor = Actor(farmer.id, "Paul", grants=frozenset({Grant(amendments.ACCEPTS)}))
        amendments.accept(unit, [row.id], farmer)
        assert archive.progress(unit, season.offer_id) == Progress(2, 1, 0), "the farm agreed: that is printed as well"


def test_the_printed_contract_tells_each_amendment_who_agreed_and_its_fingerprint(new_season: NewSeason) -> None:
    season = new_season("absence")
    season.make("absence", 1)
    with season.instance.reading() as reader:
        found = contracts.contract(reader, season.contract_id)
        [version] = amendments.versions(reader, found)
        page = render_html(amended.document(reader, found))
    assert "Avenant n° 1 au contrat d’engagement « Légumes »" in page
    assert "Accepté par le foyer : l’association, le " in page
    assert version.amendment.text_hash in page
    assert found.text_hash in page


def test_a_contract_without_amendments_is_printed_as_it_was_signed(new_season: NewSeason) -> None:
    season = new_season("absence")
    with season.instance.reading() as reader:
        found = contracts.contract(reader, season.contract_id)
        assert amended.document(reader, found) == contract_document(reader, found)
