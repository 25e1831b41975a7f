"""The forms of which the page of terms is made, one for each product, fee, rule, way to pay and change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pydantic import Field, field_validator
from sqlalchemy import select
from starlette.datastructures import FormData

from courtil.api import (
    N_,
    Euros,
    Form,
    FormModel,
    MaybeDay,
    MaybeWhole,
    Offer,
    Problem,
    Reader,
    Refused,
    Whole,
    _,
    plain_euros,
)
from courtil_contracts.domain.plans import PlanTerms
from courtil_contracts.domain.prices import Fee, read_price
from courtil_contracts.domain.rules import Rule
from courtil_contracts.domain.terms import ChangeTerms, ProductTerms, Rhythm, Terms
from courtil_contracts.services.templates import templates
from courtil_contracts.web.kinds import RHYTHM_LABELS
from courtil_contracts.web.lines import read_amounts, read_shares, read_tiers
from courtil_contracts.web.term_ways import WAY_CHOICES, TurnData, WayData, plan_terms, read_turns, turns, ways
from courtil_contracts.web.together_forms import (
    GoalData,
    TogetherData,
    WeightData,
    goal_forms,
    grams_of,
    together_terms,
    together_values,
    weight_text,
)

Choices = Mapping[str, Sequence[tuple[Any, str]]]

PER = (("delivery", N_("une livraison")), ("contract", N_("tout le contrat")), ("month", N_("un mois")))
FEE_PER = (("contract", N_("une fois")), ("delivery", N_("à chaque livraison")), ("basket", N_("par panier")))
MEASURES = (
    ("quantity", N_("le nombre de paniers ou de pièces")),
    ("amount", N_("le montant")),
    ("points", N_("les points")),
    ("dates", N_("le nombre de dates")),
)
OPERATORS = ((">=", N_("au moins")), ("<=", N_("au plus")), ("=", N_("exactement")), ("multiple", N_("un multiple de")))
SCOPES = (("each", N_("à chaque livraison")), ("season", N_("sur toute la saison")))
WHO = (("member", N_("les foyers, pas la coordination")), ("everyone", N_("tout le monde")))
CHANGES: tuple[tuple[str, str], ...] = (
    ("absence", N_("Ne pas prendre un panier")), ("report", N_("Reporter un panier à une autre date")),
    ("quantity", N_("Changer les quantités à partir d’une date")),
    ("exchange", N_("Composer un panier autrement, à valeur égale")),
    ("donation", N_("Donner un panier")), ("handover", N_("Céder un panier à un autre foyer")),
)  # fmt: skip
MONEY = (("kept", N_("reste payé à la ferme")), ("credited", N_("n’est pas dû")))


class ProductData(WeightData):
    """One product of the offer."""

    per: Literal["delivery", "contract", "month"] = Field("delivery", title=N_("Le prix est pour"))
    rhythms: list[Rhythm] = Field(
        default_factory=lambda: list[Rhythm](["every"]), min_length=1, title=N_("Rythmes proposés")
    )
    deliveries: MaybeWhole = Field(
        None, title=N_("Nombre de livraisons en tout"), ge=1, le=120,
        description=N_("Pour un essai ou une découverte. Vide : toutes les dates."),
    )  # fmt: skip
    kg_cents: Euros = Field(
        0, title=N_("Prix du kilogramme, s’il est pesé à la livraison"),
        description=N_("Le prix de l’offre est alors une avance. Zéro : le prix ne change pas."),
    )  # fmt: skip
    tiers: str = Field(
        "", title=N_("Prix dégressif"), max_length=200,
        description=N_("Par exemple 1 : 5,00 ; 10 : 4,00. Vide : un prix."),
    )  # fmt: skip
    prorated: bool = Field(default=False, title=N_("Moins cher pour qui arrive en cours de saison"))
    points: Whole = Field(
        0, ge=0, le=10_000, title=N_("Points"),
        description=N_("Ce que vaut une pièce quand on compose un panier. Zéro partout : son prix compte."),
    )  # fmt: skip

    @field_validator("tiers")
    @classmethod
    def _read(cls, value: str) -> str:
        read_tiers(value)
        return value


class FeeData(FormModel):
    """A fee; an empty label is none."""

    label: str = Field("", title=N_("Frais"), max_length=120, description=N_("Par exemple : transport. Vide : aucun."))
    cents: Euros = Field(0, title=N_("Montant"))
    per: Literal["contract", "delivery", "basket"] = Field("contract", title=N_("Compté"))
    optional: bool = Field(default=False, title=N_("Le foyer peut s’en passer"))


class RuleData(FormModel):
    """A new rule; without a value there is none."""

    dates: Literal["each", "season"] = Field("each", title=N_("Quand"))
    measure: Literal["quantity", "amount", "points", "dates"] = Field("quantity", title=N_("Ce qui compte"))
    products: list[int] = Field(
        default_factory=list, title=N_("Produits"), description=N_("Aucun coché : tous ensemble.")
    )
    apart: bool = Field(default=False, title=N_("Chaque produit séparément"))
    operator: Literal[">=", "<=", "=", "multiple"] = Field(">=", title=N_("Comparaison"))
    value: str = Field(
        "", title=N_("Valeur"), max_length=20, description=N_("Un nombre, ou un montant en euros. Vide : pas de règle.")
    )
    or_nothing: bool = Field(default=False, title=N_("Ne rien prendre est permis aussi"))
    prorated: bool = Field(default=False, title=N_("Moins pour qui arrive en cours de saison"))
    who: Literal["member", "everyone"] = Field("member", title=N_("Vaut pour"))


class ChangeData(FormModel):
    """A change that households may make."""

    offered: bool = Field(default=False, title=N_("Permis"))
    money: Literal["kept", "credited"] = Field("kept", title=N_("Son prix"))
    most: MaybeWhole = Field(None, ge=1, le=120, title=N_("Combien de fois"), description=N_("Vide : pas de limite."))
    notice_days: Whole = Field(3, ge=0, le=60, title=N_("Jours avant la livraison"))
    begins_on: MaybeDay = Field(None, title=N_("Entre le"))
    ends_on: MaybeDay = Field(None, title=N_("et le"))


class WholeData(FormModel):
    """What concerns the whole offer."""

    rolling_months: Whole = Field(
        0, ge=0, le=24, title=N_("Durée en mois à partir de la signature"),
        description=N_("Zéro : jusqu’à la dernière date."),
    )  # fmt: skip
    months: Whole = Field(0, ge=0, le=24, title=N_("Nombre de mois payés"), description=N_("Si un prix est au mois."))
    topups: str = Field(
        "", title=N_("Montants pour ouvrir un compte"), max_length=120, description=N_("Par exemple 25 ; 50 ; 100.")
    )
    order_days: Whole = Field(3, ge=0, le=60, title=N_("Commander au plus tard, en jours avant la livraison"))
    needs_offer_id: MaybeWhole = Field(None, title=N_("Il faut déjà le contrat"))
    least_households: Whole = Field(
        0, ge=0, le=10_000, title=N_("Nombre de foyers au moins"), description=N_("Zéro : pas de minimum.")
    )
    template_id: MaybeWhole = Field(
        None, title=N_("Modèle du contrat"), description=N_("Ce que disent les contrats que les foyers signeront.")
    )
    payees: str = Field(
        "", title=N_("Plusieurs ordres de chèque"), max_length=400,
        description=N_("Un par ligne avec sa part, par exemple « Ferme du haut : 3 ». Vide : l’ordre de la ferme."),
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip

    @field_validator("topups")
    @classmethod
    def _read_topups(cls, value: str) -> str:
        read_amounts(value)
        return value

    @field_validator("payees")
    @classmethod
    def _read_payees(cls, value: str) -> str:
        read_shares(value)
        return value


@dataclass
class TermForms:
    """All forms of the page, filled with the terms."""

    products: dict[int, tuple[str, Form[ProductData]]]
    fees: list[Form[FeeData]]
    rule: Form[RuleData]
    ways: list[Form[WayData]]
    turns: list[Form[TurnData]]
    changes: dict[str, tuple[str, Form[ChangeData]]]
    whole: Form[WholeData]
    together: Form[TogetherData]
    goals: list[Form[GoalData]]
    errors: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, reader: Reader, offer: Offer, terms: Terms) -> Self:
        """The forms as the terms fill them, with a blank fee, rule and way to add one."""
        names = {one.id: one.product.name for one in offer.products}
        products = {
            key: (
                name,
                _form(
                    ProductData,
                    _product(terms.of(key)),
                    f"products-{key}",
                    PRODUCT_CHOICES,
                ),
            )
            for key, name in names.items()
        }
        changes: dict[str, ChangeTerms] = {one.kind: one for one in terms.changes}
        return cls(
            products,
            [_form(FeeData, values, f"fee-{n}", {"per": FEE_PER}) for n, values in enumerate(_fees(terms))],
            _form(RuleData, {}, "rule", {**RULE_CHOICES, "products": list(names.items())}),
            [_form(WayData, values, f"ways-{n}", WAY_CHOICES) for n, values in enumerate(ways(terms))],
            [_form(TurnData, values, f"turns-{n}", WAY_CHOICES) for n, values in enumerate(turns(terms))],
            {
                kind: (label, _form(ChangeData, _change(changes.get(kind)), f"change-{kind}", {"money": MONEY}))
                for kind, label in CHANGES
            },
            _form(WholeData, _whole(terms), "whole", _whole_choices(reader, offer)),
            _form(TogetherData, together_values(terms), "together", {}),
            goal_forms(terms, names),
        )

    def all(self) -> Iterator[Form[Any]]:
        """Every form, in the order of the page."""
        yield from (form for _name, form in self.products.values())
        yield from self.fees
        yield self.rule
        yield from self.ways
        yield from self.turns
        yield from (form for _label, form in self.changes.values())
        yield self.whole
        yield self.together
        yield from self.goals

    def read(self, data: FormData) -> list[Problem]:
        """Take what was typed; what could not be read, each marked under its field."""
        for form in self.all():
            form.read(data)
        try:
            self.rule.value and _new_rule(self.rule.value)
        except Refused as refused:
            self.rule.refuse(*refused.problems)
        return [problem for form in self.all() for problem in form.errors]

    def place(self, problems: Sequence[Problem]) -> None:
        """Mark what the terms were refused for under the form that it concerns."""
        for problem in problems:
            for form in self.all():
                if (
                    problem.field
                    and form.within
                    and f"{problem.field}-".startswith(form.within.replace("way-", "ways-"))
                ):
                    form.refuse(Problem(problem.message))

    def terms(self, before: Terms, data: FormData) -> Terms:
        """The terms that were typed, once all could be read."""
        kept = [rule for number, rule in enumerate(before.rules) if f"drop-rule-{number}" not in data]
        added = _new_rule(self.rule.value) if self.rule.value else None
        whole = _read(self.whole)
        return Terms(
            products=tuple(_product_terms(key, _read(form)) for key, (_name, form) in self.products.items()),
            fees=tuple(Fee(**_read(form).model_dump()) for form in self.fees if _read(form).label.strip()),
            rules=(*kept, *([added] if added else [])),
            ways=tuple(plan_terms(_read(form)) for form in self.ways if _read(form).counts.strip() or _read(form).per)
            or (PlanTerms(),),
            changes=tuple(
                ChangeTerms(kind=kind, **_read(form).model_dump(exclude={"offered"}))
                for kind, (_label, form) in self.changes.items()
                if _read(form).offered
            ),
            payees=read_shares(whole.payees), turns=read_turns([_read(form) for form in self.turns], before),
            months=whole.months, rolling_months=whole.rolling_months,
            topups=read_amounts(whole.topups), order_days=whole.order_days, needs_offer_id=whole.needs_offer_id,
            least_households=whole.least_households, template_id=whole.template_id,
            **together_terms(_read(self.together), self.goals),
        )  # fmt: skip


RULE_CHOICES: Choices = {"dates": SCOPES, "measure": MEASURES, "operator": OPERATORS, "who": WHO}
PRODUCT_CHOICES: Choices = {"per": PER, "rhythms": tuple(RHYTHM_LABELS.items())}


def _form(model: Any, values: Mapping[str, Any], name: str, choices: Choices) -> Form[Any]:
    return Form(model, values, choices, prefix=f"f-{name}", within=f"{name}-")


def _read(form: Form[Any]) -> Any:
    assert form.value is not None
    return form.value


def _product(terms: ProductTerms) -> dict[str, Any]:
    tiers = " ; ".join(f"{tier.from_quantity} : {plain_euros(tier.unit_cents)}" for tier in terms.tiers)
    return terms.model_dump(include={"per", "deliveries", "kg_cents", "points", "prorated"}) | {
        "rhythms": list(terms.rhythms),
        "tiers": tiers,
        "weight": weight_text(terms.usual_grams),
    }


def _product_terms(key: int, data: ProductData) -> ProductTerms:
    values = data.model_dump(exclude={"weight"}) | {"rhythms": tuple(data.rhythms), "tiers": read_tiers(data.tiers)}
    return ProductTerms(offer_product_id=key, usual_grams=grams_of(data.weight), **values)


def _fees(terms: Terms) -> list[dict[str, Any]]:
    return [*(fee.model_dump() for fee in terms.fees), {}]


def _change(terms: ChangeTerms | None) -> dict[str, Any]:
    return terms.model_dump() | {"offered": True} if terms else {}


def _whole(terms: Terms) -> dict[str, Any]:
    kept = {"rolling_months", "months", "needs_offer_id", "order_days", "least_households", "template_id"}
    return terms.model_dump(include=kept) | {
        "topups": " ; ".join(plain_euros(cents) for cents in terms.topups),
        "payees": "\n".join(f"{name} : {share}" for name, share in terms.payees.items()),
    }


def _whole_choices(reader: Reader, offer: Offer) -> Choices:
    return {
        "needs_offer_id": [("", N_("Aucun")), *_others(reader, offer)],
        "template_id": [("", N_("Le texte de l’AMAP")), *((one.id, one.name) for one in templates(reader))],
    }


def _others(reader: Reader, offer: Offer) -> list[tuple[int, str]]:
    query = select(Offer.id, Offer.name).where(Offer.season_id == offer.season_id, Offer.id != offer.id)
    return [(key, name) for key, name in reader.rows(query.order_by(Offer.name))]


def _new_rule(data: RuleData) -> Rule | None:
    """The rule that was typed. Raises Refused for a value that is none."""
    if not data.value.strip():
        return None
    values = data.model_dump(exclude={"value"}) | {"products": tuple(data.products)}
    if data.measure == "amount":
        try:
            return Rule(value=read_price(data.value), **values)
        except Refused as refused:
            raise Refused(*(Problem(problem.message, "value") for problem in refused.problems)) from refused
    if not data.value.strip().isdecimal() or len(data.value.strip()) > 6:
        raise Refused(Problem(_("Écrivez un nombre entier, en chiffres."), "value"))
    return Rule(value=int(data.value.strip()), **values)
