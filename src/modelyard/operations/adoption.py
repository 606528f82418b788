"""Taking in what runs: stack files for the accounts at a scope, proved against ARM before they are written.

Nothing is written to Azure. Each file is loaded as every command would load it, and its resource graph is compared with
ARM's documents; what differs, or is refused by a check, is taken out of the file and named. The account that holds such
a thing becomes one that the stack only reads, so that neither `up` nor `destroy` can touch it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from modelyard import files
from modelyard.adoption import account_entries, comparison, stack_files, terraform
from modelyard.adoption.account_entries import AccountEntries, Unsaid
from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import row_for_id
from modelyard.audit.live_scope import inside_of
from modelyard.azure.arm_reader import ArmReader, reader
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.document import StackDocument
from modelyard.config.key_path import parsed
from modelyard.config.loader import CLOSED, Loaded, load
from modelyard.config.project import Project
from modelyard.config.stack import Stack
from modelyard.destination import TargetName
from modelyard.findings import Finding
from modelyard.inventory.live_accounts import Unread
from modelyard.operations.context import OperationContext
from modelyard.operations.live_inventory import look, unreadable
from modelyard.operations.target_resolution import with_destination
from modelyard.policy.documents import scopes
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.report.result import Report
from modelyard.report.table import counted
from modelyard.resources.graph import graph
from modelyard.resources.resource import Resource, known

BESIDE = ("capabilityHosts", "commitmentPlans", "defenderForAISettings", "managedNetworks", "raiTopics")
"""What else an account can have in it, beside the table's types (azure-native 3.29, cognitiveservices)."""
DEPRECATED = "config.model-deprecated"


@dataclass(slots=True)
class Adopted:
    """One account on its way into a stack file."""

    name: str
    entries: AccountEntries
    tree: StackDocument
    stack: Stack
    taken: tuple[str, ...]


@with_destination
def adopt(
    project: Project,
    scope: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    out: Path | None = None,
    preview: bool = True,
    terraform_state: Path | None = None,
) -> Report:
    """Write stack files for the accounts at a scope, with all in them that a stack file can say; writes nothing else.

    `scope` is as for `inventory`. `out` is the folder of the files, the project's own where it is left out; with
    another one no preview is made. `preview=False` leaves out the engine: the first preview of each stack then takes
    the resources into its state. `terraform_state` is what `terraform show -json` printed.

    `data` has `stacks` (name, file, account, `taken` and `unsaid` with ARM ids), `layer`, `skipped` (accounts that a
    stack has already), `removed` (Terraform's blocks) and `handOver` (ARM ids that others must let go of). The status
    is FINDINGS where a preview would change something, INCONCLUSIVE where something could not be read. Raises
    `cli.target-missing`, ScopeUnknown, ScopeUnreadable, FileUnreadable, FileUnwritable and failures of the target.
    """
    state = files.json_of(terraform_state) if terraform_state else None
    home = replace(project, stacks=out.absolute()) if out else project
    pointed, at, found, days = look(scope, target, context)
    market = Market.load()
    owners = _owners(home, days, market)
    new = [each for each in found.accounts if str(each["id"]).lower() not in owners]
    missing: list[Unread] = list(found.unread)
    adopted: list[Adopted] = []
    names = {*home.stack_names()}
    with reader(pointed) as arm, TemporaryDirectory(prefix="modelyard-") as folder:
        beside = replace(home, stacks=Path(folder))
        for number, account in enumerate(new, start=1):
            context.progress.passing(f"reading {account['name']}, {number} of {counted(len(new), 'account')}")
            entries = _read(arm, account, missing)
            name = _free(account, names)
            adopted.append(_settled(name, entries, beside, pointed.name, days, market))
            names.add(name)
        layer_name, layer = _layer(adopted, home)
        texts = _texts(adopted, layer_name, layer)
        _prove(adopted, texts, beside, days, market)
    context.progress.clear()
    for file, text in texts.items():
        place = home.stacks / file
        place.parent.mkdir(parents=True, exist_ok=True)
        files.write(place, text)
    findings = [*unreadable(missing), *(_named(one) for each in adopted for one in each.entries.unsaid)]
    changed = []
    if preview and adopted and home.stacks.resolve() == project.stacks.resolve():
        changed = list(_previewed(project, adopted, context, target))
    taken = [id_ for each in adopted for id_ in each.taken]
    blocks = terraform.removed(state, taken) if state is not None else ()
    return Report(
        command="adopt",
        destination=at,
        findings=(*findings, *changed),
        resources=len(taken),
        text="\n".join(_lines(adopted, owners, found.accounts, texts, home, blocks, state is not None, preview)),
        data={
            "scope": scope,
            "stacks": [_shown(each, home) for each in adopted],
            "layer": layer_name or None,
            "files": [str(home.stacks / file) for file in texts],
            "skipped": [
                {"account": each["id"], "stack": owners[str(each["id"]).lower()]}
                for each in found.accounts
                if str(each["id"]).lower() in owners
            ],
            "removed": list(blocks),
            "handOver": taken,
            "previewed": preview and home.stacks.resolve() == project.stacks.resolve(),
        },
    )


