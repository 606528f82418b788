"""Rules of our own stand in for Azure's built-ins; where they decide otherwise, no audit and no `up` proves much."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modelyard.policy
from modelyard.arm.resource_types import rows
from modelyard.catalog.built_in_policies import NOTHING, BuiltInParameter, built_in, built_ins
from modelyard.policy.documents import built_ins as served
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import Policy
from modelyard.policy.effects.changes import FieldOperation
from modelyard.policy.effects.effect import Effect
from modelyard.policy.evaluation.related_resources import Estate
from modelyard.policy.language.aliases import from_rows
from modelyard.policy.language.context import EvaluationContext, RelatedQuery
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource

WITHOUT_RULE = {"model-eligibility"}
"""Nobody has published its text."""


@pytest.mark.parametrize("one", built_ins(), ids=lambda one: one.name)
def test_each_has_a_rule_or_is_known_to_have_none(one, strict):
    entry = served.load(one.id, strict)
    assert (entry is None) is (one.name in WITHOUT_RULE)
    document = served.documents()[one.id.lower()]
    assert document["properties"]["displayName"] == one.display_name
    assert set(document["properties"]["parameters"]) == set(one.parameters)


def test_an_id_is_known_for_what_it_is():
    assert served.is_built_in("/providers/microsoft.authorization/POLICYDEFINITIONS/anything")
    assert not served.is_built_in("/subscriptions/x/providers/Microsoft.Authorization/policyDefinitions/anything")


def test_the_guardrails_hand_every_parameter_down(strict):
    guardrails = built_in("filter-guardrails")
    assert guardrails is not None
    entry = served.load(guardrails.id, strict)
    assert isinstance(entry, Initiative)
    assert len(entry.members) == 12
    handed = json.dumps([dict(member.parameters) for member in entry.members])
    assert all(f"parameters('{name}')" in handed for name in guardrails.parameters)
    for member in entry.members:
        definition = served.load(member.definition_id, strict)
        assert isinstance(definition, Definition)
        definition.bind(entry.handed_down(member, {name: one.default for name, one in entry.parameters.items()}))


def test_every_equivalent_is_of_a_built_in():
    """A file under a name that the catalog doesn't have would never be read."""
    folder = Path(modelyard.policy.__file__).parent / "equivalents"
    assert {file.stem for file in folder.glob("*.json")} == {one.name for one in built_ins()} - WITHOUT_RULE


def test_an_original_takes_over_once_it_is_at_hand(strict):
    """Whoever has pulled Azure's own definitions is judged by them, and not by our reading of them."""
    library = Library(served.entries(strict))
    known = built_in("managed-identity")
    assert known is not None
    equivalent = library.find(known.id)
    rule = {"if": {"field": "kind", "equals": "x"}, "then": {"effect": "audit"}}
    pulled = {"id": known.id, "name": known.guid, "properties": {"mode": "All", "policyRule": rule}}
    library.add(Definition.load(pulled, strict))
    for name in (known.id, known.guid.upper()):
        found = library.find(name)
        assert isinstance(found, Definition)
        assert found is not equivalent
        assert found.rule == rule


# --- against Azure's own, where they are at hand ---------------------------------------------------------------------

