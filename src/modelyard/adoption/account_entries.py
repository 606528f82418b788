"""From ARM's documents of an account, and of all that is in it and set on it, to entries of a stack file.

An entry is the value of one key, with the ARM id that it speaks of. A document that no entry says whole is named with
the reason and has none: to declare it in part would change it at its next write. Members that ARM leaves empty, and
those that only the server writes, say nothing. Secrets are in no document; an entry that can't do without is named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic.alias_generators import to_camel

from modelyard.arm import kinds, plain_kinds
from modelyard.arm.json_path import PROPERTIES, ArmDocument, find, without
from modelyard.arm.resource_types import ResourceType, row_for_id
from modelyard.catalog.content_filters import by_source
from modelyard.catalog.roles import role
from modelyard.config.content_filter import POINTS
from modelyard.config.document import StackDocument
from modelyard.config.key_path import KeyPath

IDENTITY = frozenset({"id", "name", "type", "systemData", "etag"})
WITHOUT_SECRET = frozenset({"AAD", "None", "ManagedIdentity", "AccountManagedIdentity", "ProjectManagedIdentity"})
"""Kinds of authentication of a connection that need no credentials."""
EVERYWHERE = frozenset({"Prompt", "Completion"})


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A resource that no stack file says whole, and why."""

    id: str
    noun: str
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The value of one key of a stack file, and the document that it says."""

    path: KeyPath
    value: Any
    document: ArmDocument


class Unsayable(Exception):
    """A member of a document for which the stack file has no word."""


@dataclass(slots=True)
class AccountEntries:
    """All that a stack file can say of one account, and what it can't. `own` is the account's own entry."""

    account: ArmDocument
    own: StackDocument = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    unsaid: list[Unsaid] = field(default_factory=list)

    @property
    def existing(self) -> list[str]:
        """What the stack must never write: the group always, the account where something in it can't be said."""
        inside = f"{self.account['id']}/".lower()
        kept = [one for one in self.unsaid if f"{one.id}/".lower().startswith(inside) and not _is_assignment(one.id)]
        return ["resourceGroup", *(["account"] if kept else [])]

    def drop(self, path: KeyPath, why: str) -> bool:
        """Take out the entry that a path leads into, and all below its key; whether there was one."""
        inside = [one for one in self.entries if path[: len(one.path)] == one.path]
        if not inside:
            return False
        top = max(inside, key=lambda one: len(one.path)).path
        for one in [one for one in self.entries if one.path[: len(top)] == top]:
            self.entries.remove(one)
            reason = why if one.path == top else f"{'.'.join(map(str, top))} can't be said"
            self.unsaid.append(_unsaid(one.document, reason))
        return True

    def tree(self) -> StackDocument:
        """What stands below `modelyard:`."""
        found: dict[str, Any] = {"account": dict(self.own), "existing": self.existing, "adopted": True}
        for one in self.entries:
            here = found
            for part in one.path[:-1]:
                here = here.setdefault(str(part), {})
            here[str(one.path[-1])] = {**here.get(str(one.path[-1]), {}), **one.value}
        return found


def read(account: ArmDocument, inside: Sequence[ArmDocument], roles: Sequence[ArmDocument]) -> AccountEntries:
    """The entries of an account. `inside` are parents before children; `roles` the role assignments at the account."""
    found = AccountEntries(account)
    _account(found)
    for document in sorted(inside, key=lambda one: str(one["id"]).count("/")):
        row, parameters = row_for_id(str(document["id"])) or (None, {})
        if row is None:
            found.unsaid.append(_unsaid(document, f"no stack file states {document.get('type', 'this type')}"))
            continue
        _take(found, document, partial(_entry, row, parameters, document, found))
    for document in roles:
        _take(found, document, partial(_access, document, found))
    return found


