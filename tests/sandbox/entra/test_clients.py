"""Azure's own identity client, unmodified, pointed at the sandbox by nothing but its environment."""

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    EnvironmentCredential,
)

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import federation, tokens
from modelyard.sandbox.environment import CLEARED
from modelyard.sandbox.server import Running

SCOPE = "https://cognitiveservices.azure.com/.default"
AUDIENCE = {"https://cognitiveservices.azure.com"}


@pytest.fixture
def inside(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The environment of a child of the sandbox."""
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    return running


def whose(running: Running, token: str) -> str:
    return running.do(lambda: tokens.verify(running.azure, token, AUDIENCE).name)


def test_the_environment_alone_signs_the_default_credential_in(inside: Running):
    with DefaultAzureCredential() as credential:
        assert whose(inside, credential.get_token(SCOPE).token) == "pipeline"
    with EnvironmentCredential() as credential:
        assert whose(inside, credential.get_token(SCOPE).token) == "pipeline"


def test_a_pipeline_without_a_secret_signs_in_by_federation(inside: Running):
    def said() -> str:
        return inside.do(lambda: federation.assertion(inside.azure, seed_data.FEDERATED_SUBJECT))

    ours = inside.environment
    with ClientAssertionCredential(ours["AZURE_TENANT_ID"], ours["AZURE_CLIENT_ID"], said) as credential:
        assert whose(inside, credential.get_token(SCOPE).token) == "pipeline"


def test_a_wrong_secret_fails_with_entra_s_number(inside: Running):
    ours = inside.environment
    with (
        ClientSecretCredential(ours["AZURE_TENANT_ID"], ours["AZURE_CLIENT_ID"], "wrong") as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        credential.get_token(SCOPE)


def test_a_wrong_tenant_fails_as_it_does_at_azure(inside: Running):
    """MSAL asks for the tenant's configuration first, and keeps Entra's number to itself."""
    nobody = "00000000-0000-0000-0000-000000000000"
    with (
        ClientSecretCredential(nobody, inside.environment["AZURE_CLIENT_ID"], "x") as credential,
        pytest.raises(ClientAuthenticationError, match="Unable to get authority configuration"),
    ):
        credential.get_token(SCOPE)
