"""Farms, their products and their farmers."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from courtil.domain.events import FarmChanged
from courtil.domain.fields import Euros, FormModel, Line, MaybeEmail, Phone, Required, Text, refuse, search_key
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.words import N_, _
from courtil.services.changes import put
from courtil.services.unit import Reader, Unit
from courtil.store.farms import Farm, Product
from courtil.store.people import Person, Role, RoleGrant


def _siret(value: str) -> str:
    digits = value.replace(" ", "")
    if digits and not (len(digits) == 14 and digits.isdecimal()):
        raise refuse(N_("Un numéro SIRET compte 14 chiffres. Laissez vide si vous ne l’avez pas."))
    return digits


class FarmData(FormModel):
    """What one fills in about a farm."""

    name: Required = Field(title=N_("Nom de la ferme"))
    payee: Line = Field("", title=N_("Ordre des chèques"), description=N_("Si ce n’est pas le nom de la ferme."))
    email: MaybeEmail = Field(None, title=N_("Adresse e-mail"))
    phone: Phone = Field("", title=N_("Téléphone"))
    address: Line = Field("", title=N_("Adresse"))
    postal_code: Line = Field("", title=N_("Code postal"), max_length=10)
    city: Line = Field("", title=N_("Commune"))
    siret: Annotated[Line, AfterValidator(_siret)] = Field(
        "", title=N_("Numéro SIRET"), description=N_("Il figure sur les contrats.")
    )
    presentation: Text = Field(
        "", title=N_("Présentation"), description=N_("Qui vous êtes, ce que vous cultivez : les foyers la lisent."),
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip


class ProductData(FormModel):
    """What one fills in about a product; `price_cents` is what the next offer proposes."""

    name: Required = Field(title=N_("Produit"), description=N_("Par exemple : petit panier, pain complet."))
    unit: Line = Field("", title=N_("Conditionnement"), description=N_("Par exemple : boîte de 6, environ 1 kg."))
    price_cents: Euros = Field(0, title=N_("Prix"), description=N_("Celui que proposera le prochain contrat."))
    perishable: bool = Field(default=True, title=N_("Ne se garde pas jusqu’à la distribution suivante"))


def all_farms(reader: Reader, *conditions: ColumnElement[bool], archived: bool = False) -> list[Farm]:
    """Farms that meet the conditions, by name, with their products."""
    query = select(Farm).where(*conditions).options(selectinload(Farm.products)).order_by(Farm.name, Farm.id)
    query = query.where(Farm.archived_at.is_not(None) if archived else Farm.archived_at.is_(None))
    return sorted(reader.all(query), key=lambda farm: search_key(farm.name))


def farm(reader: Reader, farm_id: int) -> Farm:
    """The farm with its products, archived ones included. Raises NotFound."""
    query = select(Farm).where(Farm.id == farm_id).options(selectinload(Farm.products))
    return reader.one(query.execution_options(populate_existing=True))


def farmers(reader: Reader, farm_id: int) -> list[Person]:
    """The persons who hold the role `farmer` for this farm, by name."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.code == "farmer", RoleGrant.farm_id == farm_id, Person.archived_at.is_(None))
        .order_by(Person.search)
    )
    return list(reader.all(query))


def add_farm(unit: Unit, data: FarmData) -> Farm:
    """Add a farm. Raises Refused when another one has this name."""
    _check_farm_name(unit, data.name)
    added = unit.add(Farm(**_columns(data)))
    _tell(unit, added, N_("ajoutée"))
    return added


def change_farm(unit: Unit, farm_id: int, data: FarmData, version: int | None = None) -> Farm:
    """Change a farm's details. Raises Stale, and Refused when another one has this name."""
    found = unit.get(Farm, farm_id)
    unit.unchanged_since(found, version)
    _check_farm_name(unit, data.name, farm_id)
    if changed := put(found, _columns(data), FarmData):
        unit.session.flush()
        _tell(unit, found, changed)
    return found


