"""A failed write must never narrow what is proved: what exists is told and asked, whatever the last run left behind."""

import json
from typing import Any

import pytest

from modelyard.arm import pulumi_sentinels
from modelyard.engine import last_run
from modelyard.engine.stack import Output
from modelyard.engine.state_outputs import MARK, NOT_DECLARED, NOT_UPDATED, stack_outputs
from modelyard.report.result import Check, Outcome

PREFIX = "urn:pulumi:dev::modelyard::"
NATIVE = "azure-native:cognitiveservices:"
CHAT = {"model": "gpt-5.4", "capacity": 999}  # what the program declared; what exists has 100


def resource(type_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"{PREFIX}{type_}::{name}", "type": type_, "custom": True, "id": f"/{name}", **more}


def deployment(name: str, **more: Any) -> dict[str, Any]:
    model = {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}
    sku = {"name": "GlobalStandard", "capacity": 100}
    limits = [{"key": "token", "count": 100000, "renewalPeriod": 60}, {"key": "request", "count": 10}]
    return resource(
        f"{NATIVE}Deployment",
        name,
        inputs={"sku": sku, "properties": {"model": model, "raiPolicyName": "strict"}},
        outputs={"sku": sku, "properties": {"model": model, "rateLimits": limits, "raiPolicyName": "strict"}},
        **more,
    )


def content_filter(name: str) -> dict[str, Any]:
    rules = [
        {"name": "Hate", "source": "Prompt", "enabled": True, "blocking": True},
        {"name": "Violence", "source": "Completion", "enabled": False},
    ]
    uses = [
        {"blocklistName": "words", "source": "Prompt", "blocking": True},
        {"blocklistName": "words", "source": "Completion", "blocking": True},
        {"blocklistName": "marked", "source": "Prompt", "blocking": False},
    ]
    return resource(
        f"{NATIVE}RaiPolicy", name, inputs={"properties": {"contentFilters": rules, "customBlocklists": uses}}
    )


ACCOUNT = resource(
    f"{NATIVE}Account",
    "account",
    outputs={
        "name": "contoso",
        "properties": {
            "endpoint": "https://contoso.cognitiveservices.azure.com/",
            "endpoints": {
                "Azure AI Model Inference API": "https://contoso.services.ai.azure.com/",
                "OpenAI Language Model Instance API": "https://contoso.openai.azure.com/",
            },
        },
    },
)


def state(outputs: dict[str, Any] | None, *resources: dict[str, Any]) -> dict[str, Any]:
    stack = {"urn": f"{PREFIX}pulumi:pulumi:Stack::modelyard-dev", "type": "pulumi:pulumi:Stack", "custom": False}
    return {"deployment": {"resources": [{**stack, "outputs": outputs} if outputs else stack, *resources]}}


@pytest.mark.parametrize(
    ("declared", "there", "marked", "missing"),
    [
        pytest.param({"chat": CHAT}, ["chat"], {}, (), id="done"),
        pytest.param({"chat": pulumi_sentinels.UNKNOWN}, ["chat"], {"chat": NOT_UPDATED}, (), id="update refused"),
        pytest.param(
            {"chat": pulumi_sentinels.UNKNOWN, "reserve": pulumi_sentinels.UNKNOWN},
            ["chat", "reserve"],
            {"chat": NOT_UPDATED, "reserve": NOT_UPDATED},
            (),
            id="update refused, and what spills over to it not reached",
        ),
        pytest.param({"chat": CHAT, "new": pulumi_sentinels.UNKNOWN}, ["chat"], {}, ("new",), id="create refused"),
        pytest.param(
            {"chat": pulumi_sentinels.UNKNOWN}, [], {}, ("chat",), id="replace: deleted, and the new one refused"
        ),
        pytest.param({"chat": CHAT}, ["chat", "old"], {"old": NOT_DECLARED}, (), id="delete refused"),
        pytest.param(None, ["chat"], {}, (), id="the first run died half-way"),
        pytest.param({"chat": CHAT}, ["chat", "made"], {"made": NOT_DECLARED}, (), id="a later run died half-way"),
        pytest.param({"chat": CHAT, "gone": CHAT}, ["chat"], {}, ("gone",), id="a destroy that was refused in part"),
        pytest.param(pulumi_sentinels.UNKNOWN, ["chat"], {}, (), id="nothing of the outputs came to be known"),
    ],
)
def test_what_exists_is_told_with_its_mark(declared, there, marked, missing):
    outputs = None if declared is None else {"deployments": declared}
    found = stack_outputs(state(outputs, ACCOUNT, *map(deployment, there)))
    told = found.outputs["deployments"].value if "deployments" in found.outputs else {}
    assert sorted(told) == sorted(there), "no more than exists, and no less"
    assert all(entry["capacity"] == 100 for entry in told.values()), "with the values that it has, not those wished for"
    assert (found.marked(), found.missing) == (marked, missing)
    codes = {finding.code for finding in last_run.findings("dev", found, {"result": "failed"})}
    assert codes, "nothing of a run that failed is passed over in silence"
    assert bool(codes - {"engine.last-run-failed"}) is bool(marked or missing)


