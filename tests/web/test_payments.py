"""Pages about payments: noting is quick and cannot happen twice, others' farms do not exist, sums are shown."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.states import PaymentState
from courtil.services import payments
from courtil.store.books import Payment
from courtil.store.contracts import Contract
from courtil.testing.factories import a_farm, a_household, an_offer
from courtil.testing.queries import counted
from treasury import BASKETS, TOTAL, noted, signed


@pytest.fixture
def contract(world: World) -> tuple[int, int]:
    """A signed contract of the household Lantier: its id and its farm's."""
    with world.instance.working() as unit:
        found = signed(unit)
        return found.id, found.offer.farm_id


def typed(client: TestClient, contract_id: int, **changes: str) -> dict[str, str]:
    """The form as the contract's page gives it."""
    page = client.get(f"/contrat/{contract_id}/paiements").text
    found = re.search(r'name="form_key" value="([^"]+)"', page)
    assert found
    return {
        "form_key": found[1],
        "cents": "20,00",
        "method": "cheque",
        "received_on": "",
        "instalment_id": "",
        **changes,
    }


def today(world: World) -> str:
    with world.instance.reading() as reader:
        return reader.today.isoformat()


def noted_payments(world: World) -> list[Payment]:
    with world.instance.reading() as reader:
        return list(reader.all(select(Payment).order_by(Payment.id)))


