"""What Microsoft's clients make of ARM's refusals: the exception to catch, and the code to branch on."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.cognitiveservices.models import (
    Account,
    AccountProperties,
    Deployment,
    DeploymentModel,
    DeploymentProperties,
    Sku,
)
from azure.mgmt.resource.policy import PolicyClient

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.server import Running

PLACE = ("rg", "official")
USER = "a97b65f3-24c7-4388-baec-2e87135dc908"
SKUS_RULE = {
    "if": {
        "allOf": [
            {"field": "type", "equals": "Microsoft.CognitiveServices/accounts/deployments"},
            {"field": "Microsoft.CognitiveServices/accounts/deployments/sku.name", "notEquals": "GlobalStandard"},
        ]
    },
    "then": {"effect": "deny"},
}


class Somebody:
    """A credential of somebody in the sandbox's directory, or of nobody."""

    def __init__(self, running: Running, name: str) -> None:
        self._running = running
        self._name = name

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        if self._name == "nobody":
            return AccessToken("no.such.token", 2**31)
        azure, audience = self._running.azure, scopes[0].removesuffix("/.default")
        made = self._running.do(lambda: tokens.issue(azure, seed_data.object_id(self._name), audience))
        return AccessToken(made, 2**31)


@pytest.fixture
def scope(running: Running) -> str:
    running.azure.delays = {}
    return f"/subscriptions/{running.azure.subscription_id}"


@pytest.fixture
def as_(running: Running, scope: str) -> Iterator[Callable[..., Any]]:
    """One of Microsoft's clients, as somebody."""
    made = []

    def client(kind: Any, name: str = "pipeline") -> Any:
        way: dict[str, Any] = {"proxies": {"https": running.proxy}, "connection_verify": str(running.ca_file)}
        polling = {"polling_interval": 0} if kind is CognitiveServicesManagementClient else {}
        subscription = running.azure.subscription_id
        made.append(
            kind(Somebody(running, name), subscription, retry_total=0, use_env_settings=False, **way, **polling)
        )
        return made[-1]

    yield client
    for one in made:
        one.close()


@pytest.fixture
def services(running: Running, as_: Callable[..., Any], scope: str) -> CognitiveServicesManagementClient:
    """The client of Cognitive Services, with an account that is there."""
    group = {
        "id": f"{scope}/resourceGroups/rg",
        "name": "rg",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "swedencentral",
        "properties": {"provisioningState": "Succeeded"},
    }
    running.do(lambda: running.azure.store.put("resources", str(group["id"]).lower(), group))
    client: CognitiveServicesManagementClient = as_(CognitiveServicesManagementClient)
    client.accounts.begin_create(*PLACE, account()).result()
    return client


def account() -> Account:
    properties = AccountProperties(custom_sub_domain_name="official")
    return Account(location="swedencentral", kind="AIServices", sku=Sku(name="S0"), properties=properties)


def deployment(capacity: int = 10, *, model: str = "gpt-5.4", sku: str = "GlobalStandard") -> Deployment:
    wanted = DeploymentModel(format="OpenAI", name=model, version="2026-03-05")
    return Deployment(sku=Sku(name=sku, capacity=capacity), properties=DeploymentProperties(model=wanted))


def refused(error: HttpResponseError) -> tuple[int | None, str | None]:
    """Status and code, as a program sees them."""
    assert error.error is not None
    return error.status_code, error.error.code


def test_a_quota_that_is_used_up(services: CognitiveServicesManagementClient) -> None:
    with pytest.raises(HttpResponseError) as over:
        services.deployments.begin_create_or_update(*PLACE, "chat", deployment(900_000)).result()
    assert refused(over.value) == (400, "InsufficientQuota")
    assert "bigger than the current available capacity" in over.value.message


def test_two_writers_of_one_account(services: CognitiveServicesManagementClient, running: Running) -> None:
    running.azure.delays = {"Microsoft.CognitiveServices/accounts/deployments": 600.0}
    slow = deployment(15, sku="GlobalProvisionedManaged")
    services.deployments.begin_create_or_update(*PLACE, "first", slow, polling=False)
    with pytest.raises(ResourceExistsError) as conflict:  # azure-core's name for any 409
        services.deployments.begin_create_or_update(*PLACE, "second", deployment(), polling=False)
    assert refused(conflict.value) == (409, "RequestConflict")
    assert conflict.value.message.startswith("(RequestConflict) Another operation is being performed")


def test_what_is_not_there(services: CognitiveServicesManagementClient) -> None:
    with pytest.raises(ResourceNotFoundError) as missing:
        services.deployments.get(*PLACE, "nope")
    assert missing.value.status_code == 404
    with pytest.raises(ResourceNotFoundError) as groupless:
        services.accounts.begin_create("nowhere", "official", account())
    assert refused(groupless.value) == (404, "ResourceGroupNotFound")
    with pytest.raises(HttpResponseError) as unknown:
        services.deployments.begin_create_or_update(*PLACE, "chat", deployment(model="GPT-5.4"))
    assert unknown.value.error is not None
    assert unknown.value.error.code == "DeploymentModelNotSupported"


