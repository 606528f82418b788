"""What stands at a scope now, asked of ARM: accounts with all that is in them, and the policies in force there.

What is in an account, and set on it, is listed by the table of ARM types, so that a new row is audited without a word
here. Resources of types that the table lacks are counted, since policies may rule them and nobody looks. A list that
whoever asks may not read is a failure by name, and its type no longer one of which all resources are known: that none
is there is not proved then.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.declared_resource import Declared
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import by_type, rows, scope_parameter
from modelyard.audit import pull
from modelyard.audit.audited_resource import Subject, path
from modelyard.audit.failures import PullRefused
from modelyard.audit.source import AuditSource
from modelyard.azure.arm_client import connect
from modelyard.azure.arm_reader import ArmReader, reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.failures import Failure
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook

AT_ONCE = 8
RESOURCES = "2022-09-01"
"""Of `/resources`, the list of all that has a location."""
SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
"""Which policies rule as they rule what is in them; ARM's own document of one doesn't say its type."""
IN = tuple(row for row in rows() if row.type.startswith(f"{kinds.ACCOUNT_TYPE}/"))
"""What lives in accounts."""
ON = tuple(row for row in rows() if row.parent is kinds.ACCOUNT and scope_parameter(row.path))
"""What is set on an account by another service: its diagnostic settings, its locks."""
DESCENDANTS_VERSION = "2020-05-01"
"""Microsoft docs, management-groups/get-descendants (A)."""


def sources(target: Target, scope: str) -> tuple[AuditSource, ...]:
    """What stands at a scope, with the policies in force there: a source for each subscription of a management group.

    A subscription below a group that can't be read is a source without resources that says so. Raises ScopeUnknown,
    Unreadable, PullRefused where nothing can.
    """
    if not scopes.normalized(scope).startswith(scopes.GROUPS):
        return (_ruled(target, scope),)
    found: list[AuditSource] = []
    refused: list[Failure] = []
    for each in _below(target, scope):
        try:
            found.append(_ruled(target, each))
        except (ScopeUnreadable, PullRefused) as failure:
            refused.append(failure)
            found.append(AuditSource(each, (), Rulebook(), failures=(failure,)))
    if refused and len(refused) == len(found):
        raise refused[0]
    return tuple(found)


def _ruled(target: Target, scope: str) -> AuditSource:
    """With the subscription's own policies, whichever one is signed in to."""
    there = replace(target, subscription_id=scopes.subscription(scope).rpartition("/")[2])
    with connect(there) as arm:
        answer = pull.pull(arm, scopes.resource_group(scope) or scope, target.name)
    return source(there, scope, answer.book)


def _below(target: Target, group: str) -> list[str]:
    """The subscriptions below a management group, at any depth."""
    with reader(target) as arm:
        below = [str(each["id"]) for each in arm.list(f"{group}/descendants", DESCENDANTS_VERSION)]
    found = sorted(each for each in below if each == scopes.subscription(each))
    if not found:
        raise Failure.of(
            "audit.nothing-to-audit",
            problem=f"no subscription stands below {group}",
            remedy="name a group that has some",
        )
    return found


def source(target: Target, scope: str, book: Rulebook) -> AuditSource:
    """The resources of a subscription, a resource group or an account, ruled by `book`.

    Raises Unreadable where not even its resource groups and accounts can be listed.
    """
    one = scope if pull.ACCOUNT.fullmatch(scope) else ""
    with reader(target) as arm:
        groups = list(_groups(arm, scope))
        accounts = [arm.get(one, kinds.ACCOUNT.api_version)] if one else list(_accounts(arm, scope))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            inside = [each for found in pool.map(lambda one: list(inside_of(arm, one)), accounts) for each in found]
        roles = [each for each in _role_assignments(arm, scope) if scopes.within(scope, str(each["id"]))]
        looked_at = set(by_type())
        every = () if one else arm.allowed(f"{scope}/resources", RESOURCES, "the list of all resources")
        left_out = Counter(each["type"] for each in every if each["type"].lower() not in looked_at)
        subscription = next(
            iter(arm.allowed(scopes.subscription(scope), RESOURCES, "the subscription", one=True)), None
        )
    whole = () if scopes.resource_group(scope) else (kinds.ACCOUNT_TYPE,)
    above = [{**subscription, "type": SUBSCRIPTIONS}] if subscription and whole else []
    own = (each for each in inside if not _managed(each))
    documents = [*above, *([] if one else groups), *accounts, *own, *roles, *_policies(book, scope)]
    listed = (*(row.type for row in (*IN, *ON)), *whole)
    return AuditSource(
        name=scope,
        subjects=tuple(Subject(each, _name(each)) for each in documents),
        rulebook=book,
        complete=tuple(each for each in listed if each not in arm.refused),
        left_out=left_out,
        beside=(*filter(_managed, inside), *(groups if one else ())),
        subscription=subscription,
        failures=tuple(arm.refused.values()),
    )