ACCOUNT = "Microsoft.CognitiveServices/accounts"
MAYBE = st.none() | st.booleans()
ACCOUNTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from([ACCOUNT, ACCOUNT.lower(), "Microsoft.Storage/storageAccounts"]),
        "name": st.just("ai"),
        "kind": st.sampled_from(["AIServices", "OpenAI", "LUIS"]),
        "location": st.sampled_from(["swedencentral", "eastus", "global"]),
        "tags": st.dictionaries(st.sampled_from(["owner", "team"]), st.sampled_from(["me", "us"]), max_size=2),
        "identity": st.none() | st.fixed_dictionaries({"type": st.sampled_from(["None", "SystemAssigned"])}),
        "properties": st.fixed_dictionaries(
            {},
            optional={
                "disableLocalAuth": MAYBE,
                "publicNetworkAccess": st.sampled_from(["Enabled", "Disabled", "disabled"]),
                "networkAcls": st.fixed_dictionaries({"defaultAction": st.sampled_from(["Allow", "Deny"])}),
                "encryption": st.none()
                | st.fixed_dictionaries({}, optional={"keySource": st.sampled_from(["Microsoft.KeyVault", "Own"])}),
                "userOwnedStorage": st.lists(st.fixed_dictionaries({"resourceId": st.just("/x")}), max_size=1),
                "capabilities": st.lists(
                    st.fixed_dictionaries({"name": st.sampled_from(["CustomerManagedStorage", "RaiMonitor"])}),
                    max_size=2,
                ),
                "privateEndpointConnections": st.lists(
                    st.fixed_dictionaries(
                        {
                            "properties": st.fixed_dictionaries(
                                {
                                    "privateLinkServiceConnectionState": st.fixed_dictionaries(
                                        {"status": st.sampled_from(["Approved", "Pending"])}
                                    )
                                }
                            )
                        }
                    ),
                    max_size=2,
                ),
            },
        ),
    }
)
FILTER = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Hate", "Jailbreak", "Profanity", "Protected Material Text"]),
        "source": st.sampled_from(["Prompt", "Completion"]),
        "enabled": st.booleans(),
        "blocking": st.booleans(),
        "severityThreshold": st.sampled_from(["Low", "Medium", "High"]),
    }
)
DEPLOYMENTS = st.fixed_dictionaries(
    {
        "type": st.just("Microsoft.CognitiveServices.Data/accounts/deployments"),
        "name": st.just("chat"),
        "model": st.fixed_dictionaries(
            {
                "publisher": st.sampled_from(["OpenAI", "Meta"]),
                "assetId": st.sampled_from(
                    ["azureml://registries/azure-openai/models/gpt-5/versions/1", "azureml://x"]
                ),
            }
        ),
        "raiPolicy": st.fixed_dictionaries(
            {"mode": st.sampled_from(["Default", "Blocking"]), "contentFilters": st.lists(FILTER, max_size=4)}
        ),
    }
)
GROUPS = st.fixed_dictionaries(
    {
        "type": st.just("Microsoft.Resources/subscriptions/resourceGroups"),
        "name": st.just("rg"),
        "location": st.sampled_from(["swedencentral", "eastus"]),
    }
)
ENDPOINTS = st.fixed_dictionaries(
    {
        "type": st.just("Microsoft.Network/privateEndpoints"),
        "name": st.just("pe"),
        "location": st.just("swedencentral"),
        "properties": st.fixed_dictionaries(
            {
                "privateLinkServiceConnections": st.lists(
                    st.fixed_dictionaries(
                        {
                            "properties": st.fixed_dictionaries(
                                {
                                    "privateLinkServiceId": st.sampled_from(
                                        ["/x/Microsoft.CognitiveServices/accounts/ai", "/x/Microsoft.KeyVault/vaults/v"]
                                    ),
                                    "groupIds": st.lists(st.sampled_from(["account", "Account", "vault"]), max_size=2),
                                }
                            )
                        }
                    ),
                    max_size=2,
                )
            }
        ),
    }
)
LOG = st.fixed_dictionaries({"categoryGroup": st.sampled_from(["audit", "allLogs"]), "enabled": st.booleans()})
SETTINGS = st.fixed_dictionaries(
    {
        "logs": st.lists(LOG, max_size=3),
        "workspaceId": st.sampled_from(["x", "y"]),
        "storageAccountId": st.sampled_from(["x", "y"]),
        "eventHubAuthorizationRuleId": st.sampled_from(["x", "y"]),
        "eventHubName": st.sampled_from(["Monitoring", "other"]),
    }
)
"""Diagnostic settings on the account, good ones and others."""

VALUES: dict[str, Any] = {
    "resourceLocation": "swedencentral",
    "listOfAllowedLocations": ["swedencentral"],
    "listOfResourceTypesAllowed": [ACCOUNT],
    "listOfResourceTypesNotAllowed": [ACCOUNT],
    "tagName": "owner",
    "tagValue": "me",
    "allowedPublishers": ["OpenAI"],
    "allowedAssetIds": ["azureml://registries/azure-openai/models/gpt-5/"],
    "filterName": None,  # the first that is allowed
}


