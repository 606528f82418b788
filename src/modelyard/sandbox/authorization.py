"""Who may do what, where: role assignments of the store, role definitions of the catalog and of the store.

The rules are Azure RBAC's (Microsoft docs, role-based-access-control/role-definitions, grade A): rights add up; an
action is granted by a definition that names it, or a pattern of it, in `actions` and not in `notActions` (data actions
likewise, by themselves); what is granted at a scope holds for everything below it, subscriptions of a management group
too; a group's assignments are its
members'. Comparison ignores case. A definition's own condition is honoured as far as it limits which roles may be
handed on; one that is written on an assignment is evaluated by `condition`.

An assignment takes effect at once, or as late as the delay of its type says: then its ARM id has a document
{"effective"} in the collection `propagation`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from modelyard.arm import condition
from modelyard.arm.condition import Attributes, Test
from modelyard.catalog.roles import Role, role
from modelyard.sandbox import management_groups
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

ASSIGNMENTS = "/providers/microsoft.authorization/roleassignments/"
DEFINITIONS = "/providers/microsoft.authorization/roledefinitions/"
TYPE = "Microsoft.Authorization/roleAssignments"
PROPAGATION = "propagation"
STATED = ("actions", "notActions", "dataActions", "notDataActions")
REMEMBERED = 8192
"""Decisions kept between two changes of the assignments."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of a role definition, its patterns compiled."""

    actions: re.Pattern[str]
    not_actions: re.Pattern[str]
    data_actions: re.Pattern[str]
    not_data_actions: re.Pattern[str]
    may_assign: frozenset[str] = frozenset()
    stated: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, hash=False)
    """The patterns as the definition states them, by ARM's names."""

    def grants(self, action: str, *, data: bool) -> bool:
        """Whether the action is in, and not taken out again."""
        if data:
            return bool(self.data_actions.fullmatch(action)) and not self.not_data_actions.fullmatch(action)
        return bool(self.actions.fullmatch(action)) and not self.not_actions.fullmatch(action)


@dataclass(frozen=True, slots=True)
class Handed:
    """The role assignment that a request writes or deletes: which role's GUID, to whom."""

    role: str
    principal: str = ""
    principal_type: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role assignment: what it permits, from when on, and on which condition."""

    permissions: tuple[Permission, ...]
    effective: datetime | None = None  # None: at once
    condition: Test | None = None

    def permits(self, action: str, *, data: bool, assigning: Handed | None) -> bool:
        """Whether the action is among what is permitted, and the condition, if there is one, is met."""
        return any(_permits(one, action, data=data, assigning=assigning) for one in self.permissions) and (
            self.condition is None or self.condition(action, _attributes(action, assigning))
        )


@dataclass(slots=True)
class Rights:
    """Grants by principal and scope, with the decisions taken since they last changed.

    `documents` are the role assignments and custom definitions that they were read from; `definitions` are by GUID.
    """

    version: int = -1
    documents: tuple[Document, ...] = ()
    assignments: tuple[Document, ...] = ()
    definitions: Mapping[str, Document] = field(default_factory=dict)
    grants: Mapping[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    propagating: bool = False
    decisions: dict[tuple[Any, ...], bool] = field(default_factory=dict)


def allows(
    azure: LocalAzure,
    principals: Collection[str],
    action: str,
    scope: str,
    *,
    data: bool = False,
    assigning: Handed | None = None,
) -> bool:
    """Whether any of the principals may do `action` at `scope` (an ARM id) now.

    `assigning` is the role assignment in question, for definitions and conditions that limit what is handed on.
    """
    rights = _rights(azure)
    question = (tuple(principals), action, scope, data, assigning, azure.store.version(management_groups.COLLECTION))
    known = rights.decisions.get(question)
    if known is not None:
        return known
    now = azure.clock.now()
    answer = any(
        grant.permits(action, data=data, assigning=assigning)
        for grant in _grants(azure, rights, principals, scope)
        if grant.effective is None or grant.effective <= now
    )
    if not rights.propagating:  # while an assignment has yet to take effect, the answer changes with the time
        if len(rights.decisions) >= REMEMBERED:
            rights.decisions.clear()
        rights.decisions[question] = answer
    return answer


def permitted(azure: LocalAzure, principals: Collection[str], scope: str) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """The permissions that the principals have at a scope now, as their definitions state them."""
    now = azure.clock.now()
    for grant in _grants(azure, _rights(azure), principals, scope):
        if grant.effective is None or grant.effective <= now:
            yield from (each.stated for each in grant.permissions)


def propagate(azure: LocalAzure, key: str) -> None:
    """Let a new assignment, of this ARM id in lower case, take effect as late as the delay says."""
    delay = timedelta(seconds=azure.delays.get(TYPE, 0.0))
    if delay:
        azure.store.put(PROPAGATION, key, {"effective": (azure.clock.now() + delay).isoformat()})


def assignments(azure: LocalAzure) -> tuple[Document, ...]:
    """Every role assignment."""
    return _rights(azure).assignments


def custom_role(azure: LocalAzure, id: str) -> Document | None:  # noqa: A002 - ARM calls it id
    """The custom role definition of an id, which may name any scope: its GUID is its own in the whole tenant."""
    return _rights(azure).definitions.get(id.rpartition("/")[2].lower())


def scopes(scope: str) -> Iterator[str]:
    """The scope in lower case and everything above it, `/` last."""
    at = scope.lower().rstrip("/")
    while at:
        yield at
        at = at.rpartition("/")[0]
    yield "/"


def _permits(permission: Permission, action: str, *, data: bool, assigning: Handed | None) -> bool:
    if not permission.grants(action, data=data):
        return False
    hands_on = action.lower() in (f"{TYPE}/write".lower(), f"{TYPE}/delete".lower())
    role_ = assigning.role.lower() if assigning else ""
    return not (permission.may_assign and hands_on) or role_ in permission.may_assign


def _attributes(action: str, assigning: Handed | None) -> Attributes:
    """What a condition may ask of the role assignment: of a request to write it, or of one there to be deleted."""
    if assigning is None:
        return {}
    source = "resource" if action.lower().endswith("/delete") else "request"
    values = {
        "roledefinitionid": assigning.role,
        "principalid": assigning.principal,
        "principaltype": assigning.principal_type,
    }
    return {f"{source}:{name}": value for name, value in values.items() if value}


def _condition(properties: Mapping[str, Any]) -> Test | None:
    """The condition of an assignment. One that can't be read was refused when it was written; it is never met."""
    written = properties.get("condition")
    if not written:
        return None
    try:
        return condition.read(str(written)).holds
    except condition.ConditionError:
        return lambda _action, _given: False


