"""What a stack declares, as data, before anything is Pulumi.

The program registers this graph with azure-native's classes (`yard`); an audit of the file reads it without an engine,
a network or azure-native. Every value is literal but those that only Azure can tell, which are a `Reference`.

The order, where there must be one: resource group, definitions and policies, exemptions, account, blocklists with their
entries, content filters, deployments. Roles and access follow the account. Kinds without logic follow what they are in;
locks come last, for they would keep all else from being written or deleted.

An exemption has to be there before the write that it excuses, and its scope before it. One at the resource group or
above comes before the account. One at the account comes before it as well where the account exists, for its update; a
new account has to be written first, and then all that is in it waits for the exemption.

A concern of which the stack has nothing isn't there.
"""

from collections.abc import Iterable, Iterator, Mapping

from modelyard.arm.declared_resource import Declared
from modelyard.arm.resource_types import scope_parameter
from modelyard.config.policy_names import home
from modelyard.config.stack import Stack
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.resources import (
    account,
    blocklist,
    content_filter,
    deployment,
    policy_assignment,
    policy_definition,
    policy_exemption,
    policy_set_definition,
    role_assignment,
    role_definition,
)
from modelyard.resources.plain_kinds import PlainResources
from modelyard.resources.resource import Component, Concern, Reference, Resource
from modelyard.resources.scopes import Scopes, definition_homes, initiative_homes

PROJECT = "modelyard"
EXEMPTIONS = Component("Exemptions", "exemptions")
ACCOUNT_EXEMPTIONS = Component("Exemptions", "account-exemptions")
ACCOUNT = "account"
"""The scope of an exemption that stands at the account itself."""


def graph(stack: Stack, subscription_id: str, *, account_exists: bool = False) -> tuple[Resource, ...]:
    """Every resource of the stack, each after all that it waits for."""
    each_concern = concerns(stack, subscription_id, account_exists=account_exists)
    return tuple(each for concern in each_concern for each in concern.resources.values())


def declared(stack: Stack, subscription_id: str, project: str = PROJECT) -> tuple[Declared, ...]:
    """The graph as audits take it, with the URNs that the engine gives in this project."""
    return tuple(each.declared(project, stack.name, subscription_id, UNKNOWN) for each in graph(stack, subscription_id))


def at_scopes(stack: Stack) -> bool:
    """Whether the stack declares something whose scope is a whole ARM id, for which the subscription must be known."""
    extensions = any(scope_parameter(each.row.path) for each in stack.plain)
    return bool(stack.access or stack.role_definitions or stack.policies or stack.initiatives or extensions)


def exempts_account(stack: Stack) -> bool:
    """Whether an exemption stands at the account itself, so that the order hangs on whether the account exists."""
    return bool(stack.policies) and any(each.scope == ACCOUNT for each in stack.exemptions.values())


def concerns(stack: Stack, subscription_id: str, *, account_exists: bool = False) -> Iterator[Concern]:
    """The graph by concern, in the order in which it is declared; one concern may come in two parts."""
    scopes = Scopes(stack, subscription_id)
    group = account.group(stack)
    yield Concern(account.COMPONENT, {account.GROUP: group})
    policies = _Policies(stack, scopes, group)
    yield from policies.concerns
    exempt = policies.exemptions(EXEMPTIONS, group, of_account=False)
    if account_exists:
        exempt += policies.exemptions(ACCOUNT_EXEMPTIONS, group, of_account=True)
    yield from exempt
    governed = (group, *policies.assignments, *_all(exempt))
    written = account.account(stack, governed)
    yield Concern(account.COMPONENT, {account.ACCOUNT: written})
    first = [] if account_exists else policies.exemptions(ACCOUNT_EXEMPTIONS, written, of_account=True)
    yield from first
    owner = account.Owner(stack, written, tuple(_all(first)))
    inside = list(_inside(stack, owner))
    yield from inside
    plain = PlainResources(stack, owner, group, subscription_id)
    others = list(plain.first())
    yield from others
    roles = role_definition.concern(stack, scopes, group)
    if stack.role_definitions:
        yield roles
    if stack.access:
        access = role_assignment.concern(stack, scopes, {"resourceGroup": governed, "account": owner.before}, roles)
        others.append(access)
        yield access
    yield from plain.last(tuple(_all([*first, *inside, *others])))


def _all(concerns: Iterable[Concern]) -> Iterator[Resource]:
    for concern in concerns:
        yield from concern.resources.values()


class _Policies:
    """The stack's definitions, initiatives and assignments, which must stand before what they rule."""

    def __init__(self, stack: Stack, scopes: Scopes, group: Resource) -> None:
        self._stack, self._scopes = stack, scopes
        self.concerns: list[Concern] = []
        self.assignments: tuple[Resource, ...] = ()
        self._ids: Mapping[str, Reference] = {}
        if not stack.policies and not stack.initiatives:
            return
        homes = initiative_homes(stack)
        definitions = policy_definition.concern(stack, definition_homes(stack, homes))
        initiatives = policy_set_definition.concern(stack, homes, scopes, definitions)
        self.concerns += [definitions, initiatives] if stack.initiatives else [definitions]
        if not stack.policies:
            return
        assigned = {key: self._assigned(key, definitions, initiatives) for key in stack.policies}
        policies = policy_assignment.concern(stack, scopes, group, assigned)
        self.concerns.append(policies)
        self.assignments = tuple(policies.resources.values())
        self._ids = policy_assignment.ids(stack, scopes, policies)

    def exemptions(self, component: Component, after: Resource, *, of_account: bool) -> list[Concern]:
        """Those at the account, or those at all that is above it; no concern without any."""
        every = self._stack.exemptions.items() if self._ids else ()
        entries = {key: each for key, each in every if (each.scope == ACCOUNT) is of_account}
        if not entries:
            return []
        return [policy_exemption.concern(component, self._stack, entries, self._scopes, self._ids, [after])]

    def _assigned(self, key: str, definitions: Concern, initiatives: Concern) -> str | Reference:
        entry = self._stack.policies[key]
        at = home(entry.scope)
        if entry.definition is not None:
            return policy_definition.id_of(entry.definition, at, definitions, self._scopes)
        if entry.initiative is None:  # the configuration has refused such an entry
            raise ValueError("a policy assigns a definition or an initiative of the stack")
        return policy_set_definition.id_of(entry.initiative, at, initiatives, self._scopes)


def _inside(stack: Stack, owner: account.Owner) -> Iterator[Concern]:
    """The account's children."""
    blocklists = blocklist.concern(stack, owner)
    filters = content_filter.concern(stack, owner, blocklist.contents(blocklists))
    if stack.blocklists:
        yield blocklists
    if stack.content_filters:
        yield filters
    yield deployment.concern(stack, owner, filters.resources)
