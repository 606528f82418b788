"""Stacks compared with what ARM shows: each file read, its cloud asked, its graph held against the documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.azure.arm_reader import reader
from modelyard.azure.target import Target
from modelyard.config.loader import Loaded
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.drift import live_documents
from modelyard.drift.comparison import ResourceComparison, compare
from modelyard.drift.live_documents import LiveDocuments
from modelyard.findings import Finding
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_check import checked
from modelyard.operations.target_resolution import point, resolve
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.report.table import counted
from modelyard.resources.graph import graph
from modelyard.resources.resource import Resource, known


@dataclass(frozen=True, slots=True)
class ComparedResource:
    """One declared resource: `shown` is None where Azure has none, and `comparison` None where nobody could look."""

    resource: Resource
    id: str
    shown: ArmDocument | None
    comparison: ResourceComparison | None

    @property
    def label(self) -> str:
        """`deployment chat`; of what there is one of, the kind alone."""
        row = self.resource.row
        return row.noun if row.single else f"{row.noun} {self.resource.name}"

    @property
    def missing(self) -> bool:
        return self.comparison is not None and self.shown is None


@dataclass(frozen=True, slots=True)
class StackDrift:
    """One stack compared."""

    name: str
    loaded: Loaded
    subscription_id: str
    live: LiveDocuments
    resources: tuple[ComparedResource, ...]

    @property
    def gone(self) -> bool:
        """Whether the account itself isn't there, and so nothing in it."""
        return any(each.missing and each.resource.row is kinds.ACCOUNT for each in self.resources)


def compared(
    project: Project, names: Sequence[str], context: OperationContext, target: TargetName | None = None
) -> tuple[list[StackDrift], list[Finding]]:
    """Each stack that can be read, compared, and a finding for each that can't; their clouds are read together."""
    findings: list[Finding] = []
    read: dict[Destination, dict[str, Loaded]] = {}
    for name in names:
        loaded = checked(project, name, context, target)
        if loaded.stack is None:
            findings += loaded.errors
            continue
        read.setdefault(resolve(target, context, loaded), {})[name] = loaded
    found: list[StackDrift] = []
    for at, members in read.items():
        there = point(at, context)
        context.progress.passing(f"  reading {counted(len(members), 'account')} in {there.name} …")
        found += _of_cloud(there, members)
    context.progress.clear()
    order = {name: number for number, name in enumerate(names)}
    return sorted(found, key=lambda each: order[each.name]), findings


def _of_cloud(there: Target, members: Mapping[str, Loaded]) -> Iterator[StackDrift]:
    graphs = {}
    for name, loaded in members.items():
        assert loaded.stack is not None  # noqa: S101 - the caller has asked
        subscription = loaded.stack.subscription_id or there.subscription_id
        graphs[name] = (graph(loaded.stack, subscription), subscription)
    with reader(there) as arm:
        live = live_documents.read(arm, graphs)
    for name, (resources, subscription) in graphs.items():
        yield compared_stack(name, members[name], subscription, resources, live[name])


def compared_stack(
    name: str, loaded: Loaded, subscription_id: str, resources: Iterable[Resource], live: LiveDocuments
) -> StackDrift:
    """A stack against documents that were read. What the stack only reads is its owner's to compare."""
    own = [each for each in resources if not each.existing]
    return StackDrift(
        name, loaded, subscription_id, live, tuple(_compared(each, subscription_id, live) for each in own)
    )


def _compared(resource: Resource, subscription_id: str, live: LiveDocuments) -> ComparedResource:
    id_ = resource.id(subscription_id)
    if id_.lower() not in live.documents:
        return ComparedResource(resource, id_, None, None)
    shown = live.documents[id_.lower()]
    if shown is None:
        return ComparedResource(resource, id_, None, ResourceComparison(()))
    return ComparedResource(resource, id_, shown, compare(resource.row, known(resource.body, UNKNOWN), shown))
