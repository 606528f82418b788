"""The ground of every model of the configuration: strict, frozen, camelCase outside, unknown keys refused."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class StrictModel(BaseModel):
    """A map of the stack file. Fields are ARM's names in snake_case; the file has them in camelCase."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel, defer_build=True)
