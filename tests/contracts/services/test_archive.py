"""The archive of an offer: every contract signed by both, printed once, with fingerprints that can be checked."""

import hashlib
import io
import zipfile

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, product_ids, signed_for
from courtil.services import countersigning
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil_contracts.services import archive
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
