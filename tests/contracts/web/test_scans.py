"""The scan of a contract on paper: joined, read and taken back on the contract's page, by whom it concerns."""

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, product_ids
from courtil.services import subscribing
from courtil.services.instance import Instance
from courtil.store.people import Person
from courtil_contracts.services import scans
from courtil_contracts.tables import ContractScan

PDF = b"%PDF-1.7\nsigned by hand"


@pytest.fixture
def member(with_contracts: Instance, world: World) -> Person:
    return world.person("member")


@pytest.fixture
def contract_id(with_contracts: Instance, member: Person) -> int:
    """Her paper, entered by the coordination."""
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], opened=True)
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        draft = subscribing.save_draft(unit, offer.id, member.household_id or 0, choice, by_hand=True)
        read = subscribing.reading(unit, draft.id, by_hand=True)
        person = unit.get(Person, member.id)
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person, method=subscribing.PAPER)
        return draft.id


def sent(client: TestClient, contract_id: int, content: bytes = PDF) -> int:
    """The status of the answer to a file."""
    files = {"file": ("papier signé <b>.pdf", content, "text/html")}
    return client.post(f"/x/contracts/contrat/{contract_id}/scans", files=files).status_code


def kept(instance: Instance) -> list[int]:
    with instance.reading() as reader:
        return [one.id for one in reader.session.query(ContractScan).order_by(ContractScan.id)]


def test_the_coordination_joins_the_scan_and_takes_it_back(world: World, contract_id: int) -> None:
    client = world.client_of(world.person("administrator"))
    page = f"/contrat/{contract_id}"
    assert "Ce contrat est signé sur papier" in client.get(page).text
    assert sent(client, contract_id) == 303
    (key,) = kept(world.instance)
    shown = client.get(page).text
    assert (f"/x/contracts/scans/{key}/fichier" in shown, "Ce contrat est signé sur papier" in shown) == (True, False)
    assert client.post(f"/x/contracts/scans/{key}/retirer").status_code == 303
    assert f"/x/contracts/scans/{key}/remettre" in client.get(page).text
    assert client.get(f"/x/contracts/scans/{key}/fichier").status_code == 404
    assert client.post(f"/x/contracts/scans/{key}/remettre").status_code == 303
    assert client.get(f"/x/contracts/scans/{key}/fichier").content == PDF


def test_the_file_comes_as_a_download_of_its_real_kind(world: World, contract_id: int, member: Person) -> None:
    sent(world.client_of(world.person("administrator")), contract_id)
    (key,) = kept(world.instance)
    answer = world.client_of(member).get(f"/x/contracts/scans/{key}/fichier")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="contrat-{contract_id}-scan-{key}.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choisissez d’abord le fichier"),
        (b"<script>alert(1)</script>", "ni un PDF, ni une photo"),
        (PDF + b"x" * scans.LARGEST, "dépasse 5 Mo"),
    ],
)
def test_what_is_no_scan_is_told_and_not_kept(world: World, contract_id: int, content: bytes, says: str) -> None:
    client = world.client_of(world.person("administrator"))
    assert sent(client, contract_id, content) == 303
    page = client.get(f"/contrat/{contract_id}").text
    assert (says in page, "Joindre le scan" in page) == (True, True)
    assert not kept(world.instance)


def test_nobody_else_joins_reads_or_takes_back(world: World, contract_id: int, member: Person) -> None:
    sent(world.client_of(world.person("administrator")), contract_id)
    (key,) = kept(world.instance)
    stranger = world.client_of(world.person("member", name="Nadia Macquart"))
    assert stranger.get(f"/x/contracts/scans/{key}/fichier").status_code == 404
    for client in (stranger, world.client_of(member)):
        assert sent(client, contract_id) == 404
        assert client.post(f"/x/contracts/scans/{key}/retirer").status_code == 404
    assert "Joindre le scan" not in world.client_of(member).get(f"/contrat/{contract_id}").text
    assert kept(world.instance) == [key]