def _owners(project: Project, days: Calendar, market: Market) -> dict[str, str]:
    """The stacks of the project by the folded ids of their accounts."""
    found = {}
    for name in project.stack_names():
        stack = load(project, name, calendar=days, market=market).stack
        if stack is not None and stack.subscription_id:
            group = stack.account.resource_group
            parameters = {"resourceGroupName": group, "accountName": stack.account.name}
            id_ = kinds.ACCOUNT.id({"subscriptionId": stack.subscription_id, **parameters})
            found[id_.lower()] = name
    return found


def _read(arm: ArmReader, account: ArmDocument, missing: list[Unread]) -> AccountEntries:
    """All that is in an account and set on it, and the role assignments at it."""
    here = replace(arm, refused={})
    whole = here.get(str(account["id"]), kinds.ACCOUNT.api_version)
    inside = [each for each in inside_of(here, {**whole, "type": kinds.ACCOUNT_TYPE}) if not _managed(each)]
    row = kinds.ROLE_ASSIGNMENT
    listed = here.allowed(f"{account['id']}/providers/{row.type}", row.api_version, row.type)
    roles = [each for each in listed if account_entries.at_account(each, account)]
    for kind in BESIDE:
        path = f"{account['id']}/{kind}"
        known_as = f"{kinds.ACCOUNT_TYPE}/{kind}"
        optional = replace(here, refused={}).allowed(path, kinds.ACCOUNT.api_version, kind)
        inside += [{**each, "type": known_as} for each in optional]
    missing += [
        Unread(f"{what} of {account['name']}", f"{what}/read", str(account["id"]), refused.problem)
        for what, refused in here.refused.items()
    ]
    found = account_entries.read(whole, inside, roles)
    found.unsaid += [
        Unsaid(f"{account['id']}/{what.rpartition('/')[2]}", what, "it can't be read, so nobody knows what is there")
        for what in here.refused
    ]
    return found


def _managed(document: Mapping[str, Any]) -> bool:
    """Whether it is Azure's own, such as `Microsoft.DefaultV2` of the content filters."""
    return (document.get("properties") or {}).get("type") == "SystemManaged"


def _free(account: ArmDocument, names: Iterable[str]) -> str:
    """A name of a stack that nobody has: the account's, else with its group's, else with a number."""
    group = (kinds.ACCOUNT.match(str(account["id"])) or {}).get("resourceGroupName", "")
    folded = {each.lower() for each in names}
    first = str(account["name"]).lower()
    several = (f"{first}-{group}-{number}".lower() for number in range(2, 1000))
    return next(each for each in (first, f"{first}-{group}".lower(), *several) if each not in folded)