def values(parameters: dict[str, BuiltInParameter]) -> dict[str, Any]:
    found = {}
    for name, one in parameters.items():
        chosen = VALUES.get(name)
        if chosen is None and one.default is NOTHING:
            chosen = one.allowed[0] if one.allowed else "x"
        if chosen is not None:
            found[name] = chosen
    return found


def variants(parameters: dict[str, BuiltInParameter]) -> Iterator[dict[str, Any]]:
    """Values that tell whether a rule asks its parameters: each effect, and each other parameter with other values."""
    plain = values(parameters)
    effect = parameters.get("effect")
    if effect is None:
        yield plain
    else:
        yield from ({**plain, "effect": each} for each in effect.allowed)
    for name, one in parameters.items():
        if name != "effect":
            yield from ({**plain, name: each} for each in _others(one))


def _others(one: BuiltInParameter) -> list[Any]:
    if one.type.lower() == "array":
        return [[], list(one.allowed[:1]), list(one.allowed)] if one.allowed else [[], ["x"], ["swedencentral", "LUIS"]]
    if one.allowed:
        return list(one.allowed)
    return [True, False] if one.type.lower() == "boolean" else ["x", "me"] if one.type.lower() == "string" else []


FIELDS = Fields(from_rows(rows()))


@cache
def pairs(shared: Path) -> tuple[tuple[str, tuple[tuple[Policy, Policy], ...]], ...]:
    """Azure's definition and ours of each built-in whose original is at hand, once for each of its variants."""
    return tuple(_pairs(shared))


def _pairs(shared: Path) -> Iterator[tuple[str, tuple[tuple[Policy, Policy], ...]]]:
    for file in sorted(shared.glob("azure-policy/*definitions/*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        known = built_in(document.get("name", ""))
        if known is None or known.is_initiative:
            continue
        ours = served.load(known.id, FIELDS)
        assert isinstance(ours, Definition), f"{known.name} has an original and no equivalent"
        azures = Definition.load(document, FIELDS)
        wanted = variants(dict(known.parameters))
        yield known.name, tuple((azures.bind(each), ours.bind(each)) for each in wanted)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    document=ACCOUNTS | DEPLOYMENTS | GROUPS | ENDPOINTS,
    diagnostics=st.lists(SETTINGS, max_size=2),
    turn=st.integers(0, 30),
)
def test_they_decide_as_azures_do(shared, document, diagnostics, turn):
    identifier = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/ai"
    document = {"id": identifier, **document}
    where = f"{identifier}/providers/Microsoft.Insights/diagnosticSettings"
    around = [
        {"id": f"{where}/{at}", "type": "Microsoft.Insights/diagnosticSettings", "properties": one}
        for at, one in enumerate(diagnostics)
    ]
    estate = Estate([document, *around])

    def related(query: RelatedQuery) -> Any:
        return estate.related(query)

    context = EvaluationContext(request={"apiVersion": "2025-06-01"}, resource_group={"location": "x"}, related=related)
    for name, choices in pairs(shared):
        azures, ours = (
            one.evaluate(EvaluatedResource(dict(document), context)) for one in choices[turn % len(choices)]
        )
        assert azures.outcome == ours.outcome, (name, azures.explain(), ours.explain())
        assert azures.effect == ours.effect, name
        if azures.effect is Effect.MODIFY:
            assert [_told(one) for one in azures.changes] == [_told(one) for one in ours.changes]


def test_nothing_is_left_uncompared(shared):
    """Each equivalent is held to an original, except where none is at hand."""
    assert {one.name for one in built_ins() if not one.is_initiative} - {
        name for name, _ in pairs(shared)
    } == WITHOUT_RULE


def _told(change: FieldOperation) -> tuple[Any, ...]:
    return change.operation, change.written.lower(), change.value, change.applies
