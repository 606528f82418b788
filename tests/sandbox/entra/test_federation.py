"""A pipeline without a secret: the word of an issuer about a subject, held against federated credentials."""

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import directory, federation, keys
from modelyard.sandbox.entra.directory import DirectoryPrincipal, FederatedCredential
from modelyard.sandbox.entra.errors import EntraError
from modelyard.sandbox.local_azure import LocalAzure

GITHUB = "https://token.actions.githubusercontent.com"


@pytest.fixture
def pipeline(azure: LocalAzure) -> DirectoryPrincipal:
    found = directory.find(azure, "pipeline")
    assert found is not None
    return found


def number(azure: LocalAzure, principal: DirectoryPrincipal, presented: str) -> str:
    with pytest.raises(EntraError) as refused:
        federation.prove(azure, principal, presented)
    return refused.value.number


def test_the_right_subject_proves_itself(azure: LocalAzure, pipeline: DirectoryPrincipal):
    federation.prove(azure, pipeline, federation.assertion(azure, seed_data.FEDERATED_SUBJECT))


def test_a_wrong_subject_is_refused_by_its_name(azure: LocalAzure, pipeline: DirectoryPrincipal):
    presented = federation.assertion(azure, "repo:contoso/other:environment:sandbox")
    assert number(azure, pipeline, presented) == "700213"


def test_a_subject_that_differs_in_case_gets_the_answer_that_says_so(azure: LocalAzure, pipeline: DirectoryPrincipal):
    """Entra compares with regard to case since 2024 and has a number of its own for this slip."""
    assert number(azure, pipeline, federation.assertion(azure, seed_data.FEDERATED_SUBJECT.upper())) == "7002138"


def test_a_wrong_audience_is_refused(azure: LocalAzure, pipeline: DirectoryPrincipal):
    presented = federation.assertion(azure, seed_data.FEDERATED_SUBJECT, audience="https://github.com/contoso")
    assert number(azure, pipeline, presented) == "700212"


def test_an_assertion_lasts_by_the_sandbox_s_clock(azure: LocalAzure, pipeline: DirectoryPrincipal):
    presented = federation.assertion(azure, seed_data.FEDERATED_SUBJECT)
    azure.clock.advance(timedelta(minutes=11))
    assert number(azure, pipeline, presented) == "700024"


def test_a_principal_without_a_credential_of_that_issuer_is_refused(azure: LocalAzure):
    other = directory.managed_identity(azure, "other")
    assert number(azure, other, federation.assertion(azure, seed_data.FEDERATED_SUBJECT)) == "700211"


def test_an_issuer_is_trusted_once_its_keys_are_known(azure: LocalAzure):
    """The sandbox reaches no issuer, so a real one's keys, or a test's own, have to be given to it."""
    key = RSAKey.generate_key(2048, auto_kid=True)
    credential = FederatedCredential("github", GITHUB, "repo:contoso/x:ref:refs/heads/main")
    principal = DirectoryPrincipal(
        "id", "x", directory.PrincipalKind.SERVICE_PRINCIPAL, app_id="app", federated=(credential,)
    )
    now = int(azure.clock.now().timestamp())
    claims = {"iss": GITHUB, "sub": credential.subject, "aud": federation.AUDIENCE, "exp": now + 60}
    presented = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
    assert number(azure, principal, presented) == "700211", "without keys nobody's word counts"
    keys.trust_issuer(azure, GITHUB, {"keys": [key.as_dict(private=False)]})
    federation.prove(azure, principal, presented)
    impostor = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, RSAKey.generate_key(2048))
    assert number(azure, principal, impostor) == "700027"


@pytest.mark.parametrize("nonsense", ["", "a.b", "a.b.c", "..", "a.W10.c", "é.é.é"])
def test_what_is_no_assertion_is_refused(azure: LocalAzure, pipeline: DirectoryPrincipal, nonsense: str):
    assert number(azure, pipeline, nonsense) == "5002730"
