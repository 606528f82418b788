"""What previews know of policies elsewhere is what this asks for: what it misses, Azure refuses after the preview."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from modelyard.audit.failures import PullRefused, ScopeUnknown
from modelyard.audit.pull import client, pull, scope_of
from modelyard.policy import pulled
from modelyard.policy.pulled import Pulled
from modelyard.sandbox import seed
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.server import Running, serve
from modelyard.target import Target, Transport

VERSIONS = {"exemptions": "2022-07-01-preview", "groups": "2024-03-01"}
ROLES = "Microsoft.Authorization/roleAssignments"
KEYLESS = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
RULE = {"if": {"field": "location", "notEquals": "swedencentral"}, "then": {"effect": "audit"}}


@dataclass(frozen=True)
class Principal:
    """A credential of one of the directory's principals."""

    running: Running
    name: str = "pipeline"

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        azure = self.running.azure
        issued = self.running.do(
            lambda: tokens.issue(azure, seed.object_id(self.name), scopes[0].removesuffix("/.default"))
        )
        return AccessToken(issued, int(azure.clock.now().timestamp()) + 3600)


class Nobody:
    """A credential of somebody who isn't signed in."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        raise ClientAuthenticationError("nobody is signed in\nand a long story")


@dataclass(frozen=True)
class Cloud:
    """A local Azure on loopback, and how to write into it."""

    running: Running
    target: Target

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{self.target.subscription_id}"

    @property
    def root(self) -> str:
        return f"/providers/Microsoft.Management/managementGroups/{self.running.azure.tenant_id}"

    def put(self, path: str, body: Mapping[str, Any], version: str = "2025-01-01") -> str:
        token = Principal(self.running).get_token("https://management.azure.com/.default").token
        with self.target.transport.client() as http:
            reply = http.put(
                f"https://management.azure.com{path}?api-version={version}",
                json=body,
                headers={"Authorization": f"Bearer {token}"},
            )
        assert reply.status_code in {200, 201}, reply.text
        return path

    def define(self, scope: str, name: str) -> str:
        where = f"{scope}/providers/Microsoft.Authorization/policyDefinitions/{name}"
        return self.put(where, {"properties": {"mode": "All", "displayName": name, "policyRule": RULE}})

    def assign(self, scope: str, name: str, definition: str) -> str:
        where = f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}"
        return self.put(where, {"properties": {"policyDefinitionId": definition}})


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    azure = LocalAzure.open()
    seed.seed(azure, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="of the tests")
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    owner = f"{root}/providers/Microsoft.Authorization/roleAssignments/7f0b3c4e-0000-4000-8000-000000000001"
    role = f"/providers/Microsoft.Authorization/roleDefinitions/{seed.OWNER}"
    properties = {"principalId": seed.object_id("pipeline"), "roleDefinitionId": role, "scope": root}
    azure.store.put("resources", owner.lower(), {"id": owner, "type": ROLES, "properties": properties})
    with serve(azure, tmp_path / "sandbox") as running:
        yield Cloud(
            running,
            Target(
                name="sandbox",
                tenant_id=azure.tenant_id,
                subscription_id=azure.subscription_id,
                transport=Transport(running.proxy, running.ca_file),
                credential=lambda: Principal(running),
            ),
        )
    azure.store.close()


def test_what_is_above_below_and_used_comes_along(cloud: Cloud, tmp_path: Path) -> None:
    """An initiative at the management group is what platform teams have, and its members stand there too."""
    group = cloud.put(f"{cloud.subscription}/resourceGroups/rg-ai", {"location": "swedencentral"}, "2024-03-01")
    member = cloud.define(cloud.root, "home")
    initiative = cloud.put(
        f"{cloud.root}/providers/Microsoft.Authorization/policySetDefinitions/guard",
        {"properties": {"policyDefinitions": [{"policyDefinitionId": member}]}},
    )
    guarded = cloud.assign(cloud.root, "guarded", initiative)
    keyless = cloud.assign(cloud.subscription, "keyless", KEYLESS)
    below = cloud.assign(group, "below", cloud.define(cloud.subscription, "own"))
    spared = cloud.put(
        f"{group}/providers/Microsoft.Authorization/policyExemptions/spared",
        {"properties": {"policyAssignmentId": guarded, "exemptionCategory": "Waiver"}},
        VERSIONS["exemptions"],
    )

    with client(cloud.target) as policies:
        answer = pull(policies, cloud.subscription, "sandbox")
        of_group = pull(policies, cloud.root, "sandbox")
    book = answer.book
    assert set(book.assignments) == {each.lower() for each in (guarded, keyless, below)}
    assert set(book.definitions) >= {member.lower(), KEYLESS.lower()}, "members, and Azure's own"
    assert set(book.initiatives) == {initiative.lower()}
    assert set(book.exemptions) == {spared.lower()}
    assert book.management_groups == (cloud.root,), "a policy at a group reaches a subscription only below it"
    assert answer.missing == ()
    assert set(of_group.book.assignments) == {guarded.lower()}, "ARM tells of a group what is at it and above it"

    taken = Pulled(cloud.subscription, "sandbox", datetime(2026, 11, 23, 14, 30, tzinfo=UTC), book)
    file = pulled.write(tmp_path / "kept", taken)
    (back,) = pulled.read(tmp_path / "kept")
    assert (back.scope, back.taken, back.book.management_groups) == (taken.scope, taken.taken, (cloud.root,))
    assert (back.book.assignments, back.book.definitions) == (book.assignments, book.definitions)
    assert file.read_text() == back.to_json(), "nothing is lost, and a second pull changes no line"
    assert back.book.sources[keyless.lower()] == (f"sandbox {cloud.subscription}, 2026-11-23",)
    assert back.knows(f"{cloud.subscription}/resourceGroups/another")
    assert not back.knows("/subscriptions/another")


def test_a_definition_that_is_gone_is_told(cloud: Cloud) -> None:
    """Azure keeps assignments of built-ins that the catalog doesn't know; nothing may be skipped in silence."""
    unknown = "/providers/Microsoft.Authorization/policyDefinitions/00000000-0000-4000-8000-000000000000"
    cloud.assign(cloud.subscription, "strange", unknown)
    with client(cloud.target) as policies:
        assert pull(policies, cloud.subscription, "sandbox").missing == (unknown.lower(),)