def test_a_cheque_is_noted_from_the_list_and_the_list_moves_on(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    page = client.get("/paiements").text
    assert "Lantier" in page
    assert 'value="20,00"' in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    sent = client.post(f"/contrat/{contract[0]}/paiements", data={**form, "cents": "20", "reference": "4217"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/paiements")
    after = client.get("/paiements").text
    assert "c’est noté" in after
    assert f"/paiement/{noted_payments(world)[0].id}/annuler" in after
    assert "40,00" in after
    [payment] = noted_payments(world)
    assert (payment.cents, payment.reference, payment.instalment_id) == (2_000, "4217", int(form["instalment_id"]))


def test_a_double_tap_and_a_reload_are_one_payment(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    form = typed(client, contract[0], received_on=today(world))
    for _ in range(3):
        assert client.post(f"/contrat/{contract[0]}/paiements", data=form).status_code == 303
    assert len(noted_payments(world)) == 1


def test_a_wrong_amount_is_refused_beside_its_field_and_keeps_what_was_typed(
    world: World, contract: tuple[int, int]
) -> None:
    client = world.client("treasurer")
    for cents, words in (("60,01", "il reste 60,00"), ("0,005", "12,50"), ("-3", "dépasser zéro"), ("१२", "12,50")):
        form = typed(client, contract[0], cents=cents, received_on=today(world), reference="4217")
        answer = client.post(f"/contrat/{contract[0]}/paiements", data=form)
        assert answer.status_code == 422
        assert words in answer.text.replace("\xa0", " ")
        assert "4217" in answer.text
        assert form["form_key"] in answer.text
    assert noted_payments(world) == []


def test_an_amount_in_french_is_read(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    client.post(
        f"/contrat/{contract[0]}/paiements", data=typed(client, contract[0], cents=" 12,5 € ", received_on="24/11/2026")
    )
    assert [p.cents for p in noted_payments(world)] == [1_250]


def test_what_was_noted_by_mistake_is_undone_and_the_undo_too(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    client.post(f"/contrat/{contract[0]}/paiements", data=typed(client, contract[0], received_on=today(world)))
    [payment] = noted_payments(world)
    for step, state in (("annuler", PaymentState.CANCELLED), ("retablir", PaymentState.RECEIVED)):
        assert client.post(f"/paiement/{payment.id}/{step}").status_code == 303
        assert noted_payments(world)[0].state is state


def test_a_page_that_somebody_else_made_old_is_refused(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    with world.instance.working() as unit:
        payment = noted(unit, unit.get(Contract, contract[0]))
        seen = payment.version
        payments.hand_over(unit, [payment.id], unit.today)
    answer = client.post(f"/paiement/{payment.id}/impaye", data={"version": str(seen)})
    assert answer.status_code == 409
    assert noted_payments(world)[0].state is PaymentState.HANDED


def test_cheques_are_ticked_counted_handed_over_and_taken_back(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    with world.instance.working() as unit:
        found = unit.get(Contract, contract[0])
        now = noted(unit, found)
        plan = payments.schedule(unit, found.id)
        later = noted(unit, found, key="k2", instalment_id=plan.dues[2].instalment_id)
    page = client.get("/paiements/remise").text
    assert re.search(rf'value="{now.id}" checked', page)
    assert not re.search(rf'value="{later.id}" checked', page)
    check = client.get(f"/paiements/remise/verifier?payment_id={now.id}&payment_id={later.id}").text
    assert "Remettre 2 chèques à la ferme" in check
    assert "40,00" in check
    form = {"payment_id": [str(now.id), str(later.id)], "farm_id": str(contract[1]), "on": today(world)}
    for words in ("2 paiements remis", "déjà remis"):
        assert client.post("/paiements/remise", data=form).status_code == 303
        assert words in client.get(f"/paiements/remise?farm_id={contract[1]}").text
    slip = f"/paiements/remise/{contract[1]}/{today(world)}"
    assert "40,00" in client.get(slip).text
    for extension, kind in (("pdf", "application/pdf"), ("xlsx", "application/vnd"), ("csv", "text/csv")):
        answer = client.get(f"{slip}.{extension}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
    back = client.post(f"/paiements/remise/reprendre?farm_id={contract[1]}&ids={now.id}-{later.id}")
    assert back.status_code == 303
    assert {p.state for p in noted_payments(world)} == {PaymentState.RECEIVED}


def test_a_referent_of_another_farm_meets_nothing_of_this_one(world: World, contract: tuple[int, int]) -> None:
    with world.instance.working() as unit:
        payment = noted(unit, unit.get(Contract, contract[0]))
        other = a_farm(unit, "Le Fournil", BASKETS).id
    client = world.client("referent", farm_id=other, name="Réf Érente")
    assert "Lantier" not in client.get("/paiements").text
    assert "Trois-Chênes" not in client.get("/paiements/fermes").text
    assert "Lantier" not in client.get("/paiements/collecte.csv").text
    day = today(world)
    for path in (
        f"/contrat/{contract[0]}/paiements", f"/paiements/remise?farm_id={contract[1]}",
        f"/paiements/remise/{contract[1]}/{day}", f"/paiements/remise/{contract[1]}/{day}.csv",
    ):  # fmt: skip
        assert client.get(path).status_code == 404
    form = {"form_key": "x", "cents": "1", "method": "cheque", "received_on": day}
    assert client.post(f"/contrat/{contract[0]}/paiements", data=form).status_code == 404
    for step in ("annuler", "impaye", "retablir"):
        assert client.post(f"/paiement/{payment.id}/{step}").status_code == 404
    assert client.post("/paiements/remise", data={"payment_id": str(payment.id), "on": day}).status_code == 404
    assert len(noted_payments(world)) == 1


@pytest.mark.parametrize("role", ["member", "distribution", "farmer"])
def test_payments_of_households_are_not_for_everybody(world: World, contract: tuple[int, int], role: str) -> None:
    client = world.client(role, farm_id=contract[1])
    for path in ("/paiements", "/paiements/fermes", "/paiements/remise", f"/contrat/{contract[0]}/paiements"):
        assert client.get(path).status_code == 403


def test_sums_by_farm_add_up(world: World, contract: tuple[int, int]) -> None:
    with world.instance.working() as unit:
        noted(unit, unit.get(Contract, contract[0]))
        signed(unit, an_offer(unit, farm=a_farm(unit, "Le Fournil", BASKETS)), a_household(unit, "Abel"))
    page = world.client("treasurer").get("/paiements/fermes").text.replace("\xa0", " ")
    assert page.index("Trois-Chênes") < page.index("Le Fournil")
    assert "120,00 €" in page
    assert "100,00 €" in page


def test_treasurers_are_told_that_the_books_agree_or_not(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    assert "concordent au centime près" in client.get("/paiements").text
    with world.instance.working() as unit:
        unit.get(Contract, contract[0]).total_cents += 1
    assert "ne concordent pas" in client.get("/paiements").text
    assert "concordent" not in world.client("referent", farm_id=contract[1], name="Réf Érente").get("/paiements").text


def test_without_anything_each_page_tells_the_first_step(world: World) -> None:
    client = world.client("treasurer")
    for path, words in (
        ("/paiements", "Un contrat signé apparaît ici"), ("/paiements?q=zz", "Aucun paiement attendu avec ces choix"),
        ("/paiements/remise", "Aucune ferme"), ("/paiements/fermes", "Aucun contrat signé"),
        ("/paiements/remise/verifier", "Aucun paiement coché"), ("/paiements/collecte.csv", ""),
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200
        assert words in answer.text


@pytest.mark.parametrize(
    "path",
    ["/contrat/999/paiements", "/paiements/remise?farm_id=999", "/paiements/remise/1/hier", "/paiements/remise/1/2026-11-26.exe",
     "/paiements/remise/verifier?payment_id=x", "/paiements/collecte.exe"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(world: World, path: str) -> None:
    with world.instance.working() as unit:
        signed(unit)
    assert world.client("treasurer").get(path).status_code == 404


def test_searching_shows_literal_matches_and_never_breaks(world: World, contract: tuple[int, int]) -> None:
    client = world.client("treasurer")
    assert "Lantier" in client.get("/paiements", params={"q": "lant"}).text
    for text in ("' OR 1=1 --", "%%", "_x_", "\\", "\x00z", "z" * 10_000):
        answer = client.get("/paiements", params={"q": text, "page": "99", "farm_id": "-1", "season_id": "9" * 30})
        assert answer.status_code == 200


def test_pages_ask_the_database_the_same_for_five_and_sixty_contracts(world: World) -> None:
    client = world.client("treasurer")
    with world.instance.working() as unit:
        offer = an_offer(unit, products=BASKETS)
        for number in range(5):
            contract = signed(unit, offer, a_household(unit, f"Foyer {number}"))
        noted(unit, contract)
    paths = ("/paiements", "/paiements/fermes", f"/paiements/remise?farm_id={offer.farm_id}", "/paiements/collecte.csv",
             f"/contrat/{contract.id}/paiements")  # fmt: skip
    few = [asked(world, client, path) for path in paths]
    with world.instance.working() as unit:
        for number in range(5, 60):
            noted(unit, signed(unit, offer, a_household(unit, f"Foyer {number}")), key=f"n{number}")
    many = [asked(world, client, path) for path in paths]
    assert few == many
    assert max(few) <= 15


def asked(world: World, client: TestClient, path: str) -> int:
    with counted(world.instance) as sent:
        assert client.get(path).status_code == 200
    return len(sent)


def test_late_payments_can_be_looked_at_alone(world: World) -> None:
    with world.instance.working() as unit:
        offer = an_offer(unit, products=BASKETS)
        signed(unit, offer, a_household(unit, "Abel"), due=[unit.today + timedelta(days=3)])
        signed(unit, offer, a_household(unit, "Tardif"), due=[unit.today - timedelta(days=3)])
    client = world.client("treasurer")
    page = client.get("/paiements").text
    assert page.index("Tardif") < page.index("Abel")
    late = client.get("/paiements?late=1").text
    assert "Tardif" in late
    assert "Abel" not in late
    assert TOTAL == 6_000
