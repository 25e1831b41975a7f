"""Kinds of contract: what choices cost at each rhythm, date by date, by the month or on account, and what is refused."""

from datetime import timedelta

import pytest

from contracts.offers import an_offer, open_, product_ids, quoted, signed_for, write_terms
from courtil.domain.problems import Refused
from courtil.services import contracts, payments
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.offers import Offer
from courtil.testing.clock import Clock
from subscriptions import a_person


def home(unit: Unit) -> int:
    return a_person(unit).household_id or 0


def same(
    offer: Offer, *quantities: int, rhythms: dict[int, str] | None = None, fees: tuple[int | str, ...] = ()
) -> dict[str, object]:
    keys = product_ids(offer)
    return {
        "quantities": dict(zip(map(str, keys), quantities, strict=False)),
        "rhythms": {str(keys[position]): rhythm for position, rhythm in (rhythms or {}).items()},
        "fees": list(fees),
    }


class TestSame:
    kind = "contracts.same"

    def test_every_time_by_default(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [900], number=25)
            asked = quoted(unit, offer.id, same(offer, 1), home(unit))
        assert (asked.total, len(asked.lines)) == (22_500, 25)

    def test_two_households_one_week_in_two_share_all_dates_an_odd_number_included(
        self, with_contracts: Instance
    ) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [1_900], number=49)
            key = product_ids(offer)[0]
            write_terms(unit, offer, products=[{"offer_product_id": key, "rhythms": ["every", "first", "second"]}])
            first = quoted(unit, offer.id, same(offer, 1, rhythms={0: "first"}), home(unit))
            second = quoted(unit, offer.id, same(offer, 1, rhythms={0: "second"}), home(unit))
        assert (first.total, second.total) == (25 * 1_900, 24 * 1_900)
        assert not {line.delivery_id for line in first.lines} & {line.delivery_id for line in second.lines}

    def test_a_rhythm_that_is_not_offered_is_refused(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [900], opened=True)
            asked = quoted(unit, offer.id, same(offer, 1, rhythms={0: "first"}), home(unit))
        assert [problem.message for problem in asked.problems] == ["Choisissez un des rythmes proposés."]

    def test_a_trial_stops_after_its_baskets(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [1_900], number=20)
            write_terms(unit, offer, products=[{"offer_product_id": product_ids(offer)[0], "deliveries": 12}])
            assert quoted(unit, offer.id, same(offer, 1), home(unit)).total == 12 * 1_900

    def test_a_price_for_the_whole_contract_is_paid_once_and_its_baskets_cost_nothing(
        self, with_contracts: Instance
    ) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [11_500], number=4)
            write_terms(unit, offer, products=[{"offer_product_id": product_ids(offer)[0], "per": "contract"}])
            open_(unit, offer.id)
            found = signed_for(unit, offer.id, same(offer, 2))
            assert (found.total_cents, [line.unit_cents for line in found.lines]) == (23_000, [0, 0, 0, 0])
            assert [(one.label, one.cents) for one in found.charges] == [("2 × Produit 1", 23_000)]

    def test_a_share_is_paid_by_the_month(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [1_000])
            write_terms(unit, offer, months=10, products=[{"offer_product_id": product_ids(offer)[0], "per": "month"}])
            assert quoted(unit, offer.id, same(offer, 1), home(unit)).total == 10_000

    def test_a_month_without_a_length_of_the_contract_is_refused(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [1_000])
            with pytest.raises(Refused, match="combien de mois"):
                write_terms(unit, offer, products=[{"offer_product_id": product_ids(offer)[0], "per": "month"}])

    def test_who_joins_late_pays_the_deliveries_that_are_left(self, with_contracts: Instance, clock: Clock) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [10_000, 2_100], number=4)
            share, chicken = product_ids(offer)
            weighed = {"offer_product_id": chicken, "kg_cents": 1_350, "usual_grams": 1_800}
            products = [{"offer_product_id": share, "per": "contract", "prorated": True}, weighed]
            write_terms(unit, offer, products=products)
            asked = quoted(unit, offer.id, same(offer, 2), home(unit))
        assert [tuple(one) for one in asked.charges] == [("2 × Produit 1", 20_000)]
        assert "« Produit 2 » pèse d’habitude 1,800 kg, soit 24,30\u00a0€." in asked.clauses
        clock.forward(days=7)
        with with_contracts.working() as unit:
            asked = quoted(unit, offer.id, same(offer, 2), home(unit))
        assert [tuple(one) for one in asked.charges] == [("2 × Produit 1, livraisons restantes : 3 sur 4", 15_000)]

    def test_a_fee_inserted_above_does_not_change_what_was_chosen(self, with_contracts: Instance) -> None:
        ready = {"label": "Préparation", "cents": 50, "per": "delivery", "optional": True}
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [900], number=10)
            write_terms(unit, offer, fees=[ready])
            for fees in ([ready], [{"label": "Bocaux", "cents": 1_000, "optional": True}, ready]):
                write_terms(unit, offer, fees=fees)
                assert quoted(unit, offer.id, same(offer, 1, fees=("Préparation",)), home(unit)).total == 9_500
            assert quoted(unit, offer.id, same(offer, 1, fees=(1,)), home(unit)).total == 9_500

    def test_fees_are_told_apart_and_optional_ones_are_chosen(self, with_contracts: Instance) -> None:
        fees = [
            {"label": "Forfait", "cents": 150},
            {"label": "Panier prêt", "cents": 70, "per": "basket", "optional": True},
        ]
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [230], number=20)
            write_terms(unit, offer, fees=fees)
            plain = quoted(unit, offer.id, same(offer, 4), home(unit))
            ready = quoted(unit, offer.id, same(offer, 1, fees=(1,)), home(unit))
        assert plain.total == 4 * 230 * 20 + 150
        assert [charge.cents for charge in ready.charges] == [150, 20 * 70]

    def test_a_degressive_price_follows_the_quantity(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [500], number=2)
            tiers = [[1, 500], [10, 400]]
            write_terms(unit, offer, products=[{"offer_product_id": product_ids(offer)[0], "tiers": tiers}])
            assert quoted(unit, offer.id, same(offer, 9), home(unit)).total == 2 * 9 * 500
            assert quoted(unit, offer.id, same(offer, 10), home(unit)).total == 2 * 10 * 400

    def test_a_rolling_contract_ends_so_many_months_after_its_signature(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [900], number=52)
            write_terms(unit, offer, rolling_months=3)
            asked = quoted(unit, offer.id, same(offer, 1), home(unit))
            last = max(line.day for line in asked.lines)
        assert len(asked.lines) == 13
        assert last < unit.today + timedelta(days=93)

    def test_a_contract_that_depends_on_another_asks_for_it(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            dairy = an_offer(unit, self.kind, [900], opened=True, name="Laitages")
            offer = an_offer(unit, self.kind, [684], name="Tomme")
            write_terms(unit, offer, needs_offer_id=dairy.id)
            open_(unit, offer.id)
            alone = quoted(unit, offer.id, same(offer, 1), home(unit))
            holder = signed_for(unit, dairy.id, same(dairy, 1))
            both = quoted(unit, offer.id, same(offer, 1), holder.household_id)
        assert [problem.message for problem in alone.problems] == [
            "Signez d’abord le contrat « Laitages » : celui-ci en dépend."
        ]
        assert both.problems == ()

    def test_a_rule_is_told_with_what_would_satisfy_it(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [100], opened=False)
            write_terms(unit, offer, rules=[{"measure": "amount", "dates": "each", "operator": ">=", "value": 400}])
            open_(unit, offer.id)
            asked = quoted(unit, offer.id, same(offer, 3), home(unit))
            enough = quoted(unit, offer.id, same(offer, 4), home(unit))
        assert "1,00" in asked.problems[0].message
        assert enough.problems == ()

    def test_goods_weighed_at_delivery_say_so_in_the_contract(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [2_100], number=1)
            write_terms(unit, offer, products=[{"offer_product_id": product_ids(offer)[0], "kg_cents": 1_350}])
            open_(unit, offer.id)
            found = signed_for(unit, offer.id, same(offer, 1))
        assert "est pesé à la livraison, à 13,50 € le kilogramme" in found.text


class TestByDate:
    kind = "contracts.dates"

    def test_each_cell_counts(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490, 290], number=3)
            bread, half = product_ids(offer)
            days = [one.delivery_id for one in offer.dates]
            cells = {f"{bread}-{days[0]}": 2, f"{half}-{days[2]}": 1}
            asked = quoted(unit, offer.id, {"cells": cells}, home(unit))
        assert asked.total == 2 * 490 + 290
        assert len(asked.lines) == 2

    def test_a_cell_that_does_not_come_is_refused(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490], opened=True)
            key, delivery = product_ids(offer)[0], offer.dates[0].delivery_id
            asked = quoted(unit, offer.id, {"cells": {f"{key}-{delivery}": 1, f"{key}-999999": 1}}, home(unit))
        assert [problem.message for problem in asked.problems] == [
            "Une date choisie n’est plus proposée : vérifiez votre choix."
        ]

    def test_what_is_paid_as_a_whole_costs_the_most_taken_at_once(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [51_000], number=3)
            key, days = product_ids(offer)[0], [one.delivery_id for one in offer.dates]
            write_terms(unit, offer, products=[{"offer_product_id": key, "per": "contract"}])
            asked = quoted(unit, offer.id, {"cells": {f"{key}-{days[0]}": 2, f"{key}-{days[2]}": 1}}, home(unit))
        assert asked.total == 2 * 51_000
        assert [line.unit_cents for line in asked.lines] == [0, 0]

    def test_the_most_of_a_product_holds_at_every_date(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490], number=2, opened=True)
            offer.products[0].most = 3
            unit.session.flush()
            key, days = product_ids(offer)[0], [one.delivery_id for one in offer.dates]
            asked = quoted(unit, offer.id, {"cells": {f"{key}-{days[0]}": 4, f"{key}-{days[1]}": 1}}, home(unit))
        assert [problem.message for problem in asked.problems] == ["Au plus 3 « Produit 1 » par foyer."]

    def test_nothing_is_no_contract(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490], opened=True)
            assert quoted(unit, offer.id, {}, home(unit)).problems


class TestAccount:
    kind = "contracts.account"

    def test_an_account_is_opened_with_an_amount_and_signed(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490])
            write_terms(unit, offer, topups=[2_500, 5_000, 10_000])
            open_(unit, offer.id)
            found = signed_for(unit, offer.id, {"cents": 5_000})
            assert (found.total_cents, list(found.lines)) == (5_000, [])
            assert [one.cents for one in found.instalments] == [5_000]
            assert contracts.worth(contracts.contract(unit, found.id)) == 5_000
        with with_contracts.reading() as reader:
            assert payments.agreement(reader) == []

    def test_another_amount_is_refused(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490])
            write_terms(unit, offer, topups=[2_500])
            asked = quoted(unit, offer.id, {"cents": 3_000}, home(unit))
        assert "Choisissez un des montants proposés." in [problem.message for problem in asked.problems]

    def test_it_does_not_open_without_amounts(self, with_contracts: Instance) -> None:
        with with_contracts.working() as unit:
            offer = an_offer(unit, self.kind, [490])
            with pytest.raises(Refused, match="montants proposés pour ouvrir un compte"):
                open_(unit, offer.id)