def _take(found: AccountEntries, document: ArmDocument, make: Callable[[], Entry]) -> None:
    try:
        found.entries.append(make())
    except Unsayable as reason:
        found.unsaid.append(_unsaid(document, str(reason)))


def _unsaid(document: ArmDocument, why: str) -> Unsaid:
    row, _ = row_for_id(str(document["id"])) or (None, {})
    return Unsaid(str(document["id"]), row.noun if row else str(document.get("type", "resource")), why)


def _is_assignment(id_: str) -> bool:
    """A role assignment goes with nothing: who can't say one may say the account all the same."""
    return f"/{kinds.ROLE_ASSIGNMENT.type}/".lower() in id_.lower()


def _members(document: ArmDocument, row: ResourceType, *known: str) -> dict[str, Any]:
    """The members of `properties` that hold something somebody wrote. Unsayable names one that isn't known."""
    plain = without(dict(document), row.read_only | row.write_only)
    members = {name: value for name, value in (plain.get(PROPERTIES) or {}).items() if value not in (None, "", [], {})}
    filled = {place.removeprefix(f"{PROPERTIES}.") for place in row.server_filled}
    more = sorted(name for name, value in members.items() if name not in known and name not in filled and value)
    more = [name for name in more if f"{PROPERTIES}.{name}" not in row.read_only]
    if more:
        raise Unsayable(f"the stack file has no key for properties.{', properties.'.join(more)}")
    return members


def _text(value: Any) -> dict[str, Any]:
    return {name: each for name, each in value.items() if each not in (None, {}, [], "")}


def _account(found: AccountEntries) -> None:
    document = found.account
    row = kinds.ACCOUNT
    parameters = row.match(str(document["id"])) or {}
    inside = document.get(PROPERTIES) or {}
    identity = document.get("identity") or {}
    written: dict[str, Any] = {"name": document["name"], "resourceGroup": parameters["resourceGroupName"]}
    subdomain = str(inside.get("customSubDomainName") or "")
    if subdomain.lower() != str(document["name"]).lower() and subdomain:
        written["customSubDomainName"] = subdomain.lower()
    kind = str(identity.get("type") or "None").replace(",", ", ").replace("  ", " ")
    if kind != "SystemAssigned":
        named = list(identity.get("userAssignedIdentities") or ())
        written["identity"] = _text({"type": kind, "userAssignedIdentities": named})
    if not inside.get("disableLocalAuth"):
        written["disableLocalAuth"] = False
    acls = inside.get("networkAcls") or {}
    rules = {
        "defaultAction": acls.get("defaultAction"),
        "bypass": acls.get("bypass"),
        "ipRules": [{"value": each["value"]} for each in acls.get("ipRules") or ()],
        "virtualNetworkRules": [
            _text({"id": each["id"], "ignoreMissingVnetServiceEndpoint": each.get("ignoreMissingVnetServiceEndpoint")})
            for each in acls.get("virtualNetworkRules") or ()
        ],
    }
    written["network"] = _text(
        {
            "publicNetworkAccess": inside.get("publicNetworkAccess") or "Enabled",
            "networkAcls": _text(rules) if acls.get("defaultAction") else None,
        }
    )
    if inside.get("allowProjectManagement") is not None:
        written["allowProjectManagement"] = bool(inside["allowProjectManagement"])
    if document.get("tags"):
        written["tags"] = dict(document["tags"])
    found.own.update(written)
    known = ("customSubDomainName", "disableLocalAuth", "networkAcls", "publicNetworkAccess", "allowProjectManagement")
    reasons = []
    try:
        _members(document, row, *known)
    except Unsayable as reason:
        reasons.append(str(reason))
    if str(document.get("kind")) != "AIServices":
        reasons.append(f"the stack file has accounts of kind AIServices only, and this one is {document.get('kind')}")
    if not subdomain:
        reasons.append("it has no subdomain, and a stack file always states one")
    if connected := inside.get("privateEndpointConnections"):
        reasons.append(f"{len(connected)} private endpoint(s) lead to it, which no stack file states")
    if acls and set(acls) - set(rules):
        reasons.append(f"the stack file has no key for networkAcls.{', '.join(sorted(set(acls) - set(rules)))}")
    found.unsaid += [Unsaid(str(document["id"]), row.noun, reason) for reason in reasons]