def _settled(
    name: str, entries: AccountEntries, beside: Project, target: str, days: Calendar, market: Market
) -> Adopted:
    """The account's entries without what a check refuses or ARM shows otherwise, until nothing of that is left."""
    deprecated: set[str] = set()
    while True:
        tree = entries.tree()
        for deployment in deprecated & tree.get("deployments", {}).keys():
            tree["deployments"][deployment]["allowDeprecatedModel"] = True
        beside.stack_file(name).write_text(_text(entries, {"target": target, **tree}), encoding="utf-8")
        loaded = load(beside, name, calendar=days, market=market)
        again = False
        for finding in loaded.errors:
            path = parsed(finding.path) if finding.path else ()
            if finding.code == DEPRECATED and path[0] == "deployments" and path[1] not in deprecated:
                deprecated.add(str(path[1]))
                again = True
            elif finding.code not in CLOSED:  # what Azure wouldn't make anew, and leaves alone where it runs
                again |= _left_out(entries, path, finding.message)
        if not again and loaded.stack is not None:
            for resource, why in _differences(entries, loaded):
                path = parsed(resource.row.key(resource.name)) if resource.row.key(resource.name) else ()
                again |= _left_out(entries, path, why)
        if again:
            continue
        if loaded.stack is None:
            problems = "; ".join(f"{each.path}: {each.message}" for each in loaded.errors)
            raise AssertionError(f"the file of {name} can't be read: {problems}")
        subscription = _subscription(entries)
        taken = tuple(each.id(subscription) for each in graph(loaded.stack, subscription) if not each.existing)
        return Adopted(name, entries, {"target": target, **tree}, loaded.stack, taken)


def _left_out(entries: AccountEntries, path: Sequence[Any], why: str) -> bool:
    """Take out what a path leads to; an account of which something is refused is only read. Whether it helped."""
    if entries.drop(tuple(path), why):
        return True
    id_ = str(entries.account["id"])
    if any(one.id == id_ and one.why == why for one in entries.unsaid):
        return False
    member = path[1] if len(path) > 1 and path[0] == "account" else None
    if member is not None and member not in {"name", "resourceGroup", "network"}:
        entries.own.pop(str(member), None)
    entries.unsaid.append(Unsaid(id_, kinds.ACCOUNT.noun, why))
    return True


def _differences(entries: AccountEntries, loaded: Loaded) -> Iterator[tuple[Resource, str]]:
    """What an update would change of what ARM shows, by the graph."""
    assert loaded.stack is not None  # noqa: S101 - the caller has looked
    subscription = _subscription(entries)
    live = {str(one.document["id"]).lower(): one.document for one in entries.entries}
    live[str(entries.account["id"]).lower()] = entries.account
    for resource in graph(loaded.stack, subscription):
        if resource.existing:
            continue
        document = live.get(resource.id(subscription).lower())
        if document is None:
            yield resource, "ARM shows nothing under the id that it would have"
        elif found := comparison.differences(resource.row, known(resource.body, UNKNOWN), document):
            yield resource, f"an update would change {'; '.join(found)}"


def _prove(
    adopted: Sequence[Adopted], texts: Mapping[str, str], beside: Project, days: Calendar, market: Market
) -> None:
    """With the layer each file says what it said alone: or nothing is written at all."""
    for file, text in texts.items():
        place = beside.stacks / file
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for each in adopted:
        loaded = load(beside, each.name, calendar=days, market=market)
        if loaded.stack is None or next(_differences(each.entries, loaded), None) is not None:
            raise AssertionError(f"{each.name} says something else with the layer")


def _subscription(entries: AccountEntries) -> str:
    return scopes.subscription(str(entries.account["id"])).rpartition("/")[2]


def _layer(adopted: Sequence[Adopted], home: Project) -> tuple[str, dict[str, Any]]:
    """The name of a layer that isn't there yet, and what it says; empty where the files have nothing in common."""
    shared = stack_files.common([each.tree for each in adopted])
    taken = {file.stem for file in (home.stacks / "layers").glob("*.yaml")}
    names = (stack_files.LAYER, *(f"{stack_files.LAYER}-{number}" for number in range(2, 10_000)))
    return (next(each for each in names if each not in taken), shared) if shared else ("", {})


def _texts(adopted: Sequence[Adopted], layer_name: str, layer: Mapping[str, Any]) -> dict[str, str]:
    """The files by their paths below the folder of the stack files."""
    texts = {}
    if layer:
        head = ("What the adopted accounts have in common.",)
        texts[f"layers/{layer_name}.yaml"] = stack_files.written(layer, outer={}, head=head)
    for each in adopted:
        extends = {"extends": [layer_name]} if layer else {}
        tree = {**extends, **stack_files.without(each.tree, layer)}
        texts[f"Pulumi.{each.name}.yaml"] = _text(each.entries, tree)
    return texts