def test_an_entry_is_made_of_what_azure_answered():
    (entry,) = stack_outputs(state(None, deployment("chat"))).outputs["deployments"].value.values()
    assert entry == {
        "model": "gpt-5.4",
        "version": "2026-03-05",
        "format": "OpenAI",
        "sku": "GlobalStandard",
        "capacity": 100,
        "tokensPerMinute": 100000,
        "requestsPerMinute": None,
        "contentFilter": "strict",
        "spilloverDeploymentName": None,
        "endpoints": ["openai-v1", "openai", "models"],
    }


def test_a_filter_that_was_not_updated_is_asked_for_what_it_has():
    """Its categories and blocklists decide what smoke expects of every deployment that has it."""
    outputs = {"contentFilters": {"strict": pulumi_sentinels.UNKNOWN}}
    found = stack_outputs(state(outputs, content_filter("strict")))
    assert found.outputs["contentFilters"].value == {
        "strict": {
            "blocklists": ["words", "marked"],
            "refuses": ["words"],
            "categories": {"prompt": ["Hate"], "completion": []},
            MARK: NOT_UPDATED,
        }
    }
    (finding,) = last_run.findings("dev", found, {})
    assert "content filter strict" in finding.message


def test_an_account_that_was_not_updated_keeps_its_endpoints():
    names = ("accountId", "accountName", "endpoint", "inferenceEndpoint", "openaiEndpoint")
    secret = {pulumi_sentinels.SIGNATURE: pulumi_sentinels.SECRET, "plaintext": json.dumps(pulumi_sentinels.UNKNOWN)}
    found = stack_outputs(state({**dict.fromkeys(names, pulumi_sentinels.UNKNOWN), "keys": secret}, ACCOUNT))
    assert found.outputs["inferenceEndpoint"].value == "https://contoso.services.ai.azure.com/models"
    assert found.outputs["openaiEndpoint"].value == "https://contoso.openai.azure.com/"
    assert found.lost == ("keys",), "no resource holds them, so they are told as not proved"
    assert "keys" not in found.outputs


def test_secrets_and_outputs_of_the_programs_own_are_kept():
    secret = {pulumi_sentinels.SIGNATURE: pulumi_sentinels.SECRET, "plaintext": json.dumps({"key1": "one"})}
    found = stack_outputs(state({"keys": secret, "own": {"a": [1]}}, deployment("chat", delete=True)))
    assert found.outputs == {"keys": Output({"key1": "one"}, secret=True), "own": Output({"a": [1]})}
    assert found.shown["keys"] == "[secret]"
    assert "one" not in repr(found), "whatever is logged must not hold it"


def test_a_blocklist_is_tried_with_a_text_and_no_expression():
    def item(name: str, pattern: str, *, is_regex: bool) -> dict[str, Any]:
        inputs = {"raiBlocklistName": "words", "properties": {"pattern": pattern, "isRegex": is_regex}}
        return resource(f"{NATIVE}RaiBlocklistItem", name, inputs=inputs)

    lists = resource(f"{NATIVE}RaiBlocklist", "words", inputs={"raiBlocklistName": "words"})
    found = stack_outputs(state(None, lists, item("a", "x+", is_regex=True), item("b", "falcon", is_regex=False)))
    assert found.outputs["blocklists"].value == {"words": {"sample": "falcon"}}


def test_a_run_that_ended_well_says_nothing():
    found = stack_outputs(state({"deployments": {"chat": CHAT}}, deployment("chat")))
    assert last_run.findings("dev", found, {"result": "succeeded"}) == last_run.findings("dev", found, {}) == ()


def check(outcome: Outcome, observed: str = "an answer") -> Check:
    return Check("deployment.answers", "chat", outcome, "an answer", observed)


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        ([check(Outcome.PASSED), check(Outcome.FAILED)], True),
        ([check(Outcome.PASSED), check(Outcome.INCONCLUSIVE)], True),
        ([check(Outcome.PASSED), check(Outcome.INCONCLUSIVE, "")], False),
        ([check(Outcome.PASSED)], False),
        ([check(Outcome.FAILED)], False),
    ],
    ids=["one failed", "one answered otherwise", "one nobody could ask", "none", "all: the network, more likely"],
)
def test_checks_that_fail_although_nothing_changed_have_a_likely_reason(checks, told):
    found = last_run.elsewhere("dev", checks)
    assert bool(found) is told
    if found:
        assert "modelyard up dev --refresh" in found[0].remedy