def _entry(row: ResourceType, parameters: Mapping[str, str], document: ArmDocument, found: AccountEntries) -> Entry:
    name = parameters[row.name_parameter]
    if row.type == kinds.DEPLOYMENT.type:
        return Entry(("deployments", name), _deployment(document), document)
    if row.type == kinds.CONTENT_FILTER.type:
        return Entry(("contentFilters", name), _content_filter(document), document)
    if row.type == kinds.BLOCKLIST.type:
        members = _members(document, row, "description")
        value = _text({"description": members.get("description"), "tags": document.get("tags")})
        return Entry(("blocklists", name), value, document)
    if row.type == kinds.BLOCKLIST_ITEM.type:
        members = _members(document, row, "pattern", "isRegex")
        value = {"regex" if members.get("isRegex") else "text": members.get("pattern", "")}
        return Entry(("blocklists", parameters["raiBlocklistName"], "entries", name), value, document)
    return Entry(_plain_path(row, parameters), _plain(row, document, found.account), document)


def _deployment(document: ArmDocument) -> dict[str, Any]:
    known = ("model", "raiPolicyName", "spilloverDeploymentName", "capacitySettings", "versionUpgradeOption")
    members = _members(document, kinds.DEPLOYMENT, *known)
    model, sku = _text(members.get("model") or {}), _text(document.get("sku") or {})
    if more := sorted(set(model) - {"format", "name", "version", "callRateLimit"}):
        raise Unsayable(f"the stack file has no key for properties.model.{', properties.model.'.join(more)}")
    upgrade = members.get("versionUpgradeOption")
    return _text(
        {
            "model": {name: str(model.get(name, "")) for name in ("format", "name", "version")},
            "sku": sku.get("name"),
            "capacity": sku.get("capacity"),
            "contentFilter": members.get("raiPolicyName"),
            "versionUpgradeOption": None if upgrade == "NoAutoUpgrade" else upgrade,
            "spilloverDeploymentName": members.get("spilloverDeploymentName"),
            "capacitySettings": members.get("capacitySettings"),
            "tags": document.get("tags"),
        }
    )


def _content_filter(document: ArmDocument) -> dict[str, Any]:
    known = ("mode", "basePolicyName", "contentFilters", "customBlocklists", "type")
    members = _members(document, kinds.CONTENT_FILTER, *known)
    points: dict[str, dict[str, Any]] = {}
    for each in members.get("contentFilters") or ():
        source = str(each.get("source"))
        spelt = str(each.get("name")).casefold()
        key = next((one.key for one in by_source().get(source, {}).values() if one.arm_name.casefold() == spelt), None)
        if key is None:
            raise Unsayable(f"the catalog knows no filter {each.get('name')} at {source}")
        said = {name: each[name] for name in ("enabled", "blocking", "action") if each.get(name) is not None}
        if by_source()[source][key].has_severity and each.get("severityThreshold"):
            said["severityThreshold"] = each["severityThreshold"]
        points.setdefault(to_camel(POINTS[source]), {})[key] = said
    uses: dict[str, dict[str, bool]] = {}
    for each in members.get("customBlocklists") or ():
        uses.setdefault(str(each["blocklistName"]), {})[str(each.get("source"))] = bool(each.get("blocking", True))
    return _text(
        {
            "mode": members.get("mode"),
            "basePolicyName": members.get("basePolicyName"),
            **points,
            "blocklists": {name: _use(name, use) for name, use in uses.items()},
            "tags": document.get("tags"),
        }
    )


