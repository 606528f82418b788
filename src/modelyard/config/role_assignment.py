"""Access: who may do what. What is written names a role by name or GUID; what it comes to has the GUID."""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from modelyard.config.naming_rules import ObjectGuid, ObjectId
from modelyard.config.scalar import Text, Words, as_text
from modelyard.config.strict_model import StrictModel

AccessScope = Annotated[Literal["account", "resourceGroup"], BeforeValidator(as_text)]
ConditionVersion = Annotated[Literal["2.0"], BeforeValidator(as_text)]

PRINCIPAL_TYPES = {
    "group": "Group",
    "user": "User",
    "service_principal": "ServicePrincipal",
    "managed_identity": "ServicePrincipal",
}


class Principal(StrictModel):
    """Whom: one object of Entra by its object id. Saying of which kind it is spares Azure a look-up that may fail."""

    group: ObjectId | None = Field(default=None, description="Object id of a group.")
    user: ObjectId | None = Field(default=None, description="Object id of a user.")
    service_principal: ObjectId | None = Field(
        default=None, description="Object id of a service principal (enterprise application), not its client id."
    )
    managed_identity: ObjectId | None = Field(default=None, description="Object (principal) id of a managed identity.")
    display_name: Text | None = Field(default=None, description="What people call it; becomes the description.")

    @model_validator(mode="after")
    def one(self) -> Self:
        named = [name for name in PRINCIPAL_TYPES if getattr(self, name) is not None]
        if len(named) != 1:
            raise PydanticCustomError(
                "config.principal-ambiguous",
                "a principal is one object of Entra",
                {
                    "found": " and ".join(type(self).model_fields[name].alias or name for name in named) or "none",
                    "allowed": "one of group, user, servicePrincipal, managedIdentity, with an object id",
                },
            )
        return self

    @property
    def kind(self) -> str:
        """The field that is given."""
        return next(name for name in PRINCIPAL_TYPES if getattr(self, name) is not None)

    @property
    def object_id(self) -> str:
        """In lower case, as Azure shows it."""
        return str(getattr(self, self.kind)).lower()

    @property
    def type(self) -> str:
        """ARM's principalType."""
        return PRINCIPAL_TYPES[self.kind]


class WrittenAccess(StrictModel):
    """One entry of `modelyard:access`."""

    principal: Principal = Field(description="Who gets access.")
    role: Text = Field(
        description="Name or GUID of a built-in role, or a key of roleDefinitions.",
        examples=["Cognitive Services User", "Cognitive Services OpenAI User"],
    )
    scope: AccessScope = Field(default="account", description="Where: on the account, or on its resource group.")
    condition: Words | None = Field(default=None, description="A condition of Azure RBAC that narrows the access.")
    condition_version: ConditionVersion | None = Field(
        default=None, description="Version of the condition; 2.0 when there is one."
    )
    description: Text | None = Field(default=None, description="Why; the principal's displayName when not given.")
    name: ObjectGuid | None = Field(
        default=None,
        description="Name of the assignment in Azure, of one that others made; made of scope, principal and role when "
        "not given.",
    )

    @field_validator("condition", mode="after")
    @classmethod
    def condition_is_read(cls, written: str | None) -> str | None:
        if written:
            from modelyard.arm import condition

            try:
                condition.read(written)
            except condition.ConditionError as wrong:
                raise PydanticCustomError(
                    "config.condition-unreadable",
                    "the condition can't be read: {reason}",
                    {
                        "reason": str(wrong),
                        "found": written,
                        "allowed": "Azure's form: @Source[attribute] operator 'value', joined by AND and OR",
                    },
                ) from None
        return written

    @model_validator(mode="after")
    def condition_is_whole(self) -> Self:
        if self.condition_version is not None and self.condition is None:
            raise PydanticCustomError(
                "config.condition-incomplete",
                "a version of a condition without the condition",
                {"found": f"conditionVersion: {self.condition_version}", "allowed": "condition and conditionVersion"},
            )
        return self


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """What an entry comes to. One of `role_guid` and `role_definition` (a key of roleDefinitions) says which role."""

    principal_id: str
    principal_type: str
    role_guid: str | None
    role_definition: str | None
    scope: str
    condition: str | None
    condition_version: str | None
    description: str | None
    name: str | None = None
