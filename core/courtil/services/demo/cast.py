"""Who and what the demonstration is made of: names, farms, products, all invented."""

from dataclasses import dataclass

AMAP = "AMAP des Tilleuls (démo)"

FIRST_NAMES = (
    "Adèle", "Amina", "Anaïs", "Antoine", "Aurélie", "Baptiste", "Benoît", "Camille", "Cécile", "Chloé", "Claude",
    "Denis", "Djamila", "Édith", "Élodie", "Emma", "Étienne", "Fanny", "Farid", "Françoise", "Gaël", "Georges",
    "Hélène", "Hugo", "Inès", "Jeanne", "Joëlle", "Karim", "Léa", "Loïc", "Lucie", "Maëlle", "Malik", "Manon",
    "Mathilde", "Maxime", "Nadia", "Noémie", "Odile", "Olivier", "Pauline", "Quentin", "Rachid", "Romane", "Sacha",
    "Samira", "Sylvain", "Théo", "Ursule", "Valérie", "Yann", "Zoé",
)  # fmt: skip

LAST_NAMES = (
    "Abadie", "Aubert", "Bailly", "Barbier", "Benali", "Bertin", "Blanchard", "Bouvier", "Brun", "Cadiou", "Carlier",
    "Chabert", "Charpentier", "Collin", "Corre", "Da Silva", "Delaunay", "Delmas", "Diallo", "Drouet", "Dufour",
    "Duval", "Etcheverry", "Fabre", "Ferrand", "Fleury", "Gaillard", "Garnier", "Gauthier", "Gillet", "Girard",
    "Guérin", "Guillou", "Haddad", "Hamon", "Hubert", "Jacquet", "Joly", "Kervella", "Lacroix", "Lambert", "Laporte",
    "Le Gall", "Lebrun", "Leclercq", "Lemaire", "Lopez", "Maillard", "Marchand", "Martinez", "Masson", "Mercier",
    "Meunier", "Monnier", "Morel", "Nguyen", "Noël", "Olivieri", "Ouattara", "Pasquier", "Pelletier", "Perrin",
    "Picard", "Poirier", "Prévost", "Quéméner", "Renaud", "Ribeiro", "Rivière", "Rossi", "Roussel", "Sabatier",
    "Sauvage", "Schmitt", "Tessier", "Tanguy", "Vasseur", "Vidal", "Weber", "Yilmaz",
)  # fmt: skip

STREETS = (
    "rue des Tilleuls",
    "impasse du Lavoir",
    "rue de la Halle",
    "chemin des Vignes",
    "place de l’Église",
    "rue Haute",
)


@dataclass(frozen=True)
class CastProduct:
    """A product: its price last season and this one in cents, and how many of a hundred households choose it."""

    name: str
    unit: str
    before: int
    now: int
    chosen: int
    perishable: bool = True
    winter: bool = True


@dataclass(frozen=True)
class CastFarm:
    """A farm, its offer, every how many weeks it comes, and how one may pay it."""

    name: str
    city: str
    farmer: str
    offer: str
    every: int
    counts: tuple[int, ...]
    products: tuple[CastProduct, ...]
    presentation: str
    price_note: str
    places: int | None = None
    step: int = 1


FARMS = (
    CastFarm(
        "Ferme du Grand Aulne", "Saint-Loup", "Maud Keller", "Légumes", 1, (1, 3, 6, 10),
        (CastProduct("Petit panier", "2 à 3 légumes pour deux", 1150, 1200, 34),
         CastProduct("Grand panier", "5 à 7 légumes pour quatre", 1850, 1950, 28)),
        "Trois hectares de maraîchage diversifié, en agriculture biologique depuis 2012.",
        "Le prix couvre le revenu de deux personnes et demie, calculé avec l’AMAP chaque printemps.", 70, 100,
    ),
    CastFarm(
        "Les Poules de Maïa", "Bréchamps", "Maïa Etchegaray", "Œufs", 2, (1, 2, 4),
        (CastProduct("Boîte de 6 œufs", "6 œufs plein air", 230, 240, 20),
         CastProduct("Boîte de 12 œufs", "12 œufs plein air", 440, 460, 13)),
        "Quatre cents poules en parcours arboré.", "Le prix suit le coût du grain, discuté en juin.",
    ),
    CastFarm(
        "Le Fournil des Deux Rives", "La Rivière", "Ismaël Roux", "Pain", 1, (1, 3, 6),
        (CastProduct("Pain de campagne", "1 kg, levain", 560, 580, 18),
         CastProduct("Pain de seigle", "800 g", 520, 540, 9),
         CastProduct("Brioche", "400 g", 480, 500, 4)),
        "Paysan boulanger : le blé pousse, est moulu et cuit à la ferme.", "Le prix comprend la mouture et le bois.",
    ),
    CastFarm(
        "Chèvrerie des Combes", "Les Combes", "Rose Aymard", "Fromages de chèvre", 2, (1, 2, 3),
        (CastProduct("Petit assortiment", "3 fromages", 880, 920, 14),
         CastProduct("Grand assortiment", "5 fromages", 1380, 1440, 8),
         CastProduct("Faisselle", "500 g", 380, 400, 8, winter=False)),
        "Quarante chèvres en montagne ; pas de lait au cœur de l’hiver.", "Prix au lait transformé, foin compris.",
        None, 50,
    ),
    CastFarm(
        "Volailles du Bocage", "Saint-Loup", "Paul Hénaff", "Poulets", 4, (1, 3),
        (CastProduct("Poulet fermier", "environ 1,8 kg", 2150, 2250, 22),),
        "Bandes de deux cents poulets élevés cent jours.", "Prix forfaitaire par poulet, quel que soit son poids.", 40,
    ),
    CastFarm(
        "Rucher de la Lande", "La Lande", "Yves Caradec", "Miel", 12, (1,),
        (CastProduct("Miel de fleurs", "pot de 500 g", 750, 780, 16, perishable=False),
         CastProduct("Miel de châtaignier", "pot de 250 g", 480, 500, 7, perishable=False)),
        "Soixante ruches sédentaires.", "Prix stable depuis trois ans, revu cette saison.",
    ),
)  # fmt: skip

TERMS = (
    "Un panier non retiré le soir même est partagé entre les bénévoles de permanence.\n"
    "En cas d’absence, le foyer trouve quelqu’un pour retirer son panier.\n"
    "Une personne qui déménage peut quitter le contrat si un autre foyer le reprend."
)

WINTER = CastFarm(
    "Ferme du Grand Aulne", "Saint-Loup", "Maud Keller", "Conserves d’hiver", 4, (1, 3),
    (CastProduct("Colis de conserves", "3 bocaux : soupe, ratatouille, coulis", 1600, 1650, 0, perishable=False),
     CastProduct("Caisse de courges", "environ 6 kg", 900, 950, 0, perishable=False)),
    "Ce que l’été a donné de trop, en bocaux.", "Bocaux et temps de travail compris.", 40,
)  # fmt: skip
"""The offer that is open now."""
