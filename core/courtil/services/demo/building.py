"""Building the demonstration: last season from its offers to its end, and this season running."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from courtil.domain.calendar import holidays_among, occurrences
from courtil.domain.states import OfferState, PaymentMethod
from courtil.services import calendar, farms, offer_life, offers, people, roles, settings
from courtil.services.calendar import PlaceData, SeasonData
from courtil.services.demo import cast
from courtil.services.demo.cast import CastFarm
from courtil.services.demo.subscriptions import confirm_deliveries, countersign_all, pay_all, subscribe_all
from courtil.services.demo_personas import address
from courtil.services.farms import FarmData, ProductData
from courtil.services.instance import Instance
from courtil.services.offer_parts import OfferProductData, set_matrix
from courtil.services.offers import OfferData
from courtil.services.people import HouseholdData, PersonData
from courtil.services.turning import turn
from courtil.services.unit import Unit
from courtil.store.farms import Farm
from courtil.store.people import Person

HOUSEHOLDS = 80
THURSDAY = 3
WEEKS = 40


@dataclass
class Stage:
    """What has been made so far."""

    instance: Instance
    chance: random.Random
    today: date
    size: int
    place_id: int = 0
    households: list[int] = field(default_factory=list)
    offers: list[int] = field(default_factory=list)
    farms: dict[str, int] = field(default_factory=dict)
    products: dict[tuple[str, str], int] = field(default_factory=dict)

    def at(self, day: date) -> datetime:
        """Noon of a day."""
        return datetime.combine(day, time(12), tzinfo=UTC)

    @property
    def first_thursday(self) -> date:
        """When this season began: a Thursday twelve weeks ago."""
        day = self.today - timedelta(weeks=12)
        return day + timedelta(days=(THURSDAY - day.weekday()) % 7)


def build(instance: Instance, size: int = HOUSEHOLDS, seed: int = 2003) -> None:
    """Fill an empty instance with `size` households; the same seed on the same day gives the same AMAP."""
    complete(begin(instance, size, seed))


def begin(instance: Instance, size: int = HOUSEHOLDS, seed: int = 2003) -> Stage:
    """The AMAP and its season as households signed it: enough to look around while `complete` does the rest."""
    stage = Stage(instance, random.Random(seed), _today(instance), size)  # noqa: S311  (an invented AMAP, not a secret)
    with instance.working(now=stage.at(stage.first_thursday - timedelta(weeks=58))) as unit:
        _found(unit, stage)
    _this_season(stage, stage.first_thursday)
    return stage


def complete(stage: Stage) -> None:
    """The farms' signatures and the payments of this season, then the whole season before."""
    eve = stage.at(stage.first_thursday - timedelta(weeks=1))
    countersign_all(stage.instance, stage.offers[:1], eve, leave=2)
    countersign_all(stage.instance, stage.offers[1:], eve)
    confirm_deliveries(stage.instance, stage.today)
    _turn(stage, stage.today)
    pay_all(stage.instance, stage.offers, eve, stage.today)
    _last_season(stage, stage.first_thursday - timedelta(weeks=52))


def _today(instance: Instance) -> date:
    with instance.reading() as reader:
        return reader.today


def _found(unit: Unit, stage: Stage) -> None:
    """The AMAP, its place, its farms and its people."""
    roles.install(unit)
    amap = settings.AmapSettings(
        name=cast.AMAP, city="Saint-Loup", email="bonjour@tilleuls.example",
        presentation="Chaque jeudi, 80 foyers retrouvent six fermes sous la halle.",
    )  # fmt: skip
    settings.write(unit, "amap", amap)
    place = PlaceData(
        name="Halle des Tilleuls", address="Place de la Halle", city="Saint-Loup", weekday=THURSDAY,
        starts_at=time(18, 30), ends_at=time(19, 45), note="Apportez vos sacs et vos boîtes à œufs.",
    )  # fmt: skip
    stage.place_id = calendar.add_place(unit, place).id
    for one in cast.FARMS:
        _add_farm(unit, stage, one)
    _add_households(unit, stage)
    _add_personas(unit, stage)