@pytest.mark.parametrize(
    ("credential", "words"),
    [(lambda running: Principal(running, "outsider"), "AuthorizationFailed"), (lambda _: Nobody(), "nobody is signed")],
)
def test_a_refusal_is_told_with_what_to_do(cloud: Cloud, credential: Any, words: str) -> None:
    other = Target(
        name="sandbox",
        tenant_id=cloud.target.tenant_id,
        subscription_id=cloud.target.subscription_id,
        transport=cloud.target.transport,
        credential=lambda: credential(cloud.running),
    )
    with client(other) as policies, pytest.raises(PullRefused, match=words) as refused:
        pull(policies, cloud.subscription, "sandbox")
    assert "\n" not in refused.value.what
    assert refused.value.remedy


@pytest.mark.parametrize("words", ["rg-models", "/subscriptions", "/subscriptions/x/resourceGroups/y/providers/z", ""])
def test_what_is_no_scope_is_refused_before_anybody_is_asked(words: str) -> None:
    with pytest.raises(ScopeUnknown):
        scope_of(words, "5a9db0c5")


def test_the_word_subscription_is_the_one_signed_in_to() -> None:
    assert scope_of("subscription", "5a9db0c5") == "/subscriptions/5a9db0c5"
    with pytest.raises(ScopeUnknown, match="AZURE_SUBSCRIPTION_ID"):
        scope_of("subscription", "")