def _grants(azure: LocalAzure, rights: Rights, principals: Iterable[str], scope: str) -> Iterator[Grant]:
    above = [*scopes(scope), *management_groups.chain(azure, scope)]
    for principal in principals:
        for at in above:
            yield from rights.grants.get((principal.lower(), at), ())


def _rights(azure: LocalAzure) -> Rights:
    rights = azure.derived("authorization", (), Rights)
    version = azure.store.version("resources")
    if rights.version == version:
        return rights
    found = tuple(
        (key, document)
        for key, document in azure.store.scan("resources")
        if "/providers/microsoft.authorization/role" in key
    )
    documents = tuple(document for _, document in found)
    if len(documents) != len(rights.documents) or any(
        new is not old for new, old in zip(documents, rights.documents, strict=True)
    ):
        rights.documents = documents
        rights.assignments = tuple(document for key, document in found if ASSIGNMENTS in key)
        rights.definitions = {key.rpartition("/")[2]: document for key, document in found if DEFINITIONS in key}
        rights.grants = _read(azure, rights)
        rights.decisions.clear()
    now = azure.clock.now()
    rights.propagating = any(
        grant.effective is not None and grant.effective > now for held in rights.grants.values() for grant in held
    )
    rights.version = -1 if rights.propagating else version
    return rights


def _read(azure: LocalAzure, rights: Rights) -> Mapping[tuple[str, str], tuple[Grant, ...]]:
    grants: dict[tuple[str, str], tuple[Grant, ...]] = {}
    for document in rights.assignments:
        properties = document["properties"]
        key = (str(properties["principalId"]).lower(), str(properties["scope"]).lower().rstrip("/") or "/")
        later = azure.store.get(PROPAGATION, str(document["id"]).lower())
        effective = datetime.fromisoformat(later["effective"]) if later else None
        permissions = _permissions(rights, str(properties["roleDefinitionId"]))
        grant = Grant(permissions, effective, _condition(properties))
        grants[key] = (*grants.get(key, ()), grant)
    return grants


def _permissions(rights: Rights, definition_id: str) -> tuple[Permission, ...]:
    guid = definition_id.rpartition("/")[2]
    built_in = role(guid)
    if built_in is not None:
        return (_of_role(built_in),)
    custom = rights.definitions.get(guid.lower())
    if custom is None:
        return ()
    return tuple(
        Permission(
            actions=_patterns(tuple(one.get("actions") or ())),
            not_actions=_patterns(tuple(one.get("notActions") or ())),
            data_actions=_patterns(tuple(one.get("dataActions") or ())),
            not_data_actions=_patterns(tuple(one.get("notDataActions") or ())),
            stated={name: tuple(one.get(name) or ()) for name in STATED},
        )
        for one in custom["properties"].get("permissions", ())
    )


@cache
def _of_role(definition: Role) -> Permission:
    return Permission(
        _patterns(definition.actions),
        _patterns(definition.not_actions),
        _patterns(definition.data_actions),
        _patterns(definition.not_data_actions),
        frozenset(definition.may_assign),
        dict(
            zip(
                STATED,
                (definition.actions, definition.not_actions, definition.data_actions, definition.not_data_actions),
                strict=True,
            )
        ),
    )


@cache
def _patterns(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of them. A `*` stands for any text, slashes too."""
    alternatives = (".*".join(re.escape(piece) for piece in pattern.split("*")) for pattern in patterns)
    return re.compile("|".join(f"(?:{one})" for one in alternatives) or r"(?!)", re.IGNORECASE | re.DOTALL)
