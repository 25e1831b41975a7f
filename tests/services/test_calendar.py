"""Places and seasons that cannot exist are refused; those that go can come back."""

from datetime import date, time

import pytest

from courtil.domain.problems import Refused, Stale
from courtil.services import calendar
from courtil.services.calendar import PlaceData, SeasonData
from courtil.services.instance import Instance

SCHOOL = PlaceData(name="Préau de l’école", weekday=3, starts_at=time(18, 30), ends_at=time(20))
WINTER = SeasonData(name="Hiver 2026-2027", starts_on=date(2026, 11, 1), ends_on=date(2027, 4, 30))


def field_refused(error: pytest.ExceptionInfo[Refused]) -> str | None:
    [problem] = error.value.problems
    return problem.field


def test_a_place_keeps_its_day_and_hours(instance: Instance) -> None:
    with instance.working() as unit:
        calendar.add_place(unit, SCHOOL)
    with instance.reading() as reader:
        [place] = calendar.places(reader)
        assert (place.name, place.weekday, place.starts_at, place.ends_at) == (
            "Préau de l’école", 3, time(18, 30), time(20),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": time(18, 30)}, "ends_at"),
        ({"ends_at": time(8)}, "ends_at"),
        ({"weekday": 7}, "weekday"),
        ({"name": "PREAU DE L'ECOLE"}, "name"),
    ],
)
def test_an_impossible_place_is_refused_under_its_field(
    instance: Instance, change: dict[str, object], field: str
) -> None:
    with instance.working() as unit:
        calendar.add_place(unit, SCHOOL)
        other = SCHOOL.model_copy(update={"name": "Mairie", **change})
        with pytest.raises(Refused) as error:
            calendar.add_place(unit, other)
    assert field_refused(error) == field


def test_a_place_may_keep_its_own_name_when_it_changes(instance: Instance) -> None:
    with instance.working() as unit:
        place = calendar.add_place(unit, SCHOOL)
        changed = calendar.change_place(unit, place.id, SCHOOL.model_copy(update={"city": "Romans"}), place.version)
    assert (changed.city, changed.version) == ("Romans", 2)


def test_a_place_changed_by_somebody_else_is_not_overwritten(instance: Instance) -> None:
    with instance.working() as unit:
        place = calendar.add_place(unit, SCHOOL)
        calendar.change_place(unit, place.id, SCHOOL.model_copy(update={"city": "Romans"}), 1)
        with pytest.raises(Stale):
            calendar.change_place(unit, place.id, SCHOOL.model_copy(update={"city": "Valence"}), 1)


def test_an_archived_place_leaves_the_list_and_comes_back_unless_its_name_is_taken(instance: Instance) -> None:
    with instance.working() as unit:
        place = calendar.add_place(unit, SCHOOL)
        calendar.archive_place(unit, place.id)
        assert calendar.places(unit) == []
        assert calendar.places(unit, archived=True) == [place]
        calendar.restore_place(unit, place.id)
        assert calendar.places(unit) == [place]
        calendar.archive_place(unit, place.id)
        calendar.add_place(unit, SCHOOL)
        with pytest.raises(Refused):
            calendar.restore_place(unit, place.id)


def test_a_season_cannot_end_before_it_starts(instance: Instance) -> None:
    with instance.working() as unit:
        one_day = calendar.add_season(unit, WINTER.model_copy(update={"ends_on": WINTER.starts_on}))
        assert one_day.ends_on == one_day.starts_on
        wrong = SeasonData(name="Été 2027", starts_on=date(2027, 9, 1), ends_on=date(2027, 5, 1))
        with pytest.raises(Refused) as error:
            calendar.add_season(unit, wrong)
    assert field_refused(error) == "ends_on"


def test_two_seasons_cannot_share_a_name_and_the_latest_comes_first(instance: Instance) -> None:
    summer = SeasonData(name="Été 2027", starts_on=date(2027, 5, 1), ends_on=date(2027, 10, 1))
    with instance.working() as unit:
        calendar.add_season(unit, WINTER)
        calendar.add_season(unit, summer)
        with pytest.raises(Refused) as error:
            calendar.add_season(unit, summer.model_copy(update={"name": "ete 2027"}))
        assert [season.name for season in calendar.seasons(unit)] == ["Été 2027", "Hiver 2026-2027"]
    assert field_refused(error) == "name"