def test_what_a_policy_denies(services: CognitiveServicesManagementClient, as_: Callable[..., Any], scope: str) -> None:
    """The client reads which policy it was out of the error, so that a program can name it."""
    policies = as_(PolicyClient)
    written = {"mode": "All", "displayName": "Global only", "policyRule": SKUS_RULE}
    definition = policies.policy_definitions.create_or_update("global-only", {"properties": written})
    policies.policy_assignments.create(scope, "global", {"properties": {"policyDefinitionId": definition.id}})
    with pytest.raises(HttpResponseError) as denied:
        services.deployments.begin_create_or_update(*PLACE, "zoned", deployment(sku="DataZoneStandard"))
    assert refused(denied.value) == (403, "RequestDisallowedByPolicy")
    error: Any = denied.value.error
    assert error.target == "zoned"
    (violation,) = error.additional_info
    assert violation.type == "PolicyViolation"
    info = violation.info
    assert (info["policyDefinitionName"], info["policyAssignmentName"]) == ("global-only", "global")
    (seen,) = [one for one in info["evaluationDetails"]["evaluatedExpressions"] if one["operator"] == "NotEquals"]
    assert (seen["expressionValue"], seen["targetValue"]) == ("DataZoneStandard", "GlobalStandard")
    services.deployments.begin_create_or_update(*PLACE, "global", deployment()).result()


@pytest.mark.parametrize("name", ["reader", "outsider"])
def test_who_may_not(
    services: CognitiveServicesManagementClient, as_: Callable[..., Any], scope: str, name: str
) -> None:
    """403 in all three clients, and the general exception: ClientAuthenticationError is for a 401 alone."""
    forbidden = as_(CognitiveServicesManagementClient, name)
    assigned = {"properties": {"roleDefinitionId": _role(scope), "principalId": seed_data.object_id("outsider")}}
    calls: list[Callable[[], Any]] = [
        lambda: forbidden.deployments.begin_create_or_update(*PLACE, "chat", deployment()),
        lambda: forbidden.accounts.list_keys(*PLACE),
        lambda: as_(AuthorizationManagementClient, name).role_assignments.create(scope, str(uuid.uuid4()), assigned),
        lambda: as_(PolicyClient, name).policy_assignments.delete(scope, "none"),
    ]
    for call in calls:
        with pytest.raises(HttpResponseError) as denied:
            call()
        assert refused(denied.value) == (403, "AuthorizationFailed")
        assert not isinstance(denied.value, ClientAuthenticationError)
    assert seed_data.object_id(name) in denied.value.message, "who it was is told"


def test_a_token_that_is_none(as_: Callable[..., Any]) -> None:
    with pytest.raises(ClientAuthenticationError) as bad:
        list(as_(CognitiveServicesManagementClient, "nobody").accounts.list())
    assert bad.value.status_code == 401


def test_role_assignments_that_cannot_be(as_: Callable[..., Any], scope: str) -> None:
    assignments = as_(AuthorizationManagementClient).role_assignments
    wanted = {"properties": {"roleDefinitionId": _role(scope), "principalId": seed_data.object_id("outsider")}}
    assignments.create(scope, str(uuid.uuid4()), wanted)
    with pytest.raises(ResourceExistsError) as twice:
        assignments.create(scope, str(uuid.uuid4()), wanted)
    assert refused(twice.value) == (409, "RoleAssignmentExists")
    unknown = {"properties": {**wanted["properties"], "principalId": str(uuid.uuid4())}}
    with pytest.raises(HttpResponseError) as nobody:
        assignments.create(scope, str(uuid.uuid4()), unknown)
    assert nobody.value.error is not None
    assert nobody.value.error.code == "PrincipalNotFound"


def test_policies_that_cannot_be(as_: Callable[..., Any], scope: str) -> None:
    policies = as_(PolicyClient)
    missing = f"{scope}/providers/Microsoft.Authorization/policyDefinitions/none"
    with pytest.raises(HttpResponseError) as unknown:
        policies.policy_assignments.create(scope, "stray", {"properties": {"policyDefinitionId": missing}})
    assert unknown.value.error is not None
    assert unknown.value.error.code == "PolicyDefinitionNotFound"
    with pytest.raises(HttpResponseError) as malformed:
        policies.policy_definitions.create_or_update("bad", {"properties": {"mode": "All", "policyRule": {"if": {}}}})
    assert malformed.value.status_code == 400


def _role(scope: str) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{USER}"