def _text(entries: AccountEntries, tree: Mapping[str, Any]) -> str:
    outer = {
        "azure-native:location": str(entries.account["location"]).replace(" ", "").lower(),
        "azure-native:subscriptionId": _subscription(entries),
    }
    head = [f"Taken in from {entries.account['id']}."]
    if entries.unsaid:
        head.append("Not in this file, and left alone by `up` and `destroy`:")
        head += [f"  {one.noun} {one.id.rpartition('/')[2]}: {' '.join(one.why.split())}" for one in entries.unsaid]
    return stack_files.written(tree, outer=outer, head=head)


def _named(one: Unsaid) -> Finding:
    return Finding.of(
        "adoption.unsaid",
        f"{one.noun} {one.id.rpartition('/')[2]} isn't in the stack file: {one.why}",
        path=one.id,
        remedy="leave it: no command of the stack changes or deletes it",
    )


def _previewed(
    project: Project, adopted: Sequence[Adopted], context: OperationContext, target: TargetName | None
) -> Iterator[Finding]:
    """The engine's word for each stack: what would change although ARM shows what the file says."""
    from modelyard.operations.stack_preview import preview

    for number, each in enumerate(adopted, start=1):
        context.progress.passing(f"previewing {each.name}, {number} of {counted(len(adopted), 'stack')}")
        report = preview(project, each.name, context, target=target)
        if report.failures or report.data.get("changed", True):
            told = "; ".join([*(str(one) for one in report.failures), *(one.name for one in report.steps)])
            yield Finding.of(
                "adoption.preview-differs",
                f"the first preview of {each.name} isn't without changes: {told or report.text}",
                path=each.name,
                remedy=f"look at it with modelyard preview {each.name} before you run up",
            )


def _shown(each: Adopted, home: Project) -> dict[str, Any]:
    return {
        "name": each.name,
        "file": str(home.stack_file(each.name)),
        "account": each.entries.account["id"],
        "existing": list(each.stack.existing),
        "taken": list(each.taken),
        "unsaid": [{"id": one.id, "kind": one.noun, "why": one.why} for one in each.entries.unsaid],
    }


def _lines(
    adopted: Sequence[Adopted],
    owners: Mapping[str, str],
    accounts: Sequence[ArmDocument],
    texts: Mapping[str, str],
    home: Project,
    blocks: Sequence[str],
    with_terraform: bool,
    previewed: bool,
) -> Iterator[str]:
    """What was done, and what others have to let go of."""
    had = [each for each in accounts if str(each["id"]).lower() in owners]
    if had:
        yield f"{counted(len(had), 'account')} in stacks of this project already, left as they are"
    if not adopted:
        yield "nothing new to take in"
        return
    taken = [id_ for each in adopted for id_ in each.taken]
    unsaid = sum(len(each.entries.unsaid) for each in adopted)
    yield (
        f"{counted(len(adopted), 'account')} taken in: {counted(len(taken), 'resource')} in "
        f"{counted(len(texts), 'file')} of {home.stacks}, {unsaid} not in a file"
    )
    for each in adopted:
        left = ", ".join(each.stack.existing)
        yield f"  {each.name:<40} {counted(len(each.taken), 'resource'):>14}  only read: {left}"
    yield ""
    if with_terraform:
        yield "Add to the Terraform configuration, and take the resource blocks out, so that nothing has two owners:"
        yield "\n\n".join(blocks) if blocks else "(Terraform's state has none of them)"
    else:
        yield "Whoever declared these until now has to let go of them, without deleting them:"
        yield from (f"  {_kind(id_)} {id_}" for id_ in taken)
    yield ""
    first = adopted[0].name
    yield f"next: modelyard check {first}; modelyard {'up' if previewed else 'preview'} {first}"


def _kind(id_: str) -> str:
    row, _ = row_for_id(id_) or (None, {})
    return row.noun if row else "resource"
