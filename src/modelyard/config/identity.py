"""The account's managed identity; on by default, so that the account can reach other resources without keys."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from modelyard.config.naming_rules import IdentityId
from modelyard.config.scalar import as_text
from modelyard.config.strict_model import StrictModel

IdentityType = Annotated[
    Literal["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"], BeforeValidator(as_text)
]


class Identity(StrictModel):
    """`identity` of the account, as ARM has it; the user-assigned ones are a list of ids."""

    type: IdentityType = Field(default="SystemAssigned", description="Which kinds of managed identity the account has.")
    user_assigned_identities: tuple[IdentityId, ...] = Field(
        default=(), description="ARM ids of user-assigned identities, for the types that name them."
    )

    @model_validator(mode="after")
    def complete(self) -> Self:
        named = bool(self.user_assigned_identities)
        if named != ("UserAssigned" in self.type):
            raise PydanticCustomError(
                "config.identity-incomplete",
                "the type of identity and the user-assigned identities don't go together",
                {
                    "found": f"type {self.type} with {len(self.user_assigned_identities)} user-assigned identities",
                    "allowed": "userAssignedIdentities with a type that names UserAssigned, and only then",
                },
            )
        return self


class PolicyIdentity(Identity):
    """`identity` of a policy assignment, which has one at most."""

    type: Annotated[Literal["SystemAssigned", "UserAssigned"], BeforeValidator(as_text)] = Field(
        default="SystemAssigned", description="Its own, which goes with it, or one that is there already."
    )
    user_assigned_identities: tuple[IdentityId, ...] = Field(
        default=(),
        max_length=1,
        description="ARM id of the identity, for UserAssigned; it has to have the definition's roles already.",
    )
