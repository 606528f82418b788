"""Reads a stack: its file, its layers, what Pulumi resolved; out come the stack and all findings at once.

Every command that needs a stack comes here, the program too, so that what is checked is what is declared.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, get_args, get_origin

from modelyard import files
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config import layers, pulumi_values
from modelyard.config.account import Account
from modelyard.config.checks import account as account_checks
from modelyard.config.checks import availability as offer_checks
from modelyard.config.checks import capacity as capacity_checks
from modelyard.config.checks import content_filter as filter_checks
from modelyard.config.checks import deployments as deployment_checks
from modelyard.config.checks import model as model_checks
from modelyard.config.checks import names as name_checks
from modelyard.config.checks import policy_assignment as policy_checks
from modelyard.config.checks import policy_exemption as exemption_checks
from modelyard.config.checks import policy_set_definition as initiative_checks
from modelyard.config.checks import role_assignment as access_checks
from modelyard.config.checks import role_definition as role_checks
from modelyard.config.checks.policy_definition import Definitions
from modelyard.config.document import Document, read
from modelyard.config.failures import StackMissing
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath, parsed
from modelyard.config.naming_rules import StackTarget, Tags
from modelyard.config.policy_definition import DefinitionFiles
from modelyard.config.project import Project
from modelyard.config.provider_settings import Outside, outside
from modelyard.config.scalar import Flag
from modelyard.config.stack import Draft, ExistingResource, PlainEntry, Stack, StackKeys
from modelyard.config.validation import Fitting, adapter
from modelyard.destination import TargetName
from modelyard.files import JsonObject
from modelyard.findings import Finding, Position, Severity

SECTIONS = frozenset(field.alias for field in StackKeys.model_fields.values())
CLOSED = frozenset({"config.model-deprecated", "config.model-retired"})
"""Errors of a deployment that Azure wouldn't make anew, and leaves alone where it runs."""
RUNNING = "MODELYARD_RUNNING"
"""The variable by which an operation tells the program which of those deployments run as they are written."""
ACCOUNT_KEYS = frozenset(field.alias for field in Account.model_fields.values())
MAPS = {
    name: (str(field.alias), field.annotation)
    for name, field in StackKeys.model_fields.items()
    if get_origin(field.annotation) is dict and isinstance(get_args(field.annotation)[1], type)
}
"""Sections that map names of the team's own to models: key in the file, and type."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a stack file.

    `stack` is None where something is missing or doesn't fit. It may be there beside errors (a model may have retired
    since it was deployed, and its stack must still be read to move off it), so whoever declares it asks `errors` first.
    `target` and `subscription_id` are what the file says, also where there is no stack.
    """

    stack: Stack | None
    findings: tuple[Finding, ...]
    file: Path
    documents: tuple[Document, ...] = ()
    target: TargetName | None = None
    subscription_id: str | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def closed(self) -> tuple[str, ...]:
        """The deployments of models that take no new one: errors, unless they run as they are written."""
        return tuple(dict.fromkeys(str(parsed(each.path)[1]) for each in self.errors if each.code in CLOSED))

    def excusing(self, running: Collection[str]) -> "Loaded":
        """The same with a warning for what nobody can make anew, where it runs already and stays as it is."""
        if not running:
            return self
        findings = (
            replace(each, severity=Severity.WARNING, message=f"{each.message}; it runs, and stays as it is")
            if each.code in CLOSED and each.severity is Severity.ERROR and parsed(each.path)[1] in running
            else each
            for each in self.findings
        )
        return replace(self, findings=tuple(findings))

    def position(self, path: str | KeyPath, of_value: bool = False) -> Position | None:
        """Where a key (or its value) is set, in the file that counts; None where it has its default."""
        return _position(self.documents, parsed(path) if isinstance(path, str) else path, of_value)

    def origin(self, path: str | KeyPath) -> str:
        """The file that sets a key, or `default`."""
        position = self.position(path)
        return position.file if position else "default"