def declared(source: AuditSource, said: Iterable[Declared]) -> AuditSource:
    """The source with its resources known by the names, and on the lines, under which a stack declares them."""
    names = {each.id.lower(): (each.name, each.urn, path(each)) for each in said}
    subjects = (Subject(each.document, *names.get(each.id.lower(), (each.name,))) for each in source.subjects)
    return replace(source, subjects=tuple(subjects))


def _groups(arm: ArmReader, scope: str) -> Iterable[dict[str, Any]]:
    row = kinds.RESOURCE_GROUP
    if group := scopes.resource_group(scope):
        return [arm.get(group, row.api_version)]
    return arm.list(f"{scope}/resourcegroups", row.api_version)


def _accounts(arm: ArmReader, scope: str) -> Iterable[dict[str, Any]]:
    return arm.list(f"{scope}/providers/{kinds.ACCOUNT_TYPE}", kinds.ACCOUNT.api_version)


def _role_assignments(arm: ArmReader, scope: str) -> Iterable[dict[str, Any]]:
    """ARM lists those above the scope with those in it (Microsoft docs, role-assignments/list-for-scope, A)."""
    row = kinds.ROLE_ASSIGNMENT
    return arm.allowed(f"{scope}/providers/{row.type}", row.api_version, row.type)


def inside_of(arm: ArmReader, parent: ArmDocument) -> Iterator[ArmDocument]:
    """Everything in a resource, children of children too, and what is set on an account."""
    for kind, api_version in CHILDREN.get(str(parent["type"]).lower(), ()):
        for child in arm.allowed(f"{parent['id']}/{kind.rpartition('/')[2]}", api_version, kind):
            document = {**child, "type": kind}
            yield document
            yield from inside_of(arm, document)
    if str(parent["type"]).lower() == kinds.ACCOUNT_TYPE.lower():
        for row in ON:
            for each in arm.allowed(f"{parent['id']}/providers/{row.type}", row.api_version, row.type):
                yield {**each, "type": row.type}


def _managed(document: Mapping[str, Any]) -> bool:
    """Whether it is Azure's own, such as `Microsoft.DefaultV2` of the content filters: nobody could mend it."""
    properties = document.get("properties")
    return isinstance(properties, Mapping) and properties.get("type") == "SystemManaged"


def _children() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The types in a type, folded, with the api-version of each."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in IN:
        parent = row.type.rpartition("/")[0].lower()
        found[parent] = (*found.get(parent, ()), (row.type, row.api_version))
    return found


CHILDREN = _children()


def _policies(book: Rulebook, scope: str) -> Iterator[dict[str, Any]]:
    """The policies' own documents that stand in the scope: policies rule exemptions and assignments too."""
    for part in (book.definitions, book.initiatives, book.assignments, book.exemptions, book.enrollments):
        yield from (dict(each) for id_, each in part.items() if scopes.within(scope, id_))


def _name(document: dict[str, Any]) -> str:
    return str(document["id"]).rpartition("/")[2]


def read_before(target: Target, scope: str, documents: Iterable[ArmDocument]) -> AuditSource:
    """Documents of a scope that somebody has read already, with the policies in force there. Raises PullRefused."""
    there = replace(target, subscription_id=scopes.subscription(scope).rpartition("/")[2])
    with connect(there) as arm:
        answer = pull.pull(arm, scopes.resource_group(scope) or scope, target.name)
    subjects = tuple(Subject(each, _name(each)) for each in documents)
    return AuditSource(name=scope, subjects=subjects, rulebook=answer.book, complete=())
