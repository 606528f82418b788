"""Auditors get exports of programs that they have never seen; nothing in them may be misread in silence."""

from collections.abc import Mapping
from typing import Any

import pytest

from modelyard.audit import state
from modelyard.failures import Failure
from modelyard.policy.language.unknown import UNKNOWN

SECRET = "4dabf18193072939515e22adb298388d"  # how the engine marks its special objects
ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"
TOKEN = "azure-native:cognitiveservices:Account"


def resource(token: str = TOKEN, name: str = "account", **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::shop::{token}::{name}", "type": token, "custom": True, **more}


def deployed(**outputs: Any) -> dict[str, Any]:
    return resource(id=ACCOUNT, inputs={"accountName": "contoso"}, outputs={"name": "contoso", **outputs})


def export(*resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


def test_what_azure_answered_counts() -> None:
    (found,) = state.source(
        "state", export(deployed(kind="AIServices", properties={"disableLocalAuth": True}))
    ).subjects
    assert found.document["id"] == ACCOUNT
    assert found.document["name"] == "contoso"
    assert found.type == "Microsoft.CognitiveServices/accounts"
    assert found.document["properties"]["disableLocalAuth"] is True


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:cognitiveservices/v20241001:Account",
        "azure-native:cognitiveservices/v20250401preview:Account",
        "azure-native_cognitiveservices_v20241001:cognitiveservices:Account",
        "azure-native_cognitiveservices_v20250401preview:cognitiveservices:Account",
    ],
)
def test_a_type_with_an_api_version_is_the_same_type(token: str) -> None:
    (found,) = state.source("state", export({**deployed(kind="OpenAI"), "type": token})).subjects
    assert found.document["kind"] == "OpenAI"


def test_secrets_stay_unknown() -> None:
    """Neither ciphertext nor what `--show-secrets` wrote may decide a result, or be shown in one."""
    hidden = {SECRET: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    shown = {SECRET: "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"s3cret"'}
    found = state.source("state", export(deployed(properties={"one": hidden, "two": shown}))).subjects[0]
    assert found.document["properties"]["one"] is UNKNOWN
    assert found.document["properties"]["two"] is UNKNOWN
    assert "s3cret" not in str(found.document)


def test_what_is_no_resource_is_passed_over_and_what_is_not_known_is_counted() -> None:
    found = state.source(
        "state",
        export(
            {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::dev", "type": "pulumi:pulumi:Stack"},
            resource("pulumi:providers:azure-native", "default"),
            resource("modelyard:index:Yard", "yard", custom=False),
            {**deployed(), "delete": True},
            resource("azure-native:storage:StorageAccount", "data", id="/subscriptions/s/x"),
            resource("random:index/randomId:RandomId", "suffix"),
        ),
    )
    assert found.subjects == ()
    assert found.left_out == {"azure-native:storage:StorageAccount": 1, "random:index/randomId:RandomId": 1}


def test_policies_among_the_resources_are_found() -> None:
    token = "azure-native:authorization:PolicyAssignment"
    id_ = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/keyless"
    found = state.source("state", export(resource(token, "keyless", id=id_, outputs={"policyDefinitionId": "/x"})))
    assert list(found.rulebook.assignments) == [id_.lower()]
    assert found.rulebook.sources[id_.lower()] == ("state",)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ([], "no `deployment`"),
        ({"resources": []}, "no `deployment`"),
        ({"deployment": {"resources": {"a": 1}}}, "no list of resources"),
        ({"deployment": {"resources": [{"type": "x"}]}}, "no list of resources"),
        (export({**deployed(), "outputs": "x"}), "are no objects"),
    ],
)
def test_what_is_no_export_is_refused(written: Any, says: str) -> None:
    with pytest.raises(Failure, match=says, check=lambda failure: failure.code == "audit.state-unreadable"):
        state.source("state", written)


def test_an_empty_stack_is_a_stack() -> None:
    assert state.source("state", {"deployment": {}}).subjects == ()


@pytest.mark.parametrize(
    ("noted", "target"), [("sandbox", "sandbox"), ("azure", "azure"), ("moon", None), (None, None)]
)
def test_a_state_of_ours_tells_where_it_was_written(noted: str | None, target: str | None) -> None:
    yard = {"urn": "urn:pulumi:dev::shop::modelyard:index:Yard::yard", "type": "modelyard:index:Yard", "custom": False}
    assert state.target(export(deployed(), {**yard, "outputs": {"target": noted}})) == target


def test_a_state_of_another_program_tells_nothing_of_its_target() -> None:
    assert state.target(export(deployed())) is None
