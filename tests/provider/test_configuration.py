"""What the provider is told, and who it is then: a wrong guess here would act as somebody else, or somewhere else."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from azure import identity

from modelyard.provider.configuration import Configuration
from modelyard.provider.credentials import claims, credential
from modelyard.provider.failures import RequestInvalid
from modelyard.provider.values import UNKNOWN, SecretValue

TENANT = "6d0c1b0e-5a4d-4a0a-9f0e-3b1f0f5a7e01"
BASE = {"subscriptionId": "s", "tenantId": TENANT, "clientId": "c"}


def test_configuration_goes_before_the_environment() -> None:
    environment = {"ARM_SUBSCRIPTION_ID": "from the environment", "ARM_TENANT_ID": "t", "ARM_USE_MSI": "true"}
    made = Configuration.of({"subscriptionId": "configured", "useMsi": False}, environment)
    assert made.get("subscriptionId") == "configured"
    assert made.get("tenantId") == "t"
    assert not made.on("useMsi"), "false is something said"


@pytest.mark.parametrize("cloud", ["usgovernment", "china", "AzureUSGovernment"])
def test_other_clouds_are_refused_by_name(cloud: str) -> None:
    with pytest.raises(
        RequestInvalid, match=cloud, check=lambda failure: failure.code == "provider.configuration-invalid"
    ):
        Configuration.of(BASE, {"ARM_ENVIRONMENT": cloud})
    assert (
        Configuration.of(BASE, {"ARM_ENVIRONMENT": "Public", "AZURE_ENVIRONMENT": "x"}).get("environment") == "Public"
    )
    with pytest.raises(
        RequestInvalid, match=r"stack\.example", check=lambda failure: failure.code == "provider.configuration-invalid"
    ):
        Configuration.of({**BASE, "metadataHost": "stack.example"}, {})


def test_secrets_are_read_and_never_shown() -> None:
    made = Configuration.of({**BASE, "clientSecret": SecretValue("hunter2"), "partnerId": UNKNOWN}, {})
    assert made.get("clientSecret") == "hunter2"
    assert "hunter2" not in repr(made)


def test_a_subscription_is_needed() -> None:
    with pytest.raises(
        RequestInvalid, match="Subscription ID", check=lambda failure: failure.code == "provider.configuration-invalid"
    ):
        Configuration.of({}, {})


def test_a_list_is_read_as_json() -> None:
    assert Configuration.of({**BASE, "auxiliaryTenantIds": ["a", "b"]}, {}).listed("auxiliaryTenantIds") == ["a", "b"]
    with pytest.raises(
        RequestInvalid,
        match="auxiliaryTenantIds",
        check=lambda failure: failure.code == "provider.configuration-invalid",
    ):
        Configuration.of({**BASE, "auxiliaryTenantIds": "a,b"}, {}).listed("auxiliaryTenantIds")


WAYS: list[tuple[str, dict[str, Any], type]] = [
    ("a client secret", {"clientSecret": "x"}, identity.ClientSecretCredential),
    ("a secret before OpenID Connect", {"clientSecret": "x", "useOidc": "true"}, identity.ClientSecretCredential),
    ("OpenID Connect", {"useOidc": True, "oidcToken": "t"}, identity.ClientAssertionCredential),
    ("a managed identity", {"useMsi": "true"}, identity.ManagedIdentityCredential),
    ("the Azure CLI", {}, identity.AzureCliCredential),
]


@pytest.mark.parametrize(("way", "settings", "kind"), WAYS, ids=[way[0] for way in WAYS])
def test_one_way_to_log_in_is_chosen(way: str, settings: dict[str, Any], kind: type) -> None:
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(500))) as http:
        found = credential(Configuration.of({**BASE, **settings}, {}), http)
    assert isinstance(found, kind), way


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"subscriptionId": "s", "clientSecret": "x"}, "Tenant ID"),
        ({"subscriptionId": "s", "clientSecret": "x", "tenantId": TENANT}, "Client ID"),
        ({**BASE, "useOidc": True}, "OIDC token"),
    ],
)
def test_a_way_that_is_half_configured_is_no_reason_to_try_another(settings: dict[str, Any], missing: str) -> None:
    with (
        httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(500))) as http,
        pytest.raises(
            RequestInvalid, match=missing, check=lambda failure: failure.code == "provider.configuration-invalid"
        ),
    ):
        credential(Configuration.of(settings, {}), http)


def test_an_assertion_is_fetched_anew_each_time(tmp_path: Path) -> None:
    """Kubernetes renews the file, GitHub gives tokens for minutes: one read at the start would go stale."""
    file = tmp_path / "token"
    asked: list[httpx2.Request] = []

    def github(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"value": f"token {len(asked)}"})

    with httpx2.Client(transport=httpx2.MockTransport(github)) as http:
        from_file = credential(
            Configuration.of({**BASE, "useOidc": True}, {"ARM_OIDC_TOKEN_FILE_PATH": str(file)}), http
        )
        for text in ("one", "two"):
            file.write_text(f"{text}\n")
            assert from_file._func() == text  # type: ignore[attr-defined]
        file.unlink()
        with pytest.raises(
            RequestInvalid, match="OIDC token", check=lambda failure: failure.code == "provider.configuration-invalid"
        ):
            from_file._func()  # type: ignore[attr-defined]
        environment = {
            "ARM_USE_OIDC": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": "https://runner.example/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner",
        }
        from_github = credential(Configuration.of(BASE, environment), http)
        assert [from_github._func() for _ in range(2)] == ["token 1", "token 2"]  # type: ignore[attr-defined]
    assert dict(asked[0].url.params) == {"api-version": "2.0", "audience": "api://AzureADTokenExchange"}
    assert asked[0].headers["authorization"] == "Bearer runner"


def test_claims_are_read_from_a_token_and_from_nothing_else() -> None:
    payload = base64.urlsafe_b64encode(json.dumps({"oid": "o"}).encode()).decode().rstrip("=")
    assert claims(f"e30.{payload}.c2ln") == {"oid": "o"}
    for opaque in ("opaque", "a.b.c", f"e30.{base64.urlsafe_b64encode(b'[]').decode()}.c2ln"):
        assert claims(opaque) == {}
