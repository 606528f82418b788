"""A stack's outputs, corrected by what its state holds: what exists is what is proved, whatever a run failed to write.

The program's outputs say what it declared. Where a write was refused, or waited for one that was, the engine leaves
its mark for an unknown value in their place. Where the program died, or a plain `pulumi up` stopped at a refusal, the
outputs are those of an earlier run. The state has each resource as Azure last answered for it. So deployments, content
filters, blocklists and endpoints are read from there, and everything else is taken from the outputs as it is.

Names, members and figures are those of `modelyard.resources`, which writes the outputs of a run that went well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm import kinds, pulumi_sentinels
from modelyard.catalog.serving import serving
from modelyard.engine.events import STACK_TYPE, known, name_of
from modelyard.engine.exported_state import StackState
from modelyard.engine.stack import Output
from modelyard.files import JsonDocument
from modelyard.report.change import SECRET

NOT_UPDATED = "not updated"
"""The last run meant to change it and did not: Azure refused that, or something it needs. It is as it was before."""

NOT_DECLARED = "not declared"
"""It exists, and the last run that ended did not declare it: its delete was refused, or the run that made it broke
off."""

MARK = "mark"
"""The member of an entry, of a deployment or of a content filter, that holds one of these."""

MINUTE = 60
SOURCES = ("Prompt", "Completion")
SHOWN = "plaintext"
"""The member of a secret in an export that shows secrets: its value, as JSON."""

INFERENCE = "Azure AI Model Inference API"
OPENAI = "OpenAI Language Model Instance API"


@dataclass(frozen=True, slots=True)
class StackOutputs:
    """The outputs of what exists; an entry that isn't as the last run declared it has a mark.

    `missing` are deployments that the last run declared and that aren't there. `lost` are outputs that a failed run
    left unknown and that no resource holds, as the account's keys.
    """

    outputs: Mapping[str, Output] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def shown(self) -> JsonDocument:
        """The values, with `[secret]` in the place of each secret."""
        return {name: SECRET if output.secret else output.value for name, output in self.outputs.items()}

    def marked(self, section: str = "deployments") -> Mapping[str, str]:
        """The marks of a section's entries, by name."""
        entries = self.outputs[section].value if section in self.outputs else {}
        return {name: entry[MARK] for name, entry in sorted(entries.items()) if MARK in entry}


def stack_outputs(state: StackState) -> StackOutputs:
    """What exists, by an exported state that shows its secrets."""
    resources = [each for each in state["deployment"].get("resources") or () if not each.get("delete")]
    found: Mapping[str, Any] = next((each.get("outputs") or {} for each in resources if _is(each, STACK_TYPE)), {})
    told = {name: _output(value) for name, value in found.items()}
    lost = {name for name, output in told.items() if output.value is None and _unknown(found[name])}
    outputs = {name: output for name, output in told.items() if name not in lost}
    for each in _all(resources, kinds.ACCOUNT.token):
        outputs |= {name: Output(value) for name, value in _account(each).items()}
    deployments = {name_of(each["urn"]): _deployment(each) for each in _all(resources, kinds.DEPLOYMENT.token)}
    filters = {name_of(each["urn"]): _filter(each) for each in _all(resources, kinds.CONTENT_FILTER.token)}
    sections = {
        "deployments": dict(_marked(deployments, found.get("deployments"))),
        "contentFilters": dict(_marked(filters, found.get("contentFilters"))),
        "blocklists": _blocklists(resources),
    }
    outputs |= {name: Output(entries) for name, entries in sections.items() if entries or name in outputs}
    declared = found.get("deployments")
    missing = sorted(declared.keys() - deployments.keys()) if isinstance(declared, Mapping) else []
    return StackOutputs(outputs, tuple(missing), tuple(sorted(lost - outputs.keys())))


def _output(value: Any) -> Output:
    """An output's value without what is unknown in it; a secret one as such."""
    if isinstance(value, Mapping) and value.get(pulumi_sentinels.SIGNATURE) == pulumi_sentinels.SECRET:
        shown = value.get(SHOWN)
        return Output(known(_whole(json.loads(shown))) if shown else None, secret=True)
    return Output(_whole(value))


def _whole(value: Any) -> Any:
    return None if isinstance(value, str) and value in pulumi_sentinels.UNKNOWNS else known(value)


def _unknown(value: Any) -> bool:
    """Whether the engine's mark for what isn't known stands in the place of an output, shown or as a secret."""
    text = json.dumps(value)
    return any(mark in text for mark in pulumi_sentinels.UNKNOWNS)


