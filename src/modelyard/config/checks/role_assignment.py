"""Which role is meant, may it be what was meant, and is it given twice?"""

import re

from modelyard.catalog.roles import Role, mistaken, role, roles
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.naming_rules import PATTERNS
from modelyard.config.role_assignment import RoleAssignment, WrittenAccess
from modelyard.config.stack import Draft
from modelyard.config.suggestions import did_you_mean

GUID = re.compile(PATTERNS["object id"])
HANDS_ON_RIGHTS = "Microsoft.Authorization/roleAssignments/write"


def settle(draft: Draft, collector: Collector) -> dict[str, RoleAssignment]:
    """The entries with their roles; one whose role isn't known is absent, and a finding says why."""
    settled: dict[str, RoleAssignment] = {}
    first: dict[tuple[str, str, str], str] = {}
    for key, written in draft.access.items():
        at = ("access", key)
        found = _role(written, draft, (*at, "role"), collector)
        if found is None:
            continue
        settled[key] = _settled(written, *found)
        identity = (written.principal.object_id, found[0] or found[1] or "", written.scope)
        twin = first.setdefault(identity, key)
        if twin != key:
            collector.add(
                "config.access-twice",
                at,
                f"{key} gives what {twin} gives already",
                found=f"{written.role} on the {written.scope}, for {written.principal.object_id}",
                allowed="each principal, role and scope once",
                remedy="take one of them out",
            )
    return settled


def _settled(written: WrittenAccess, guid: str | None, definition: str | None) -> RoleAssignment:
    return RoleAssignment(
        principal_id=written.principal.object_id,
        principal_type=written.principal.type,
        role_guid=guid,
        role_definition=definition,
        scope=written.scope,
        condition=written.condition,
        condition_version="2.0" if written.condition else None,
        description=written.description or written.principal.display_name,
        name=written.name,
    )


def _role(
    written: WrittenAccess, draft: Draft, path: KeyPath, collector: Collector
) -> tuple[str | None, str | None] | None:
    """The role's GUID, or its key in roleDefinitions; None where it is neither."""
    custom = draft.written.get("role_definitions", ())
    if written.role in custom:
        return None, written.role
    known = role(written.role)
    if known is not None:
        _should_know(written, known, path, collector)
        return known.guid, None
    if GUID.match(written.role):
        _unknown_guid(written.role, path, collector)
        return written.role.lower(), None
    names = [name for each in roles() for name in each.names]
    collector.add(
        "config.role-unknown",
        path,
        f"there is no role {written.role}",
        found=written.role,
        allowed="a built-in role of the catalog, a role's GUID, or a key of roleDefinitions",
        remedy=did_you_mean(written.role, [*names, *custom], "find its GUID: az role definition list --name …"),
        of_value=True,
    )
    return None


def _unknown_guid(guid: str, path: KeyPath, collector: Collector) -> None:
    wrong = mistaken(guid)
    near = next((each for each in roles() if each.guid.split("-")[0] == guid.lower().split("-")[0]), None)
    meant = role(wrong.taken_for) if wrong else near
    if meant is not None:
        actual = f"the role {wrong.actual}" if wrong and wrong.actual else "no role that Microsoft documents"
        collector.add(
            "config.role-mistaken",
            path,
            f"this is {actual}, often taken for {meant.name}" if wrong else f"this is almost {meant.name}",
            found=guid,
            allowed=meant.guid,
            remedy=f"write {meant.name}",
            of_value=True,
        )
        return
    collector.add(
        "config.role-not-in-catalog",
        path,
        "the catalog has no role with this GUID",
        found=guid,
        remedy=f"make sure: az role definition list --name {guid}",
        of_value=True,
    )


def _may(known: Role) -> str:
    """What makes the role a privileged one. Some roles may be handed on under a condition only."""
    if "*" in known.actions:
        return "change nearly everything"
    if known.may_assign:
        handed = (role(guid) for guid in known.may_assign)
        return f"give others the role {' or '.join(each.name for each in handed if each is not None)}"
    return "give anybody any role"


def _should_know(written: WrittenAccess, known: Role, path: KeyPath, collector: Collector) -> None:
    if "*" in known.actions or HANDS_ON_RIGHTS in known.actions or "Microsoft.Authorization/*" in known.actions:
        data = "" if known.data_actions else ", and yet call no model with a token"
        collector.add(
            "config.role-privileged",
            path,
            f"whoever has {known.name} may {_may(known)}{data}",
            found=written.role,
            remedy="give a narrower role; for calling models Cognitive Services User is enough",
            of_value=True,
        )
    elif not known.data_actions and written.scope == "account":
        collector.add(
            "config.role-without-data-actions",
            path,
            f"whoever has {known.name} alone can't call models with a token",
            found=written.role,
            remedy="for calling models give Cognitive Services User; otherwise all is well",
            of_value=True,
        )
