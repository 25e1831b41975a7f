"""The pack for an inspection: signed contracts, what was received by then, and nobody's difficulty."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from contracts.changing import a_changeable_offer, a_contract, deliveries_of
from contracts.services.seasons import (
    COORDINATION,
    FARMER,
    FIRST,
    csv,
    delivery_on,
    numbers,
    somebody,
    vegetables,
)
from courtil.api import Contract, Delivery, Household, Offer, Signature
from courtil.services import payments, signin
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil_contracts.services import changes, sheets
from courtil_contracts.services.changes import Wish


def paid(unit: Unit, name: str, cents: int, day: date, method: str = "cheque") -> int:
    contract = unit.one(select(Contract).join(Household).where(Household.name == name))
    data = payments.PaymentData.model_validate({"cents": "1", "method": method, "received_on": day.isoformat()})
    return payments.note(unit, contract.id, data.model_copy(update={"cents": cents}), f"{name}-{cents}-{day}").id


def evening_with_payments(unit: Unit) -> tuple[Offer, int]:
    """Zola paid before the evening, by transfer and by a cheque that came after it; Ébrard's cheque came back."""
    offer = vegetables(unit)
    paid(unit, "Zola", 5000, date(2026, 11, 10), "transfer")
    paid(unit, "Zola", 1000, date(2026, 11, 12))
    paid(unit, "Zola", 1500, date(2026, 11, 28))
    payments.bounce(unit, paid(unit, "Ébrard", 3750, date(2026, 11, 10)))
    first = unit.one(select(Contract).join(Household).where(Household.name == "Zola"))
    unit.add(
        Signature(
            contract_id=first.id, party="farm", person_id=1, name="Paula", method="test", text_hash="",
            evidence_hash="", signed_at=datetime(2026, 11, 15, 23, 30, tzinfo=UTC),
        )
    )  # fmt: skip
    return offer, delivery_on(unit, offer, FIRST).distribution_id


NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


def test_each_article_of_the_pack_has_its_contract_and_its_signatures(with_contracts: Instance) -> None:
    with with_contracts.working(now=NOW) as unit:
        _offer, evening = evening_with_payments(unit)
        unit.actor = somebody(*COORDINATION)
        document = sheets.inspection(unit, evening)
        rows = {row[0]: row for row in numbers(document.tables[0])}
        zola = unit.one(select(Contract.id).join(Household).where(Household.name == "Zola"))
        assert list(rows) == ["Ébrard", "Lantier", "Zola"]
        assert rows["Zola"][1:] == (
            "1\u00a0×\u00a0Panier, 2\u00a0×\u00a0Œufs", zola, date(2026, 11, 29), date(2026, 11, 16),
        ), "a signature of half past midnight counts for that day, at the AMAP"  # fmt: skip
        assert rows["Lantier"][4] is None
        facts = {pair.label: pair.value for block in document.blocks if block.block == "fields" for pair in block.pairs}
        assert facts == {"Contrats": 3, "Signés par le foyer et par la ferme": 1}


def test_the_pack_says_what_was_received_by_then_and_never_what_is_missing(with_contracts: Instance) -> None:
    with with_contracts.working(now=NOW) as unit:
        _offer, evening = evening_with_payments(unit)
        unit.actor = somebody(*COORDINATION)
        document = sheets.inspection(unit, evening)
        zola = unit.one(select(Contract.id).join(Household).where(Household.name == "Zola"))
        articles, received, by_farm = document.tables
        assert numbers(received) == [(zola, "Chèque, en 1 fois", "10/11/2026, 12/11/2026", 6000, 5000)]
        assert by_farm.rows == (("Trois-Chênes", 3, 6000, 5000),)
        assert {column.kind for column in articles.columns} == {"text", "number", "date"}
        assert "Foyer" not in [column.label for column in received.columns], "a payment goes by its contract's number"
        text = csv(document).lower()
        assert not [word for word in ("retard", "impayé", "reste", "dû", "manqu", "37,50") if word in text]


def test_the_pack_of_a_farm_has_sums_only(with_contracts: Instance) -> None:
    with with_contracts.working(now=NOW) as unit:
        offer, evening = evening_with_payments(unit)
        unit.actor = somebody(*FARMER, farm_id=offer.farm_id)
        articles, by_farm = sheets.inspection(unit, evening).tables
        assert len(numbers(articles)) == 3
        assert by_farm.rows == (("Trois-Chênes", 3, 6000, 5000),)


def test_the_pack_without_the_right_to_read_payments_says_nothing_of_them(with_contracts: Instance) -> None:
    with with_contracts.working(now=NOW) as unit:
        _offer, evening = evening_with_payments(unit)
        unit.actor = somebody("contracts.read")
        document = sheets.inspection(unit, evening)
        assert [table.caption for table in document.tables] == ["Articles et contrats"]


def test_the_pack_lists_what_was_amended_by_then_with_who_agreed(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer_id = a_changeable_offer(unit, "absence")
        key, person = a_contract(unit, offer_id, "Lantier")
        first, second, *_others = deliveries_of(unit, key)
        unit.actor = signin.actor_for(unit, person)
        changes.make(unit, key, Wish("absence", second))
        farm_id = unit.get(Offer, offer_id).farm_id
        unit.actor = somebody(*COORDINATION, farm_id=farm_id)
        evening = unit.get(Delivery, first).distribution_id
        tables = {one.caption: one for one in sheets.inspection(unit, evening).tables}
        assert numbers(tables["Avenants"]) == [(key, 1, unit.today, unit.today, None)]
