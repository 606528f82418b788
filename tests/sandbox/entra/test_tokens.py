"""A token opens what it was made for, while it lasts, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import directory, keys, tokens
from modelyard.sandbox.entra.tokens import TokenRefusal, TokenRefused
from modelyard.sandbox.local_azure import LocalAzure

ARM = "https://management.azure.com"
PIPELINE = seed_data.object_id("pipeline")


def refusal(azure: LocalAzure, token: str, audience: str = ARM) -> TokenRefusal:
    with pytest.raises(TokenRefused) as refused:
        tokens.verify(azure, token, {audience})
    assert not token or token not in str(refused.value), "a token must not end up in a log"
    return refused.value.reason


def forged(azure: LocalAzure, key: RSAKey | None = None, **changed: object) -> str:
    """A token like the tenant's own but for the claims given, signed by another key when there is one."""
    signer = key or keys.signing_key(azure)
    claims = jwt.decode(tokens.issue(azure, PIPELINE, ARM), keys.signing_key(azure)).claims | changed
    return jwt.encode({"alg": "RS256", "kid": keys.signing_key(azure).kid}, claims, signer)


def test_a_token_tells_whose_it_is_with_all_groups(azure: LocalAzure):
    caller = tokens.verify(azure, tokens.issue(azure, seed_data.object_id("developer"), ARM), {ARM})
    assert caller.name == "developer"
    assert caller.principals == (seed_data.object_id("developer"), seed_data.object_id("app-team"))


@pytest.mark.parametrize("audience", [ARM, ARM + "/"])
@pytest.mark.parametrize("accepted", [ARM, ARM + "/"])
def test_a_slash_at_the_end_of_an_audience_says_nothing(azure: LocalAzure, audience: str, accepted: str):
    assert tokens.verify(azure, tokens.issue(azure, PIPELINE, audience), {accepted}).name == "pipeline"


def test_a_token_for_one_service_does_not_open_another(azure: LocalAzure):
    token = tokens.issue(azure, PIPELINE, "https://cognitiveservices.azure.com")
    assert refusal(azure, token) is TokenRefusal.AUDIENCE


def test_a_token_ends_when_the_sandbox_s_clock_says_so(azure: LocalAzure):
    token = tokens.issue(azure, PIPELINE, ARM)
    tokens.verify(azure, token, {ARM})
    azure.clock.advance(timedelta(minutes=59))
    tokens.verify(azure, token, {ARM})
    azure.clock.advance(timedelta(minutes=2))
    assert refusal(azure, token) is TokenRefusal.EXPIRED, "a remembered token must not outlive its time"


def test_a_token_may_not_be_used_before_its_time(azure: LocalAzure):
    now = azure.clock.now().timestamp()
    assert refusal(azure, forged(azure, nbf=now + 60)) is TokenRefusal.NOT_YET_VALID


def test_only_this_tenant_s_signature_counts(azure: LocalAzure):
    assert refusal(azure, forged(azure, key=RSAKey.generate_key(2048))) is TokenRefusal.SIGNATURE
    assert refusal(azure, forged(azure, iss="https://sts.windows.net/another/")) is TokenRefusal.TENANT
    assert refusal(azure, forged(azure, tid="another")) is TokenRefusal.TENANT


@pytest.mark.parametrize("nonsense", ["", "a key of 32 characters 0123456789", "a.b", "a.b.c", "..", "é.é.é"])
def test_what_is_no_token_is_refused_and_not_an_error_of_the_server(azure: LocalAzure, nonsense: str):
    assert refusal(azure, nonsense) in (TokenRefusal.MALFORMED, TokenRefusal.SIGNATURE)


def test_a_token_signed_with_none_or_with_the_public_key_is_refused(azure: LocalAzure):
    """The two classic forgeries: no algorithm at all, and the public key taken for a shared secret."""
    token = tokens.issue(azure, PIPELINE, ARM)
    payload = token.split(".")[1]
    assert refusal(azure, f"eyJhbGciOiJub25lIn0.{payload}.") is TokenRefusal.SIGNATURE
    assert refusal(azure, f"eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJl") is TokenRefusal.SIGNATURE


def test_leaving_a_group_counts_at_once(azure: LocalAzure):
    token = tokens.issue(azure, seed_data.object_id("developer"), ARM)
    assert tokens.verify(azure, token, {ARM}).groups
    directory.put(
        azure, directory.DirectoryPrincipal(seed_data.object_id("app-team"), "app-team", directory.PrincipalKind.GROUP)
    )
    assert tokens.verify(azure, token, {ARM}).groups == ()


def test_remembered_tokens_are_bounded(azure: LocalAzure):
    tokens.verify(azure, tokens.issue(azure, PIPELINE, ARM), {ARM})
    remembered: dict[str, Any] = dict(azure.derived("tokens", (directory.COLLECTION,), dict))
    (checked,) = remembered.values()
    for number in range(10):
        tokens.remember(remembered, str(number), checked, most=4)
        assert str(number) in remembered
        assert len(remembered) <= 4


def test_nobody_gets_a_token_for_somebody_unknown(azure: LocalAzure):
    with pytest.raises(KeyError):
        tokens.issue(azure, "00000000-0000-0000-0000-000000000000", ARM)
