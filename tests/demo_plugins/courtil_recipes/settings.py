"""What an AMAP may choose about its recipes."""

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    word: str = Field("Une recette par semaine", title="Phrase au-dessus des pages", max_length=100)
    most: int = Field(3, title="Recettes par contrat, au plus", ge=1, le=20)
    key: SecretStr = Field(SecretStr(""), title="Clé du serveur de recettes")
