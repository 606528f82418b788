"""A state export (`pulumi stack export`) as a source: what Azure answered when the engine last wrote or read.

Works on any stack's export, of any program, without an engine and without a network. Secrets stay secret: an encrypted
value is as unknown as one that nobody has seen, and so is one that was exported with `--show-secrets`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from modelyard.arm import pulumi_sentinels, translation
from modelyard.arm.declared_resource import Declared
from modelyard.arm.resource_types import by_token
from modelyard.audit.audited_resource import Subject, path
from modelyard.audit.source import AuditSource
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.policy.language.unknown import UNKNOWN

YARD = "modelyard:index:Yard"
"""The component that a stack of ours puts all its resources into."""

VERSIONED = re.compile(r"(?<=^azure-native)_[a-z]+_v\d{8}(?:preview)?(?=:)|/v\d{8}(?:preview)?(?=:)")
"""The api-version in a token: the same type under another name, up to azure-native 2 in its module
(`azure-native:cognitiveservices/v20241001:Account`), since then in a package that a team generates
(`azure-native_cognitiveservices_v20241001:cognitiveservices:Account`; Pulumi's version guide of azure-native, A)."""


def source(name: str, export: Any, *, ours: bool = False) -> AuditSource:
    """The resources of an export. `ours` says that logical names are keys of a stack file at hand.

    Components, providers and what is only waiting to be deleted aren't resources; those of types that the table of ARM
    types hasn't are counted. Raises `audit.state-unreadable`.
    """
    left_out: Counter[str] = Counter()
    subjects = tuple(_subjects(name, _resources(name, export), left_out, ours=ours))
    return AuditSource.of(name, subjects, left_out)


def target(export: Any) -> TargetName | None:
    """Where the program of a stack of ours wrote it down that the state was written; None for other programs."""
    for each in _resources("", export):
        if each.get("type") == YARD and isinstance(outputs := each.get("outputs"), Mapping):
            return next((word for word in get_args(TargetName) if word == outputs.get("target")), None)
    return None


def _resources(name: str, export: Any) -> list[Mapping[str, Any]]:
    deployment = export.get("deployment") if isinstance(export, Mapping) else None
    if not isinstance(deployment, Mapping):
        raise Failure.of("audit.state-unreadable", name=name, problem="it has no `deployment`")
    resources = deployment.get("resources") or []
    if not isinstance(resources, list) or not all(isinstance(each, Mapping) and "urn" in each for each in resources):
        raise Failure.of("audit.state-unreadable", name=name, problem="`deployment.resources` is no list of resources")
    return resources


def _subjects(
    name: str, resources: list[Mapping[str, Any]], left_out: Counter[str], *, ours: bool
) -> Iterator[Subject]:
    for each in resources:
        token = VERSIONED.sub("", str(each.get("type", "")))
        if not each.get("custom") or each.get("delete") or token.startswith("pulumi:"):
            continue
        inputs, outputs = (pulumi_sentinels.plain(each.get(part) or {}, UNKNOWN) for part in ("inputs", "outputs"))
        if not isinstance(inputs, Mapping) or not isinstance(outputs, Mapping):
            raise Failure.of(
                "audit.state-unreadable", name=name, problem=f"the inputs and outputs of {each['urn']} are no objects"
            )
        declared = Declared(str(each["urn"]), token, inputs, str(each.get("id") or ""))
        document = _document(declared, outputs)
        if document is None:
            left_out[token] += 1
        else:
            yield Subject(document, declared.name, declared.urn, path(declared) if ours else "")


def _document(declared: Declared, outputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """What Azure answered; what was asked of it where the engine knows no answer."""
    row = by_token().get(declared.token)
    if row is None:
        return None
    if not outputs or not row.match(declared.id):
        return declared.document("<subscriptionId>")
    known = translation.document(row, outputs)
    return {**known, "id": declared.id, "name": declared.id.rpartition("/")[2], "type": row.type}
