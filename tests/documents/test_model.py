"""A document refuses what it could not print, before anybody prints it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from courtil.documents import Column, Document, Field, Group, Kind, Table


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 12),
        ("cents", "12,00"),
        ("cents", Decimal("12.00")),
        ("number", date(2026, 11, 26)),
        ("number", True),
        ("number", Decimal("NaN")),
        ("date", "2026-11-26"),
        ("date", datetime(2026, 11, 26, tzinfo=UTC)),
        ("tick", 1),
        ("text", 1.5),
    ],
)
def test_a_cell_that_does_not_fit_its_column_is_refused(kind: Kind, value: object) -> None:
    with pytest.raises(ValidationError):
        Table(caption="Paniers", columns=(Column(label="Colonne", kind=kind),), rows=((value,),))


def test_a_row_with_a_cell_too_many_is_refused() -> None:
    with pytest.raises(ValidationError, match="2 cells for 1 columns"):
        Table(caption="Paniers", columns=(Column(label="Nom"),), rows=(("Léa", "Zoé"),))


def test_a_cell_inside_a_group_is_checked_too() -> None:
    with pytest.raises(ValidationError, match="does not fit a cents cell"):
        Table(
            caption="Paiements",
            columns=(Column(label="Montant", kind="cents"),),
            groups=(Group(heading="Chèques", rows=(("dix",),)),),
        )


def test_rows_and_groups_do_not_mix() -> None:
    with pytest.raises(ValidationError, match="either rows or groups"):
        Table(caption="T", columns=(Column(label="Nom"),), rows=(("a",),), groups=(Group(heading="G"),))


def test_a_footer_may_say_a_word_under_any_column_but_not_mistake_a_sum() -> None:
    columns = (Column(label="Paniers", kind="number"), Column(label="Solde", kind="cents"))
    assert Table(caption="T", columns=columns, footer=("Total", 100)).footer == ("Total", 100)
    with pytest.raises(ValidationError):
        Table(caption="T", columns=columns, footer=("Total", Decimal("1.00")))


def test_a_field_value_fits_its_kind() -> None:
    with pytest.raises(ValidationError):
        Field(label="Total", value="225,00 €", kind="cents")


def test_characters_nothing_can_print_are_dropped_and_line_ends_made_one() -> None:
    document = Document(title="Marché\x00\n de\tNoël", subtitle="un\r\ndeux\rtrois\x07\ufeff")
    assert (document.title, document.subtitle) == ("Marché de Noël", "un\ndeux\ntrois")


@pytest.mark.parametrize("title", ["", "  ", "\x07\n"])
def test_a_document_has_a_title(title: str) -> None:
    with pytest.raises(ValidationError):
        Document(title=title)


def test_an_unknown_language_is_refused() -> None:
    assert Document(title="T", language="oc").language == "oc"
    with pytest.raises(ValidationError):
        Document(title="T", language="xx-nowhere")


def test_a_document_does_not_change_once_made() -> None:
    with pytest.raises(ValidationError):
        Document(title="T").title = "U"