def _add_farm(unit: Unit, stage: Stage, one: CastFarm) -> None:
    farm = farms.add_farm(unit, FarmData(name=one.name, city=one.city, presentation=one.presentation))
    stage.farms[one.name] = farm.id
    for product in one.products:
        data = ProductData(
            name=product.name, unit=product.unit, price_cents=product.before, perishable=product.perishable
        )  # fmt: skip
        stage.products[one.name, product.name] = farms.add_product(unit, farm.id, data).id
    if one is not cast.FARMS[0]:
        first, _space, last = one.farmer.partition(" ")
        farmer = people.add_person(unit, None, PersonData(first_name=first, last_name=last))
        roles.grant(unit, farmer, "farmer", farm.id)


def _add_households(unit: Unit, stage: Stage) -> None:
    names = list(cast.LAST_NAMES)
    for number in range(stage.size):
        last = names[number % len(names)]
        persons = [_person(stage, last, number)]
        if stage.chance.random() < 0.35:
            other = last if stage.chance.random() < 0.6 else stage.chance.choice(names)
            persons.append(_person(stage, other, number + 1000))
        home = HouseholdData(
            address=f"{stage.chance.randint(1, 60)} {stage.chance.choice(cast.STREETS)}", postal_code="28100",
            city="Saint-Loup", joined_on=stage.today - timedelta(days=stage.chance.randint(400, 2500)),
        )  # fmt: skip
        stage.households.append(people.add_household(unit, home, persons).id)