def load(
    project: Project, stack: str, *, calendar: Calendar, market: Market, values: JsonObject | None = None
) -> Loaded:
    """The stack of that name. Raises StackMissing; everything else that may be wrong with it is a finding.

    `values` are what Pulumi resolved (full keys, decrypted), given by the program; without them secrets stay unknown.
    """
    file = project.stack_file(stack)
    try:
        content = files.read(file)
    except files.FileUnreadable as wrong:
        if wrong.missing or files.name_problem(file.name):
            raise StackMissing(file, stack, project.stack_names()) from None
        raise
    collector = Collector()
    document = read(content, _shown(file, project), collector)
    if document is None:
        return Loaded(None, collector.findings(lambda *_: None), file)
    if values is not None:
        pulumi_values.join(document, values, collector)
    documents = _with_layers(document, project, collector)
    tree = layers.bare(reduce(layers.merge, (each.tree for each in documents)))
    draft = _draft(stack, tree, outside(document, Fitting(market, collector), collector), market, collector)
    loaded = _checked(draft, LoadContext(market, calendar, DefinitionFiles(project.definitions)), collector)
    findings = collector.findings(lambda *at: _position(documents, *at))
    return Loaded(loaded, findings, file, documents, draft.target, draft.subscription_id)


@dataclass(frozen=True, slots=True)
class LoadContext:
    """What a stack is held against: the market, the days that count, and the definitions at hand."""

    market: Market
    calendar: Calendar
    files: DefinitionFiles


def _with_layers(document: Document, project: Project, collector: Collector) -> tuple[Document, ...]:
    folder = project.stacks / "layers"

    def open_layer(name: str) -> Document | None:
        file = folder / f"{name}.yaml"
        if name not in known():
            return None
        return read(files.read(file), _shown(file, project), collector)

    def known() -> list[str]:
        return sorted(file.stem for file in folder.glob("*.yaml"))

    return layers.gather(document, open_layer, known, collector)


def _draft(name: str, tree: dict[str, Any], around: Outside, market: Market, collector: Collector) -> Draft:
    fitting = Fitting(market, collector)
    plain_sections = _plain_sections(tree)
    for key in [key for key in tree if key not in SECTIONS and key not in plain_sections]:
        instead = fitting.unknown((key,))
        if instead is not None and len(instead) == 1:
            tree.setdefault(str(instead[0]), tree[key])
            collector.moved((key,), instead)
    target = _target(tree, fitting, collector)
    if "account" not in tree:
        fitting.missing(("account",), "the account needs name, resourceGroup and network.publicNetworkAccess")
    account = fitting.one(_account_model(tree["account"]), tree["account"], ("account",)) if "account" in tree else None
    plain = _plain(tree, account, fitting)
    tags = fitting.plain(adapter(Tags), tree.get("tags", {}), ("tags",))
    existing = fitting.plain(adapter(tuple[ExistingResource, ...]), tree.get("existing", ()), ("existing",)) or ()
    adopted = fitting.plain(adapter(Flag), tree["adopted"], ("adopted",)) if "adopted" in tree else False
    maps = {section: fitting.each(kind, tree[key], (key,)) for section, (key, kind) in MAPS.items() if key in tree}
    return Draft(
        name=name,
        target=target,
        location=around.location,
        subscription_id=around.subscription_id,
        account=account,
        tags=tags or {},
        existing=existing,
        adopted=bool(adopted),
        plain=plain,
        written={section: tuple(tree[key]) for section, (key, _) in MAPS.items() if isinstance(tree.get(key), dict)},
        whole=fitting.whole and around.whole,
        **maps,
    )


def _plain_sections(tree: dict[str, Any]) -> frozenset[str]:
    """The sections at the top of kinds without logic, which are looked up only where some key isn't an own one."""
    if tree.keys() <= SECTIONS:
        return frozenset()
    from modelyard.config.plain_sections import top_sections

    return top_sections()