def _use(name: str, use: Mapping[str, bool]) -> dict[str, Any]:
    if len(set(use.values())) > 1:
        raise Unsayable(f"the blocklist {name} blocks at one point and annotates at another")
    blocking = next(iter(use.values()))
    return {"blocking": blocking} if use.keys() == EVERYWHERE else {"source": next(iter(use)), "blocking": blocking}


def _plain_path(row: ResourceType, parameters: Mapping[str, str]) -> KeyPath:
    """The keys above an entry of a kind without logic, by its row: `projects.<name>.connections.<name>`."""
    if row.parent is not None and not row.parent.single:
        return (*_plain_path(row.parent, parameters), row.section, parameters[row.name_parameter])
    above = (row.parent.section,) if row.parent is not None else ()
    return (*above, row.section, parameters[row.name_parameter])


def _plain(row: ResourceType, document: ArmDocument, account: ArmDocument) -> dict[str, Any]:
    """All that somebody could have written, by the row."""
    if not any(row is each for each in plain_kinds.rows()):
        raise Unsayable(f"no stack file states a {row.noun} here")
    kept = without({name: value for name, value in document.items() if name not in IDENTITY}, row.read_only)
    kept = without(kept, row.write_only)
    for place in row.secret | row.write_only:
        authorised = find(document, f"{PROPERTIES}.authType")
        if place.endswith("credentials") and authorised not in (None, *WITHOUT_SECRET):
            raise Unsayable(
                f"its {place.removeprefix('properties.')} are a secret (authType {authorised}), which ARM never returns"
            )
    members = _filled(kept.pop(PROPERTIES, None) or {})
    envelope = {name: value for name, value in kept.items() if name in row.envelope and value not in (None, {}, [])}
    if str(envelope.get("location", "")).replace(" ", "").lower() == str(account["location"]).replace(" ", "").lower():
        envelope.pop("location", None)
    if identity := envelope.get("identity"):
        named = list(identity.get("userAssignedIdentities") or ())
        envelope["identity"] = _text({"type": identity.get("type"), "userAssignedIdentities": named})
    return {**envelope, **members}


def _filled(value: Any) -> Any:
    """Without what ARM answers as null."""
    if isinstance(value, Mapping):
        return {name: _filled(each) for name, each in value.items() if each is not None}
    return [_filled(each) for each in value] if isinstance(value, list) else value


TYPES = {"Group": "group", "User": "user", "ServicePrincipal": "servicePrincipal"}


def _access(document: ArmDocument, found: AccountEntries) -> Entry:
    known = (
        "principalId",
        "principalType",
        "roleDefinitionId",
        "condition",
        "conditionVersion",
        "description",
        "scope",
    )
    members = _members(document, kinds.ROLE_ASSIGNMENT, *known)
    kind = TYPES.get(str(members.get("principalType")))
    if kind is None:
        raise Unsayable(f"the stack file has no principals of type {members.get('principalType')}")
    guid = str(members["roleDefinitionId"]).rpartition("/")[2].lower()
    known_role = role(guid)
    name = str(document["id"]).rpartition("/")[2].lower()
    title = known_role.name if known_role else guid
    key = f"{'-'.join(title.lower().replace('(', '').replace(')', '').split())}-{str(members['principalId'])[:8]}"
    if any(one.path == ("access", key) for one in found.entries):
        key = f"{key}-{name[:8]}"
    value = {
        "principal": {kind: members["principalId"]},
        "role": title,
        "condition": members.get("condition"),
        "conditionVersion": members.get("conditionVersion") if members.get("condition") else None,
        "description": members.get("description"),
        "name": name,
    }
    return Entry(("access", key), _text(value), document)


def at_account(document: ArmDocument, account: ArmDocument) -> bool:
    """Whether something that has a scope stands at the account itself, and neither above nor below it."""
    id_ = str(document["id"]).lower()
    return id_.partition("/providers/microsoft.authorization/")[0] == str(account["id"]).lower()
