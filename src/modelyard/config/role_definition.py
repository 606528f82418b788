"""Custom roles as code: what a role may do, declared where the stack lives."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from modelyard.config.naming_rules import Action, AssignableScope
from modelyard.config.scalar import Text, Words
from modelyard.config.strict_model import StrictModel


class RoleDefinition(StrictModel):
    """One entry of `modelyard:roleDefinitions`. Its GUID comes from its key, so a role can be given another name."""

    role_name: Words = Field(description="Name of the role, which no other role of the tenant may have.")
    description: Text = Field(default="", description="What the role is for.")
    actions: tuple[Action, ...] = Field(default=(), description="What it may do to resources.")
    not_actions: tuple[Action, ...] = Field(default=(), description="What of that it may not do.")
    data_actions: tuple[Action, ...] = Field(default=(), description="What it may do with data, as calling models is.")
    not_data_actions: tuple[Action, ...] = Field(default=(), description="What of that it may not do.")
    assignable_scopes: tuple[AssignableScope, ...] = Field(
        default=("resourceGroup",),
        min_length=1,
        description="Where it may be given: resourceGroup, subscription or ARM ids. The first is where it is kept.",
    )

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.actions and not self.data_actions:
            raise PydanticCustomError(
                "config.role-definition-empty",
                "a role that may do nothing is no role",
                {"allowed": "actions, dataActions, or both"},
            )
        return self