def _is(resource: Mapping[str, Any], token: str) -> bool:
    """Whether it is of this type, in whichever version of the API (`azure-native:cognitiveservices/v20250601:…`)."""
    module, _, name = resource["type"].rpartition(":")
    return f"{module.partition('/')[0]}:{name}" == token


def _all(resources: Iterable[Mapping[str, Any]], token: str) -> Iterator[Mapping[str, Any]]:
    return (each for each in resources if _is(each, token) and each.get("custom") and not each.get("external"))


def _marked(there: Mapping[str, dict[str, Any]], declared: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in sorted(there.items()):
        if not isinstance(declared, Mapping):  # no run ended that would have said what it declared
            yield name, entry
        elif name not in declared:
            yield name, {**entry, MARK: NOT_DECLARED}
        else:
            yield name, {**entry, MARK: NOT_UPDATED} if _unknown(declared[name]) else entry


def _account(resource: Mapping[str, Any]) -> dict[str, Any]:
    has = pulumi_sentinels.plain(resource.get("outputs") or {}, None)
    properties = has.get("properties") or {}
    endpoints = properties.get("endpoints") or {}
    inference = endpoints.get(INFERENCE)
    return {
        "accountId": resource.get("id"),
        "accountName": has.get("name"),
        "endpoint": properties.get("endpoint"),
        "inferenceEndpoint": inference and f"{inference.rstrip('/')}/models",
        "openaiEndpoint": endpoints.get(OPENAI),
        "principalId": (has.get("identity") or {}).get("principalId"),
    }


def _deployment(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What the program's outputs say of a deployment, from what was declared and what Azure answered."""
    has, asked = (pulumi_sentinels.plain(resource.get(part) or {}, None) for part in ("outputs", "inputs"))
    properties, wanted = has.get("properties") or {}, asked.get("properties") or {}
    model = {**(wanted.get("model") or {}), **(properties.get("model") or {})}
    sku = {**(has.get("sku") or {}), **(asked.get("sku") or {})}
    limits = properties.get("rateLimits") or ()
    return {
        "model": model.get("name"),
        "version": model.get("version"),
        "format": model.get("format"),
        "sku": sku.get("name"),
        "capacity": sku.get("capacity"),
        "tokensPerMinute": _per_minute(limits, "token"),
        "requestsPerMinute": _per_minute(limits, "request"),
        "contentFilter": properties.get("raiPolicyName") or wanted.get("raiPolicyName"),
        "spilloverDeploymentName": wanted.get("spilloverDeploymentName"),
        "endpoints": list(serving(model.get("name"), model.get("format"), sku.get("name")).endpoints),
    }


def _per_minute(limits: Iterable[Mapping[str, Any]], key: str) -> int | None:
    for limit in limits:
        if limit.get("key") == key and limit.get("count") is not None and limit.get("renewalPeriod"):
            return int(limit["count"] * MINUTE / limit["renewalPeriod"])
    return None


def _filter(resource: Mapping[str, Any]) -> dict[str, Any]:
    properties = pulumi_sentinels.plain(resource.get("inputs") or {}, {}).get("properties") or {}
    uses = properties.get("customBlocklists") or ()
    rules = [each for each in properties.get("contentFilters") or () if each.get("enabled")]
    return {
        "blocklists": list(dict.fromkeys(each.get("blocklistName") for each in uses)),
        "refuses": list(
            dict.fromkeys(
                each.get("blocklistName") for each in uses if each.get("blocking") and each.get("source") == "Prompt"
            )
        ),
        "categories": {
            source.lower(): [each.get("name") for each in rules if each.get("source") == source] for source in SOURCES
        },
    }


def _blocklists(resources: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Each blocklist with an entry that can be tried: one that is a text and no expression."""
    samples: dict[str, Any] = {
        (each.get("inputs") or {}).get("raiBlocklistName") or name_of(each["urn"]): {"sample": None}
        for each in _all(resources, kinds.BLOCKLIST.token)
    }
    for each in _all(resources, kinds.BLOCKLIST_ITEM.token):
        asked = pulumi_sentinels.plain(each.get("inputs") or {}, None)
        of, entry = asked.get("raiBlocklistName"), asked.get("properties") or {}
        if of in samples and not entry.get("isRegex") and samples[of]["sample"] is None:
            samples[of] = {"sample": entry.get("pattern")}
    return samples
