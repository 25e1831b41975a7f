"""A plugin for the tests: a recipe for each contract, and every kind of hook."""

from courtil.api import KeptData, Permission, Plugin

plugin = Plugin(
    name="recipes",
    package="courtil_recipes",
    label="Recettes",
    summary="Une recette pour chaque contrat.",
    settings="courtil_recipes.settings:Settings",
    licence="AGPL-3.0-or-later",
    author="Les contributrices et contributeurs de Courtil",
    source="https://exemple.fr/courtil-recipes",
    permissions=(Permission("recipes.read", "Lire les recettes", roles=("member",)),),
    personal_data=(KeptData("Recettes reçues", "Cuisiner le panier.", kept="Un an.", readers="Votre foyer."),),
    hosts=("recettes.exemple.fr",),
)
