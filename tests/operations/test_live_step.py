"""A preview that says yes where Azure says no is worse than none; one that says no for want of a right is of no use."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from modelyard.audit import preview
from modelyard.catalog.market import Market
from modelyard.config.loader import Loaded
from modelyard.engine.events import Started
from modelyard.findings import Finding, Severity
from modelyard.inventory.live_accounts import Unread
from modelyard.inventory.live_answers import Answers, StackInAzure
from modelyard.inventory.region_offers import RegionOffers, models_of, usages_of
from modelyard.operations.live_step import LiveAnswers, summary, tell

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-00000000000a"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/ai"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
URN = f"urn:pulumi:dev::yard::{DEPLOYMENT}::chat"
TARGET: Any = SimpleNamespace(name="sandbox")


def inputs(capacity: int = 10) -> dict[str, Any]:
    model = {"format": "OpenAI", "name": "some", "version": "1"}
    return {
        "accountName": "ai",
        "resourceGroupName": "rg",
        "deploymentName": "chat",
        "sku": {"name": "GlobalStandard", "capacity": capacity},
        "properties": {"model": model},
    }


def offers(lifecycle: str = "GenerallyAvailable", left: int = 100) -> RegionOffers:
    sku = {"name": "GlobalStandard", "usageName": "some"}
    model = {"format": "OpenAI", "name": "some", "version": "1", "lifecycleStatus": lifecycle, "skus": [sku]}
    usages = usages_of([{"name": {"value": "some"}, "limit": left, "currentValue": 0}])
    return RegionOffers(SUBSCRIPTION, "swedencentral", models_of([{"kind": "AIServices", "model": model}]), usages)


def running(capacity: int = 10) -> Mapping[str, Any]:
    document = {**inputs(capacity), "id": f"{ACCOUNT}/deployments/chat"}
    return {str(document["id"]).lower(): document}


ALL = ({"actions": ["*"], "notActions": []},)
AZURE = Answers(
    offers(),
    account={"id": ACCOUNT, "properties": {"customSubDomainName": "ai"}},
    running=running(),
    providers={"Microsoft.CognitiveServices": "Registered"},
    permissions={SUBSCRIPTION: ALL, GROUP.lower(): ALL},
)


def told(
    op: str, said: Answers | None = AZURE, *, capacity: int = 10, allow_loss: tuple[str, ...] = (), failed: str = ""
) -> tuple[dict[str, str], list[Finding]]:
    """Outcomes of the checks by their id, and the findings on a change of one deployment."""
    account = {"id": ACCOUNT, "name": "ai", "type": "Microsoft.CognitiveServices/accounts", "location": "swedencentral"}
    asked = StackInAzure(SUBSCRIPTION, (account,), False, "az … purge", Market.load())
    planned = [Started(URN, op, preview=True, inputs=inputs(capacity), custom=True, id=f"{ACCOUNT}/deployments/chat")]
    source = preview.change("preview", [(URN, op, planned[0].inputs)], SUBSCRIPTION.rpartition("/")[2])
    document = next(each.document for each in source.subjects)
    asked = replace(asked, documents=(account, document))
    checks, findings = tell(TARGET, LiveAnswers(asked, said, failed), planned, source, allow_loss)
    return {each.id: each.outcome.value for each in checks}, list(findings)


def test_a_change_that_fits_is_said_to_fit() -> None:
    checks, findings = told("update", capacity=20)
    assert findings == []
    assert checks.pop("live.endpoint") == "skipped"
    assert set(checks.values()) == {"passed"}
    assert {"live.model", "live.quota", "live.permissions", "live.provider"} == set(checks)


def test_what_the_change_does_not_write_is_not_held_against_it() -> None:
    """A stack that stays as it is needs no right to write, and no quota."""
    nothing = replace(AZURE, offers=offers(left=0), permissions={SUBSCRIPTION: ()})
    assert told("same", nothing) == ({}, [])


def test_a_missing_right_is_a_refusal_that_names_the_action() -> None:
    reads = ({"actions": ["*/read"], "notActions": []},)
    _, (finding,) = told("update", replace(AZURE, permissions={SUBSCRIPTION: reads}), capacity=20)
    assert (finding.code, finding.severity) == ("inventory.live-refused", Severity.ERROR)
    assert "Microsoft.CognitiveServices/accounts/deployments/write" in finding.message


def test_what_may_not_be_asked_is_a_note() -> None:
    unread = Unread("permissions", "Microsoft.Authorization/permissions/read", SUBSCRIPTION, "AuthorizationFailed")
    said = replace(AZURE, permissions={SUBSCRIPTION: unread}, offers=replace(offers(), usages=None, unread=(unread,)))
    checks, findings = told("update", said, capacity=20)
    assert {each.severity for each in findings} == {Severity.NOTE}
    assert not any(each.unverified for each in findings), "the exit status of a preview stays 0"
    assert checks["live.permissions"] == checks["live.quota"] == "inconclusive"


def test_who_is_offline_is_told_nothing_and_who_is_not_signed_in_is_told_so() -> None:
    assert told("update", None) == ({}, [])
    _, (finding,) = told("update", None, failed="nobody is signed in")
    assert (finding.severity, "nobody is signed in" in finding.message) == (Severity.NOTE, True)


@pytest.mark.parametrize("lifecycle", ["Deprecating", "Deprecated"])
@pytest.mark.parametrize("op", ["delete", "delete-replaced"])
def test_what_cannot_be_made_again_goes_only_by_name(op: str, lifecycle: str) -> None:
    said = replace(AZURE, offers=offers(lifecycle))
    _, (finding,) = told(op, said)
    assert (finding.code, finding.severity) == ("inventory.not-made-again", Severity.ERROR)
    assert "--allow-loss chat" in finding.remedy
    assert told(op, said, allow_loss=("other",))[1] == [finding], "a name is no leave for another"
    assert told(op, said, allow_loss=("chat",))[1] == []
    assert told(op)[1] == [], "what can be made again may go"


def test_what_is_running_keeps_no_stack_from_being_changed() -> None:
    retired = Finding.of("config.model-retired", "it retired", path="deployments.chat.model")
    other = Finding.of("config.model-retired", "it retired", path="deployments.embed.model")
    loaded = Loaded(None, (retired, other), Path("Pulumi.dev.yaml"))
    assert loaded.closed == ("chat", "embed")
    (left,) = loaded.excusing(["chat"]).errors
    assert left is other
    assert loaded.excusing(["chat"]).findings[0].severity is Severity.WARNING


def test_a_line_counts_what_was_asked() -> None:
    assert summary(()) == ""
