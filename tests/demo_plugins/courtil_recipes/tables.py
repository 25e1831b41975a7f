"""Recipes that were handed out with a contract."""

from sqlalchemy.orm import Mapped

from courtil.api import Base, Key, Name, refers


class Recipe(Base):
    __tablename__ = "recipes_recipe"

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    title: Mapped[Name]
