"""The token endpoint: what it gives, and how it refuses, in the envelope that clients read."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from modelyard.sandbox import entra
from modelyard.sandbox.entra import errors, tokens
from modelyard.sandbox.local_azure import LocalAzure

CLIENT = {"client_id": "2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", "client_secret": "a secret of the tests"}
GOOD = {"grant_type": "client_credentials", "scope": "https://management.azure.com/.default", **CLIENT}


@pytest.fixture
def http(azure: LocalAzure) -> Iterator[TestClient]:
    with TestClient(entra.app(azure), base_url="https://login.microsoftonline.com") as client:
        yield client


def test_a_good_request_gets_a_token_for_the_scope(azure: LocalAzure, http: TestClient):
    reply = http.post(f"/{azure.tenant_id}/oauth2/v2.0/token", data=GOOD)
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store, no-cache"
    body = reply.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)
    caller = tokens.verify(azure, body["access_token"], {"https://management.azure.com"})
    assert (caller.name, caller.app_id) == ("pipeline", CLIENT["client_id"])


def test_the_older_endpoint_takes_a_resource(azure: LocalAzure, http: TestClient):
    form = {**GOOD, "resource": "https://management.core.windows.net/"}
    del form["scope"]
    token = http.post("/modelyard.onmicrosoft.com/oauth2/token", data=form).json()["access_token"]
    assert tokens.verify(azure, token, {"https://management.core.windows.net/"}).name == "pipeline"


def test_scopes_for_signing_in_are_taken_beside_the_one_that_counts(azure: LocalAzure, http: TestClient):
    """Node's identity client sends them; refusing it would keep a whole language out."""
    form = {**GOOD, "scope": "https://ai.azure.com/.default openid profile offline_access"}
    assert http.post(f"/{azure.tenant_id}/oauth2/v2.0/token", data=form).status_code == 200


WRONG = [
    ("90002", "00000000-0000-0000-0000-000000000000", {}),
    ("70003", None, {"grant_type": "telepathy"}),
    ("900144", None, {"grant_type": ""}),
    ("900144", None, {"client_id": None}),
    ("900144", None, {"scope": None}),
    ("700016", None, {"client_id": "11111111-1111-1111-1111-111111111111"}),
    ("1002012", None, {"scope": "https://management.azure.com/user_impersonation"}),
    ("1002012", None, {"scope": "https://management.azure.com/.default https://ai.azure.com/.default"}),
    ("500011", None, {"scope": "https://nobody.example/.default"}),
    ("500011", None, {"scope": "api://other/.default"}),
    ("7000216", None, {"client_secret": None}),
    ("7000215", None, {"client_secret": "mistyped"}),
    ("5002730", None, {"client_assertion": "a.b.c", "client_assertion_type": "saml"}),
    ("5002730", None, {"client_assertion": "x", "client_assertion_type": entra.grants.ASSERTION_TYPE}),
]


@pytest.mark.parametrize(("number", "tenant", "changed"), WRONG)
def test_a_wrong_request_gets_entra_s_number(azure: LocalAzure, http: TestClient, number, tenant, changed):
    form = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    reply = http.post(
        f"/{tenant or azure.tenant_id}/oauth2/v2.0/token", data=form, headers={"client-request-id": "mine"}
    )
    body = reply.json()
    row = errors.ANSWERS[number]
    assert (reply.status_code, body["error"]) == (row.status, row.code)
    assert body["error_codes"] == [int(number)]
    assert body["error_uri"].endswith(f"code={number}")
    assert body["correlation_id"] == "mine", "a client finds its own id in a refusal"
    assert re.match(rf"AADSTS{number}: .+ Trace ID: {reply.headers['x-ms-request-id']} ", body["error_description"])
    assert reply.headers["x-modelyard-grade"] == row.grade.value
    assert "secret of the tests" not in reply.text
    assert "mistyped" not in reply.text, "a mistyped secret is a secret too"


def test_the_words_that_were_captured_are_said_as_captured(azure: LocalAzure, http: TestClient):
    reply = http.post(f"/{azure.tenant_id}/oauth2/v2.0/token", data={**GOOD, "client_secret": "wrong"}).json()
    said = errors.ANSWERS["7000215"].quote(app=CLIENT["client_id"])
    assert reply["error_description"].startswith(f"AADSTS7000215: {said} Trace ID: ")


def test_a_client_learns_all_it_asks_before_it_asks_for_a_token(azure: LocalAzure, http: TestClient):
    instances = http.get("/common/discovery/instance", params={"api-version": "1.1"}).json()
    assert "login.microsoftonline.com" in instances["metadata"][0]["aliases"]
    for path in (
        f"/{azure.tenant_id}/v2.0/.well-known/openid-configuration",
        "/common/.well-known/openid-configuration",
    ):
        configuration = http.get(path).json()
        assert azure.tenant_id in configuration["token_endpoint"]
        listed = http.get(configuration["jwks_uri"]).json()["keys"]
        assert [key["use"] for key in listed] == ["sig"]
        assert not set(listed[0]) & {"d", "p", "q", "dp", "dq", "qi"}, "the private half stays at home"
    unknown = http.get("/nobody.example/v2.0/.well-known/openid-configuration")
    assert (unknown.status_code, unknown.json()["error_codes"]) == (400, [90002])


def test_what_is_not_emulated_says_so(http: TestClient):
    reply = http.get("/common/userrealm/somebody@contoso.com")
    assert (reply.status_code, reply.headers["x-modelyard-not-emulated"]) == (404, "true")
    assert reply.json()["error"]["code"] == "NotInTheSandbox"


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("common/oauth2/v2.0/devicecode", {}),  # az login --use-device-code
        ("organizations/oauth2/v2.0/authorize", {}),
        ("{tenant}/oauth2/v2.0/token", {"grant_type": "refresh_token"}),
        ("{tenant}/oauth2/v2.0/token", {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}),
        ("{tenant}/oauth2/v2.0/token", {"scope": "https://vault.azure.net/.default"}),
    ],
)
def test_what_entra_has_and_the_sandbox_has_not_is_an_error_of_oauth(
    azure: LocalAzure, http: TestClient, path: str, changed: dict[str, str]
):
    """A client of OAuth reads `error` and `error_description`; the latter names what works."""
    reply = http.post("/" + path.format(tenant=azure.tenant_id), data={**GOOD, **changed})
    body = reply.json()
    assert (reply.status_code, body["error"]) == (400, "NotInTheSandbox")
    assert "az login --service-principal" in body["error_description"]
    assert "AADSTS" not in reply.text