def _account_model(written: Any) -> type[Account]:
    """The account's model, with the sections of kinds without logic where some key isn't the account's own."""
    if not isinstance(written, dict) or written.keys() <= ACCOUNT_KEYS:
        return Account
    from modelyard.config.plain_sections import account_model

    return account_model(typed=False)


def _plain(tree: dict[str, Any], account: Account | None, fitting: Fitting) -> tuple[PlainEntry, ...]:
    """The resources of kinds without logic, each before those that are in it."""
    if tree.keys() <= SECTIONS and (account is None or type(account) is Account):
        return ()
    from modelyard.config import plain_sections as declared

    return tuple(
        entry
        for section, value in declared.sections(tree, account)
        for entry in declared.entries(section, fitting.each(section.type, value, section.path))
    )


def _target(tree: dict[str, Any], fitting: Fitting, collector: Collector) -> TargetName | None:
    if "target" in tree:
        return fitting.plain(adapter(StackTarget), tree["target"], ("target",))
    fitting.whole = False
    collector.add(
        "config.target-missing",
        ("target",),
        "target must be stated",
        allowed="sandbox | azure",
        remedy="add modelyard:target: azure, or sandbox for a stack that is only tried out; a layer may say it too",
    )
    return None


def _checked(draft: Draft, known: LoadContext, collector: Collector) -> Stack | None:
    target = draft.target or "sandbox"
    account_checks.check(draft, collector)
    name_checks.check(draft, collector)
    deployment_checks.check(draft, collector)
    model_checks.check(
        draft, known.market, known.calendar.market_day(target), collector, played=known.calendar.in_sandbox(target)
    )
    offer_checks.check(draft, known.market, collector)
    filter_checks.check(draft, collector)
    deployment_checks.check_spillover(draft, collector)
    deployments = capacity_checks.settle(draft, known.market, collector)
    role_checks.check(draft, collector)
    access = access_checks.settle(draft, collector)
    definitions = Definitions(known.files, collector)
    initiatives = initiative_checks.settle(draft, definitions, collector)
    policies = policy_checks.settle(draft, definitions, initiatives, collector)
    declared = {**initiatives, **definitions.initiatives()}
    exemption_checks.check(draft, known.calendar.time(target).date(), declared, collector)
    settled = (deployments, draft.deployments), (access, draft.access), (policies, draft.policies)
    whole = draft.whole and len(initiatives) == len(draft.initiatives) and all(len(a) == len(b) for a, b in settled)
    if not whole or draft.account is None or draft.location is None or draft.target is None:
        return None
    return Stack(
        name=draft.name,
        target=draft.target,
        location=draft.location,
        subscription_id=draft.subscription_id,
        account=draft.account,
        tags=draft.tags,
        existing=draft.existing,
        adopted=draft.adopted,
        deployments=deployments,
        content_filters=draft.content_filters,
        blocklists=draft.blocklists,
        access=access,
        role_definitions=draft.role_definitions,
        policies=policies,
        initiatives=declared,
        exemptions=draft.exemptions,
        policy_definitions=definitions.declared(),
        plain=draft.plain,
    )


def _position(documents: tuple[Document, ...], path: KeyPath, of_value: bool = False) -> Position | None:
    """The highest file that has the key; a file that replaces a map above it hides what lies below."""
    for document in reversed(documents):
        if position := document.position(path, of_value):
            return position
        if _hides(document.tree, path):
            return None
    return None


def _hides(tree: Any, path: KeyPath) -> bool:
    for part in path:
        if not isinstance(tree, dict):
            return True
        if part not in tree:
            return False
        tree = tree[part]
    return False


def _shown(file: Path, project: Project) -> str:
    """Files are shown as seen from the project, with forward slashes, the same on every machine."""
    return file.relative_to(project.root).as_posix() if file.is_relative_to(project.root) else file.as_posix()
