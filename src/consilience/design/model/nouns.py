"""What all nouns of a study file have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Noun(BaseModel):
    """A frozen record that takes no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Noun):
    """One member of the team."""

    name: str
    role: str = ""
    affiliation: str = ""
    orcid: str | None = None


class StageBase(Noun):
    """What every stage has."""

    id: Id
    title: str = ""
    phase: Id | None = None
    note: str = ""