def _person(stage: Stage, last: str, number: int) -> PersonData:
    first_name = stage.chance.choice(cast.FIRST_NAMES)
    pairs = (stage.chance.randint(10, 69), stage.chance.randint(10, 99), number % 100, number // 100)
    return PersonData(
        first_name=first_name,
        last_name=last,
        email=f"membre{number}@demo.example",
        phone=" ".join(["06", *(f"{pair:02d}" for pair in pairs)]),
        shares_contact=stage.chance.random() < 0.6,
    )


def _add_personas(unit: Unit, stage: Stage) -> None:
    """One person per role: five of them members of the first households, the farmer without one."""
    farm_id = stage.farms[cast.FARMS[0].name]
    for index, (code, first, role, scope) in enumerate(
        (
            ("amapienne", "Inès", "member", None),
            ("permanence", "Théo", "distribution", None),
            ("referente", "Cécile", "referent", farm_id),
            ("tresorier", "Malik", "treasurer", None),
            ("coordinatrice", "Hélène", "administrator", None),
        )
    ):
        person = people.present(people.household(unit, stage.households[index]))[0]
        _become(unit, person, first, code)
        roles.grant(unit, person, role, scope)
    first, _space, last = cast.FARMS[0].farmer.partition(" ")
    farmer = PersonData(first_name=first, last_name=last, email=address("paysanne"))
    roles.grant(unit, people.add_person(unit, None, farmer), "farmer", farm_id)


def _become(unit: Unit, person: Person, first: str, code: str) -> None:
    data = PersonData(
        first_name=first, last_name=person.last_name, email=address(code), phone=person.phone, shares_contact=True
    )  # fmt: skip
    people.change_person(unit, person.id, data)


def _last_season(stage: Stage, start: date) -> None:
    made = _open_offers(stage, _season(stage, start), start, last=True)
    eve, end = stage.at(start - timedelta(weeks=1)), start + timedelta(weeks=WEEKS + 1)
    there = stage.households[: stage.size * 3 // 5]
    subscribe_all(stage.instance, stage.chance, made, there, stage.at(start - timedelta(weeks=2)))
    countersign_all(stage.instance, made, eve)
    _turn(stage, start + timedelta(days=1))
    pay_all(stage.instance, made, eve, end)
    _turn(stage, end)


def _this_season(stage: Stage, start: date) -> None:
    season_id = _season(stage, start)
    stage.offers = _open_offers(stage, season_id, start, last=False)
    signed = stage.at(start - timedelta(weeks=2))
    subscribe_all(stage.instance, stage.chance, stage.offers, stage.households[:-1], signed)
    _turn(stage, start + timedelta(days=1))
    _next_offer(stage, season_id)


def _season(stage: Stage, start: date) -> int:
    last = start + timedelta(weeks=WEEKS)
    with stage.instance.working(now=stage.at(start - timedelta(weeks=5))) as unit:
        data = SeasonData(name=f"Saison {start.year}-{last.year}", starts_on=start, ends_on=last)
        return calendar.add_season(unit, data).id


def _days(start: date, every: int) -> list[date]:
    days = occurrences(start, every_weeks=every, last=start + timedelta(weeks=WEEKS))
    closed = set(holidays_among(days))
    return [day for day in days if day not in closed and not (day.month == 12 and day.day > 24)]


def _open_offers(stage: Stage, season_id: int, start: date, *, last: bool) -> list[int]:
    made = []
    for one in cast.FARMS:
        with stage.instance.working(now=stage.at(start - timedelta(weeks=5))) as unit:
            offer_id = _add_offer(
                unit, stage, season_id, one, _days(start, one.every), last=last, closes_on=start - timedelta(days=3)
            )
            offer_life.move(unit, offer_id, OfferState.OPEN)
            made.append(offer_id)
    return made


def _add_offer(
    unit: Unit, stage: Stage, season_id: int, one: CastFarm, days: Sequence[date], *, last: bool,
    closes_on: date | None = None,
) -> int:  # fmt: skip
    data = OfferData(
        season_id=season_id, farm_id=stage.farms[one.name], place_id=stage.place_id, name=one.offer, places=one.places,
        instalment_counts=list(one.counts), instalment_step=one.step, presentation=one.presentation,
        methods=[PaymentMethod.CHEQUE, PaymentMethod.TRANSFER], price_note=one.price_note, terms=cast.TERMS,
        closes_on=closes_on,
    )  # fmt: skip
    products = [
        OfferProductData(product_id=stage.products[one.name, p.name], price_cents=p.before if last else p.now)
        for p in one.products
    ]
    made = offers.create(unit, data, days, products)
    _leave_winter_out(unit, made.id, one)
    return made.id


def _leave_winter_out(unit: Unit, offer_id: int, one: CastFarm) -> None:
    """Some products do not come from December to February."""
    if all(product.winter for product in one.products):
        return
    found = offers.offer(unit, offer_id)
    set_matrix(
        unit, offer_id,
        {
            (product.id, day.id)
            for product, facts in zip(found.products, one.products, strict=True)
            for day in found.dates
            if facts.winter or day.delivery.distribution.day.month not in {12, 1, 2}
        },
    )  # fmt: skip


def _turn(stage: Stage, day: date) -> None:
    """What the calendar does on this day."""
    with stage.instance.working(now=stage.at(day)) as unit:
        turn(unit)


def _next_offer(stage: Stage, season_id: int) -> None:
    """An offer that is open now, so that there is something to subscribe to."""
    start = stage.today + timedelta(days=21)
    start += timedelta(days=(THURSDAY - start.weekday()) % 7)
    one = cast.WINTER
    with stage.instance.working() as unit:
        farm = unit.get(Farm, stage.farms[one.name])
        for product in one.products:
            data = ProductData(name=product.name, unit=product.unit, price_cents=product.now)
            stage.products[one.name, product.name] = farms.add_product(unit, farm.id, data).id
        days = occurrences(start, every_weeks=4, count=3)
        offer_id = _add_offer(unit, stage, season_id, one, days, last=False)
        offer_life.move(unit, offer_id, OfferState.OPEN)
