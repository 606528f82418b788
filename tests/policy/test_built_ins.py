"""Our own rules stand in for Azure's built-ins; where they decide otherwise, an `up` here proves nothing."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.arm.table import rows
from modelyard.catalog.built_in_policies import NOTHING, Parameter, built_in, built_ins
from modelyard.policy import aliases
from modelyard.policy import built_ins as served
from modelyard.policy.context import Context, RelatedQuery
from modelyard.policy.definition import Definition
from modelyard.policy.effects.changes import Change
from modelyard.policy.effects.names import Effect
from modelyard.policy.estate import Estate
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.fields import Fields
from modelyard.policy.initiative import Initiative
from modelyard.policy.policy import Policy
from modelyard.policy.resource import Resource

FIELDS = Fields(aliases.from_rows(rows()))

WITHOUT_RULE = {"deploy-private-dns-zones", "model-eligibility"}
"""A rule over private endpoints, which the sandbox doesn't have, and one whose text nobody has published."""


@pytest.mark.parametrize("one", built_ins(), ids=lambda one: one.name)
def test_each_has_a_rule_or_is_known_to_have_none(one):
    entry = served.entry(one.id.lower(), FIELDS)
    assert (entry is None) is (one.name in WITHOUT_RULE)
    document = served.documents()[one.id.lower()]
    assert document["properties"]["displayName"] == one.display_name
    assert set(document["properties"]["parameters"]) == set(one.parameters)


def test_an_id_is_known_for_what_it_is():
    assert served.is_built_in("/providers/microsoft.authorization/POLICYDEFINITIONS/anything")
    assert not served.is_built_in("/subscriptions/x/providers/Microsoft.Authorization/policyDefinitions/anything")


def test_the_guardrails_hand_every_parameter_down():
    guardrails = built_in("filter-guardrails")
    assert guardrails is not None
    entry = served.entry(guardrails.id.lower(), FIELDS)
    assert isinstance(entry, Initiative)
    assert len(entry.members) == 12
    handed = json.dumps([dict(member.parameters) for member in entry.members])
    assert all(f"parameters('{name}')" in handed for name in guardrails.parameters)
    for member in entry.members:
        definition = served.entry(member.definition_id.lower(), FIELDS)
        assert isinstance(definition, Definition)
        definition.bind(entry.handed_down(member, {name: one.default for name, one in entry.parameters.items()}))


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


def values(parameters: dict[str, Parameter]) -> dict[str, Any]:
    found = {}
    for name, one in parameters.items():
        chosen = VALUES.get(name)
        if chosen is None and one.default is NOTHING:
            chosen = one.allowed[0] if one.allowed else "x"
        if chosen is not None:
            found[name] = chosen
    return found


@cache
def pairs(shared: Path) -> list[tuple[str, Policy, Policy]]:
    """Azure's definition and ours, ready to be asked, of each built-in that has both."""
    return list(_pairs(shared))


def _pairs(shared: Path) -> Iterator[tuple[str, Policy, Policy]]:
    for file in sorted(shared.glob("azure-policy/*definitions/*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        known = built_in(document.get("name", ""))
        ours = served.entry(known.id.lower(), FIELDS) if known else None
        if known is None or not isinstance(ours, Definition):
            continue
        try:
            azures = Definition.load(document, FIELDS)
        except DefinitionRefused:
            continue
        given_ = values(dict(known.parameters))
        yield known.name, azures.bind(given_), ours.bind(given_)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(document=ACCOUNTS | DEPLOYMENTS | GROUPS, diagnostics=st.lists(SETTINGS, max_size=2))
def test_they_decide_as_azures_do(shared, document, diagnostics):
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

    context = Context(request={"apiVersion": "2025-06-01"}, resource_group={"location": "x"}, related=related)
    compared = 0
    for name, azures, ours in pairs(shared):
        verdicts = [one.verdict(Resource(dict(document), context)) for one in (azures, ours)]
        assert verdicts[0].outcome == verdicts[1].outcome, (name, [one.explain() for one in verdicts])
        assert verdicts[0].effect == verdicts[1].effect, name
        if verdicts[0].effect is Effect.MODIFY:
            assert [_told(one) for one in verdicts[0].changes] == [_told(one) for one in verdicts[1].changes]
        compared += 1
    assert compared > 20


def _told(change: Change) -> tuple[Any, ...]:
    return change.operation, change.written.lower(), change.value, change.applies
