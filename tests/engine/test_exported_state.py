"""What is under way when an engine is killed exists in Azure or not; a wrong guess orphans it or breaks the next up."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.engine import exported_state
from modelyard.engine.events import name_of
from modelyard.engine.exported_state import Pending
from modelyard.engine.recovery import Settlement, settle

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
PROVIDER = "urn:pulumi:dev::tried::pulumi:providers:azure-native::default_3_29_0"
ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"


def urn(kind: str, name: str, parent: str = "modelyard:index:Yard$") -> str:
    return f"urn:pulumi:dev::tried::{parent}{kind}::{name}"


def operation(token: str, name: str, inputs: dict[str, object], kind: str = "creating", **more: object) -> Pending:
    return Pending(
        kind,
        {
            "urn": urn(token, name),
            "custom": True,
            "type": token,
            "inputs": inputs,
            "parent": urn("modelyard:index:Yard", "yard", ""),
            "provider": f"{PROVIDER}::0b6ee0ea",
            **more,
        },
    )


DEPLOYMENT = operation(
    "azure-native:cognitiveservices:Deployment",
    "chat",
    {"resourceGroupName": "rg", "accountName": "contoso", "deploymentName": "chat", "sku": {"name": "Standard"}},
)
ROLE = operation(
    "azure-native:authorization:RoleAssignment",
    "app",
    {"scope": ACCOUNT, "roleAssignmentName": "22222222-2222-2222-2222-222222222222", "principalId": "x"},
)


def state(*operations: Pending, provider: dict[str, object] | None = None, resources: tuple[str, ...] = ()):
    own = [{"urn": PROVIDER, "custom": True, "id": "0b6ee0ea", "inputs": provider or {}}]
    own += [{"urn": one, "custom": True, "id": "/there"} for one in resources]
    noted = [{"resource": dict(one.resource), "type": one.kind} for one in operations]
    return {"version": 3, "deployment": {"manifest": {}, "resources": own, "pending_operations": noted}}


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


@pytest.mark.parametrize(
    ("one", "provider", "expected"),
    [
        (DEPLOYMENT, {}, f"{ACCOUNT}/deployments/chat"),
        (
            DEPLOYMENT,
            {"subscriptionId": "33333333-3333-3333-3333-333333333333"},
            f"{ACCOUNT}/deployments/chat".replace(SUBSCRIPTION, "33333333-3333-3333-3333-333333333333"),
        ),
        (
            ROLE,
            {},
            f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/22222222-2222-2222-2222-222222222222",
        ),
        (operation(DEPLOYMENT.resource["type"], "chat", {}, "importing", id="/given"), {}, "/given"),
        (operation(DEPLOYMENT.resource["type"], "chat", {"resourceGroupName": "rg"}), {}, None),
        (
            operation(DEPLOYMENT.resource["type"], "chat", {**DEPLOYMENT.resource["inputs"], "accountName": SECRET}),
            {},
            None,
        ),
        (operation("random:index:RandomId", "id", {}), {}, None),
    ],
)
def test_the_id_of_a_pending_resource_follows_from_its_inputs(one, provider, expected):
    found = exported_state.arm_id(one, state(one, provider=provider), SUBSCRIPTION)
    assert (found and found[0]) == expected


def test_each_operation_is_settled_by_what_azure_has():
    component = Pending("creating", {"urn": urn("modelyard:index:Yard", "yard", ""), "custom": False})
    provider = Pending("creating", {"urn": PROVIDER.replace("default_3_29_0", "mine"), "custom": True})
    absent = operation(DEPLOYMENT.resource["type"], "embed", {**DEPLOYMENT.resource["inputs"], "deploymentName": "e"})
    changed = operation(DEPLOYMENT.resource["type"], "bulk", {}, "updating")
    strange = operation("random:index:RandomId", "id", {})
    reading = operation(DEPLOYMENT.resource["type"], "looked-at", {}, "reading")
    operations = (component, provider, DEPLOYMENT, absent, changed, strange, reading)
    asked = []

    def exists(id_: str, api_version: str) -> bool:
        asked.append((id_, api_version))
        return id_.endswith("/chat")

    found = settle(operations, state(*operations, resources=(changed.urn,)), SUBSCRIPTION, exists)
    assert found == Settlement(
        adopted={DEPLOYMENT.urn: f"{ACCOUNT}/deployments/chat"},
        cleared=(component.urn, provider.urn, absent.urn, reading.urn),
        reread=(changed.urn,),
        unclear=(strange.urn,),
    )
    assert asked == [(f"{ACCOUNT}/deployments/{name}", "2025-06-01") for name in ("chat", "e")]


def test_a_replacement_under_way_is_read_again_and_not_adopted_beside_the_old_one():
    found = settle((DEPLOYMENT,), state(DEPLOYMENT, resources=(DEPLOYMENT.urn,)), SUBSCRIPTION, lambda *_: True)
    assert found == Settlement(adopted={}, reread=(DEPLOYMENT.urn,)), "two resources of one URN are no state at all"


def test_an_adopted_resource_keeps_everything_but_gets_its_id():
    before = state(DEPLOYMENT, ROLE)
    untouched = deepcopy(before)
    after = exported_state.mended(before, {DEPLOYMENT.urn: "/chat"})
    assert before == untouched, "the caller's state is not ours to change"
    assert "pending_operations" not in after["deployment"]
    assert after["deployment"]["resources"] == [
        *before["deployment"]["resources"],
        {**DEPLOYMENT.resource, "id": "/chat"},
    ], "URN, parent, provider and dependencies decide whether the next up sees the same resource"


names = st.text("abc", min_size=1, max_size=2)


@given(st.lists(names, max_size=6), st.sets(names, max_size=4))
def test_mending_takes_each_adopted_resource_once_in_order_and_no_other(noted, adopted):
    operations = [operation(DEPLOYMENT.resource["type"], name, {}) for name in noted]
    chosen = {one.urn: f"/{one.urn}" for one in operations if name_of(one.urn) in adopted}
    after = exported_state.mended(state(*operations), chosen)["deployment"]["resources"][1:]
    assert [one["urn"] for one in after] == list(dict.fromkeys(one.urn for one in operations if one.urn in chosen))
    assert exported_state.operations(exported_state.mended(state(*operations), chosen)) == ()


def test_a_state_without_operations_has_none():
    assert exported_state.operations({"version": 3, "deployment": None}) == ()
    assert exported_state.operations(state()) == ()
