"""Clients of ARM ask Microsoft Graph for names on the way; they go on where it refuses, not where it's missing."""

import pytest
from starlette.testclient import TestClient

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import graph, tokens
from modelyard.sandbox.local_azure import LocalAzure

GRAPH = "https://graph.microsoft.com"
QUERY = "/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq 'x')"


@pytest.fixture
def http(azure: LocalAzure):
    with TestClient(graph.app(azure), base_url=GRAPH) as client:
        yield client


def bearer(azure: LocalAzure, name: str, audience: str = GRAPH) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.issue(azure, seed_data.object_id(name), audience)}"}


@pytest.mark.parametrize("audience", [*graph.AUDIENCES, f"{GRAPH}/"])
@pytest.mark.parametrize(("verb", "path"), [("GET", QUERY), ("POST", "/v1.0/directoryObjects/getByIds"), ("GET", "/")])
def test_a_service_principal_is_denied_in_graph_s_words(azure: LocalAzure, http: TestClient, audience, verb, path):
    reply = http.request(verb, path, headers={**bearer(azure, "pipeline", audience), "client-request-id": "mine"})
    error = reply.json()["error"]
    assert (reply.status_code, error["code"]) == (403, "Authorization_RequestDenied")
    assert error["message"] == graph.ANSWERS["denied"].quote()
    assert error["innerError"]["client-request-id"] == "mine"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
def test_who_calls_must_be_known(http: TestClient, headers):
    reply = http.get(QUERY, headers=headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_a_token_for_arm_opens_nothing_here(azure: LocalAzure, http: TestClient):
    assert http.get(QUERY, headers=bearer(azure, "pipeline", "https://management.azure.com")).status_code == 401


def test_what_a_user_may_read_is_not_emulated(azure: LocalAzure, http: TestClient):
    reply = http.get("/v1.0/me", headers=bearer(azure, "developer"))
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "NotInTheSandbox")
