"""A plugin for the tests: a recipe for each contract, and every kind of hook."""

from courtil.api import Permission, Plugin

plugin = Plugin(
    name="recipes",
    package="courtil_recipes",
    label="Recettes",
    permissions=(Permission("recipes.read", "Lire les recettes", roles=("member",)),),
)
