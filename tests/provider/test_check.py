"""Inputs before they go anywhere: names and places that were not given, and what ARM can't do without."""

from typing import Any

import pytest

from modelyard.arm import resource_types
from modelyard.provider.check import CREATE_BEFORE_DELETE, Checked, Mode, Proposal, autoname, check
from modelyard.provider.values import UNKNOWN, SecretValue, reveal

ROWS = resource_types.by_type()
GROUP = ROWS["microsoft.resources/resourcegroups"]
ACCOUNT = ROWS["microsoft.cognitiveservices/accounts"]
DEPLOYMENT = ROWS["microsoft.cognitiveservices/accounts/deployments"]
ROLE = ROWS["microsoft.authorization/roleassignments"]
LOCK = ROWS["microsoft.authorization/locks"]
CONNECTION = ROWS["microsoft.cognitiveservices/accounts/connections"]


def checked(
    row: Any, new: dict[str, Any], old: dict[str, Any] | None = None, proposal: Proposal | None = None
) -> Checked:
    return check(
        row, old or {}, new, logical_name="chat", seed=b"seed", proposal=proposal, location=lambda _: "swedencentral"
    )


def test_names_are_made_as_azure_native_makes_them() -> None:
    random = autoname(ACCOUNT, "chat", b"seed", None)
    assert random is not None
    assert random.random
    assert len(random.text) == len("chat") + 8
    assert autoname(ACCOUNT, "chat", b"seed", None) == random, "a preview and its update must agree"
    assert autoname(ACCOUNT, "chat", b"other", None) != random
    copied = autoname(DEPLOYMENT, "chat", b"seed", None)
    assert copied is not None
    assert (copied.text, copied.random) == ("chat", False)
    guid = autoname(ROLE, "chat", b"seed", None)
    assert guid is not None
    assert len(guid.text) == 36
    unseeded = {str(autoname(ACCOUNT, "chat", b"", None)) for _ in range(2)}
    assert len(unseeded) == 2


@pytest.mark.parametrize(
    ("mode", "row", "expected"),
    [
        (Mode.PROPOSE, ACCOUNT, "proposed"),
        (Mode.ENFORCE, ROLE, "proposed"),
        (Mode.DISABLE, ACCOUNT, None),
    ],
)
def test_the_engines_own_naming_counts(mode: Mode, row: Any, expected: str | None) -> None:
    name = autoname(row, "chat", b"seed", Proposal("proposed", mode))
    assert (name.text if name else None) == expected


def test_a_made_name_is_kept() -> None:
    first = checked(GROUP, {}).inputs
    assert first[CREATE_BEFORE_DELETE] is True, "so that a replacement may come before the end of the old one"
    assert checked(GROUP, {}, first).inputs == first, "another name each time would replace it each time"


def test_a_location_is_kept_then_configured() -> None:
    assert checked(GROUP, {"resourceGroupName": "rg"}).inputs["location"] == "swedencentral"
    assert checked(GROUP, {"resourceGroupName": "rg"}, {"location": "eastus"}).inputs["location"] == "eastus"
    assert "location" not in checked(DEPLOYMENT, {}).inputs, "a deployment has no place of its own"


FULL = {"resourceGroupName": "rg", "accountName": "a", "deploymentName": "d"}
CASES: list[tuple[str, Any, dict[str, Any], list[str]]] = [
    ("all there", DEPLOYMENT, FULL, []),
    ("no parent", DEPLOYMENT, {"deploymentName": "d"}, ["resourceGroupName", "accountName"]),
    ("an unknown parent", DEPLOYMENT, {**FULL, "accountName": UNKNOWN}, []),
    ("a secret name", DEPLOYMENT, {**FULL, "accountName": SecretValue("a")}, []),
    ("an empty name", DEPLOYMENT, {**FULL, "deploymentName": ""}, ["deploymentName"]),
    ("a name that is no text", DEPLOYMENT, {**FULL, "deploymentName": 7}, ["deploymentName"]),
    ("a name that leads elsewhere", DEPLOYMENT, {**FULL, "deploymentName": "../../other"}, ["deploymentName"]),
    ("a sku without a name", DEPLOYMENT, {**FULL, "sku": {"capacity": 1}}, ["sku.name"]),
    ("an unknown sku", DEPLOYMENT, {**FULL, "sku": UNKNOWN}, []),
    (
        "a misplaced input of a flat type",
        LOCK,
        {"scope": "/subscriptions/s", "lockName": "l", "level": "ReadOnly", "kind": "x"},
        ["kind"],
    ),
    ("a lock without a level", LOCK, {"scope": "/subscriptions/s", "lockName": "l"}, ["level"]),
    ("a misplaced input", DEPLOYMENT, {**FULL, "capacity": 1}, ["capacity"]),
    ("a role for nobody", ROLE, {"scope": "/subscriptions/s", "roleDefinitionId": "r"}, ["principalId"]),
    (
        "a scope that leads elsewhere",
        ROLE,
        {"scope": "/subscriptions/../s", "roleDefinitionId": "r", "principalId": "p"},
        ["scope"],
    ),
]


@pytest.mark.parametrize(("what", "row", "inputs", "places"), CASES, ids=[case[0] for case in CASES])
def test_what_is_wrong_is_named_by_its_place(what: str, row: Any, inputs: Any, places: list[str]) -> None:
    assert [failure.property for failure in checked(row, inputs).failures] == places, what


def test_a_missing_location_says_how_to_set_it() -> None:
    found = check(GROUP, {}, {}, logical_name="rg", seed=b"", proposal=None, location=lambda _: None)
    assert "pulumi config set azure-native:location" in found.failures[0].reason


@pytest.mark.parametrize("credentials", [{"key": "k"}, SecretValue({"key": "k"}), {"key": SecretValue("k")}])
def test_credentials_are_secret_however_a_program_gives_them(credentials: Any) -> None:
    """Inputs are kept in the state and shown in previews."""
    given = {"resourceGroupName": "rg", "accountName": "a", "connectionName": "search"}
    found = checked(CONNECTION, {**given, "properties": {"authType": "ApiKey", "credentials": credentials}})
    assert found.failures == ()
    kept = found.inputs["properties"]["credentials"]
    assert isinstance(kept, SecretValue)
    assert reveal(kept) == {"key": "k"}
    assert "'k'" not in repr(found.inputs)


def test_credentials_that_nobody_knows_yet_stay_unknown() -> None:
    given = {"resourceGroupName": "rg", "accountName": "a", "connectionName": "search"}
    found = checked(CONNECTION, {**given, "properties": {"authType": "ApiKey", "credentials": UNKNOWN}})
    assert found.inputs["properties"]["credentials"] is UNKNOWN
