"""Which model a deployment is an alias for: in full as ARM has it, or as `name@version`.

The short form leaves out ARM's `format`, which the catalog fills in. Where the catalog doesn't know the name there is
nothing to fill in, and guessing would deploy another publisher's model; then the full form is asked for.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from modelyard.config.key_path import KeyPath
from modelyard.config.scalar import Scalar, Words
from modelyard.config.strict_model import StrictModel

ASK = "az cognitiveservices model list -l <region>"
SHORT_FORM = r"^[^@\s]+@[^@\s]+$"


class Model(StrictModel):
    """ARM's `model` of a deployment. The version is always stated: left out, Azure picks one that may have expired."""

    format: Words = Field(description="ARM's format, mostly the publisher's name.", examples=["OpenAI", "Mistral AI"])
    name: Words = Field(description="Name of the model.", examples=["gpt-5.6-terra"])
    version: Words = Field(description="Version of the model, in quotes.", examples=["2026-07-09", "1"])

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def from_short_form(value: Any, info: ValidationInfo[Any]) -> Any:
    """`name@version` as the full form, its format taken from the market in the validation's context."""
    if isinstance(value, dict) and isinstance(name := value.get("name"), Scalar):
        return {**value, "name": _respelt(name, info)}
    if not isinstance(value, Scalar):
        return value
    if not re.match(SHORT_FORM, value.text):
        name = value.text.strip("@ ")
        versions = sorted({model.version for model in info.context.market.find(name) if model.version})
        raise PydanticCustomError(
            "config.model-version-missing",
            "a model is written as name@version",
            {
                "found": value.text,
                "allowed": ", ".join(f"{name}@{version}" for version in versions) or "name@version, or the full form",
            },
        )
    name, version = value.text.split("@")
    market = info.context.market
    if (spelling := market.spelling(name)) not in ("", name):
        _other_capitals((*value.path, "name"), name, spelling, info)
        name = spelling
    formats = market.formats(name)
    if len(formats) != 1:
        close = market.closest(name)
        raise PydanticCustomError(
            "config.model-format-unknown",
            "{why}, so its format must be stated",
            {
                "why": f"several publishers have a model {name}" if formats else f"the catalog doesn't know {name}",
                "found": value.text,
                "allowed": f"known names like it: {', '.join(close)}" if close else "",
                "remedy": f'write model: {{format: …, name: {name}, version: "{version}"}}'
                + (", or correct the name" if close else ""),
            },
        )
    if all(model.format_grade == "R" for model in market.find(name)) and market.find(name):
        info.context.collector.add(
            "config.model-format-inferred",
            value.path,
            f"the format {formats[0]} is inferred",
            found=value.text,
            remedy=f"to be sure, look it up with `{ASK}` and write the model in full",
        )
    return {"format": formats[0], "name": name, "version": version}


def _respelt(name: Scalar, info: ValidationInfo[Any]) -> Scalar:
    spelling = info.context.market.spelling(name.text)
    if spelling in ("", name.text):
        return name
    _other_capitals(name.path, name.text, spelling, info)
    return Scalar(spelling, name.plain, name.path)


def _other_capitals(path: KeyPath, name: str, spelling: str, info: ValidationInfo[Any]) -> None:
    """One finding, and the model counts as the one that is meant: everything else is judged by that."""
    info.context.collector.add(
        "config.model-spelling",
        path,
        f"the catalog spells this model {spelling}",
        found=name,
        allowed=spelling,
        remedy=f"write {spelling}",
        of_value=True,
    )


ModelReference = Annotated[
    Model,
    BeforeValidator(
        from_short_form,
        json_schema_input_type=Annotated[str, StringConstraints(pattern=SHORT_FORM)] | Model,
    ),
]
