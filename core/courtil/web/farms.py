"""Farms and their products."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import _
from courtil.services import access
from courtil.services import farms as service
from courtil.services.farms import FarmData, ProductData
from courtil.services.unit import Reader, Unit
from courtil.store.farms import Farm, Product
from courtil.web.flash import redirect
from courtil.web.forms import Form, values_of
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import path_int, url_of
from courtil.web.sections import sections


def _help(request: Request) -> str:
    return url_of(request, "help_page", topic="fermes")


def _farm(request: Request, reader: Reader, permission: str = "farms.read") -> Farm:
    found = service.farm(reader, path_int(request, "id"))
    access.require(reader, permission, found)
    return found


@page("/fermes", needs="farms.read")
def farms(request: Request, reader: Reader) -> Response:
    """Every farm the person may see, the archived ones below."""
    seen = reader.seen("farms.read", Farm)
    return render(
        request, "farms/farms.html", page_title=_("Fermes"), help_url=_help(request),
        farms=service.all_farms(reader, seen), archived=service.all_farms(reader, seen, archived=True),
    )  # fmt: skip


@page("/fermes/nouvelle", needs="farms.write")
def new_farm(request: Request, reader: Reader) -> Response:
    """An empty sheet."""
    reader.may("farms.write")
    return _new_page(request, Form(FarmData, sections=sections(reader, "farm")))


@page("/fermes/nouvelle", needs="farms.write", writes=True)
def add_farm(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the new farm."""
    unit.may("farms.write")
    form = Form(FarmData, sections=sections(unit, "farm"))
    if form.apply(unit, data, lambda value: service.add_farm(unit, value)):
        url = url_of(request, "farm", id=form.result.id)
        return redirect(request, url, _("La ferme est ajoutée. Ajoutez maintenant ses produits."))
    return _new_page(request, form, 422)


def _new_page(request: Request, form: Form[FarmData], status: int = 200) -> Response:
    return render(
        request, "farms/new.html", status, page_title=_("Ajouter une ferme"), help_url=_help(request), form=form
    )


@page("/fermes/{id:int}", needs="farms.read")
def farm(request: Request, reader: Reader) -> Response:
    """A farm: details, farmers, products."""
    return _page(request, reader, _farm(request, reader))


def _page(
    request: Request, reader: Reader, found: Farm, *, adding: Form[ProductData] | None = None,
    changing: tuple[int, Form[ProductData]] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    present = [product for product in found.products if product.archived_at is None]
    forms = {product.id: _product_form(product) for product in present} | dict([changing] if changing else [])
    return render(
        request, "farms/farm.html", status, page_title=found.name, help_url=_help(request), farm=found,
        products=present, archived=[product for product in found.products if product.archived_at is not None],
        forms_of=forms, adding=adding or Form(ProductData, prefix="new"), opened=changing[0] if changing else None,
        farmers=service.farmers(reader, found.id), writable=reader.allows("farms.write", found),
    )  # fmt: skip


def _product_form(product: Product) -> Form[ProductData]:
    return Form(ProductData, values_of(product, ProductData), prefix=f"p{product.id}")


@page("/fermes/{id:int}/modifier", needs="farms.write")
def edit_farm(request: Request, reader: Reader) -> Response:
    """The sheet of a farm, to change."""
    found = _farm(request, reader, "farms.write")
    return _edit_page(request, found, _form(reader, found))


@page("/fermes/{id:int}/modifier", needs="farms.write", writes=True)
def change_farm(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep what changed about a farm."""
    found = _farm(request, unit, "farms.write")
    form = _form(unit, found)
    if form.apply(unit, data, lambda value: service.change_farm(unit, found.id, value, form.version)):
        return redirect(request, url_of(request, "farm", id=found.id), _("La fiche de la ferme est enregistrée."))
    return _edit_page(request, found, form, 422)


def _form(reader: Reader, found: Farm) -> Form[FarmData]:
    return Form(FarmData, values_of(found, FarmData), sections=sections(reader, "farm", found.id))


def _edit_page(request: Request, found: Farm, form: Form[FarmData], status: int = 200) -> Response:
    title = _("Modifier %(name)s") % {"name": found.name}
    return render(request, "farms/edit.html", status, page_title=title, help_url=_help(request), farm=found, form=form)


@page("/fermes/{id:int}/archiver", needs="farms.write", writes=True)
def archive_farm(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a farm out of the lists."""
    unit.may("farms.write")
    found = service.archive_farm(unit, _farm(request, unit, "farms.write").id)
    undo = url_of(request, "restore_farm", id=found.id)
    return redirect(request, url_of(request, "farms"), _("La ferme est archivée."), undo_url=undo)


@page("/fermes/{id:int}/reprendre", needs="farms.write", writes=True)
def restore_farm(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring an archived farm back."""
    unit.may("farms.write")
    found = service.restore_farm(unit, _farm(request, unit, "farms.write").id)
    return redirect(request, url_of(request, "farm", id=found.id), _("La ferme est de retour."))


@page("/fermes/{id:int}/produits", needs="farms.write", writes=True)
def add_product(request: Request, unit: Unit, data: FormData) -> Response:
    """Add a product to a farm."""
    found = _farm(request, unit, "farms.write")
    form = Form(ProductData, prefix="new")
    if form.apply(unit, data, lambda value: service.add_product(unit, found.id, value)):
        return redirect(request, url_of(request, "farm", id=found.id), _("Le produit est ajouté."))
    return _page(request, unit, found, adding=form, status=422)


@page("/fermes/{id:int}/produits/{product_id:int}", needs="farms.write", writes=True)
def change_product(request: Request, unit: Unit, data: FormData) -> Response:
    """Change a product of a farm."""
    found, product_id = _farm(request, unit, "farms.write"), path_int(request, "product_id")
    form = _product_form(service.product(unit, found.id, product_id))
    if form.apply(unit, data, lambda value: service.change_product(unit, found.id, product_id, value, form.version)):
        return redirect(request, url_of(request, "farm", id=found.id), _("Le produit est enregistré."))
    return _page(request, unit, found, changing=(product_id, form), status=422)


@page("/fermes/{id:int}/produits/{product_id:int}/retirer", needs="farms.write", writes=True)
def archive_product(request: Request, unit: Unit, data: FormData) -> Response:
    """Propose a product no more."""
    found = _farm(request, unit, "farms.write")
    product = service.archive_product(unit, found.id, path_int(request, "product_id"))
    undo = url_of(request, "restore_product", id=found.id, product_id=product.id)
    message = _("« %(name)s » est retiré. Les contrats signés ne changent pas.") % {"name": product.name}
    return redirect(request, url_of(request, "farm", id=found.id), message, undo_url=undo)


@page("/fermes/{id:int}/produits/{product_id:int}/reprendre", needs="farms.write", writes=True)
def restore_product(request: Request, unit: Unit, data: FormData) -> Response:
    """Propose an archived product again."""
    found = _farm(request, unit, "farms.write")
    product = service.restore_product(unit, found.id, path_int(request, "product_id"))
    message = _("« %(name)s » est de nouveau proposé.") % {"name": product.name}
    return redirect(request, url_of(request, "farm", id=found.id), message)