def archive_farm(unit: Unit, farm_id: int) -> Farm:
    """Take a farm out of the lists; its contracts stay."""
    found = unit.get(Farm, farm_id)
    if found.archived_at is None:
        found.archived_at = unit.now
        _tell(unit, found, N_("archivée"))
    return found


def restore_farm(unit: Unit, farm_id: int) -> Farm:
    """Bring an archived farm back. Raises Refused when another one has taken its name."""
    found = unit.get(Farm, farm_id)
    if found.archived_at is not None:
        _check_farm_name(unit, found.name, farm_id)
        found.archived_at = None
        _tell(unit, found, N_("de retour"))
    return found


def product(reader: Reader, farm_id: int, product_id: int) -> Product:
    """A product of this farm. Raises NotFound for another farm's."""
    found = reader.get(Product, product_id)
    if found.farm_id != farm_id:
        raise NotFound(f"product {product_id} of farm {farm_id}")
    return found


def add_product(unit: Unit, farm_id: int, data: ProductData) -> Product:
    """Add a product at the end of the farm's list. Raises Refused when the farm has it already."""
    found = unit.get(Farm, farm_id)
    _check_product_name(unit, farm_id, data)
    last = unit.session.scalar(select(func.max(Product.position)).where(Product.farm_id == farm_id))
    added = unit.add(Product(farm_id=farm_id, position=0 if last is None else last + 1, **data.model_dump()))
    _tell(unit, found, N_("nouveau produit : %(name)s") % {"name": added.name})
    return added


def change_product(unit: Unit, farm_id: int, product_id: int, data: ProductData, version: int | None = None) -> Product:
    """Change a product; signed contracts keep their price. Raises Stale, and Refused for a name taken."""
    found = product(unit, farm_id, product_id)
    unit.unchanged_since(found, version)
    _check_product_name(unit, farm_id, data, product_id)
    if changed := put(found, data.model_dump(), ProductData):
        unit.session.flush()
        _tell(unit, unit.get(Farm, farm_id), f"{found.name} – {changed}")
    return found


def archive_product(unit: Unit, farm_id: int, product_id: int) -> Product:
    """Propose a product no more; signed contracts keep it."""
    found = product(unit, farm_id, product_id)
    if found.archived_at is None:
        found.archived_at = unit.now
        _tell(unit, unit.get(Farm, farm_id), N_("produit retiré : %(name)s") % {"name": found.name})
    return found


def restore_product(unit: Unit, farm_id: int, product_id: int) -> Product:
    """Propose an archived product again."""
    found = product(unit, farm_id, product_id)
    if found.archived_at is not None:
        found.archived_at = None
        _tell(unit, unit.get(Farm, farm_id), N_("produit de retour : %(name)s") % {"name": found.name})
    return found


def _columns(data: FarmData) -> dict[str, Any]:
    return data.model_dump() | {"email": data.email or ""}


def _check_farm_name(unit: Unit, name: str, but: int | None = None) -> None:
    rows = unit.rows(select(Farm.id, Farm.name).where(Farm.archived_at.is_(None)))
    if any(search_key(other) == search_key(name) for farm_id, other in rows if farm_id != but):
        raise Refused(Problem(_("Une ferme porte déjà ce nom. Ouvrez sa fiche plutôt."), "name"))


def _check_product_name(unit: Unit, farm_id: int, data: ProductData, but: int | None = None) -> None:
    query = select(Product.id, Product.name, Product.unit).where(
        Product.farm_id == farm_id, Product.archived_at.is_(None)
    )
    same = search_key(data.name, data.unit)
    if any(search_key(name, unit_) == same for product_id, name, unit_ in unit.rows(query) if product_id != but):
        raise Refused(Problem(_("Cette ferme a déjà ce produit. Changez le nom ou le conditionnement."), "name"))


def _tell(unit: Unit, found: Farm, what: str) -> None:
    unit.record(FarmChanged(farm_id=found.id, name=found.name, what=what))
