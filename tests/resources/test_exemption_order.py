"""An exemption excuses a write only if it is there first. What a preview says of that has to be what Azure does.

Each case declares a stack with a policy and an exemption, judges the change as a preview does, and then makes it in the
sandbox, in an order that the program's own dependencies allow.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from typing import Any

import pytest
from starlette.testclient import TestClient

from modelyard.arm import pulumi_sentinels
from modelyard.arm.declared_resource import Declared
from modelyard.arm.resource_types import by_token
from modelyard.audit import preview
from modelyard.audit.inspection import inspect
from modelyard.catalog.market import Market
from modelyard.engine.plans import Plan
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.resources.yard import Yard
from modelyard.sandbox import SUBSCRIPTION_ID, arm, seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure

from .conftest import Recorder

REGION = "swedencentral"
FORBIDDEN = 403
ACCOUNT_RULE = """{"mode": "All", "policyRule": {
  "if": {"allOf": [{"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
                   {"field": "location", "equals": "swedencentral"}]},
  "then": {"effect": "deny"}}}"""
DEPLOYMENT_RULE = """{"mode": "All", "policyRule": {
  "if": {"allOf": [{"field": "type", "equals": "Microsoft.CognitiveServices/accounts/deployments"},
                   {"field": "name", "like": "*"}]},
  "then": {"effect": "deny"}}}"""

SECTIONS = """\
  modelyard:deployments:
    chat:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 1
  modelyard:policies:
    ruled:
      definition: team/rule
      scope: subscription
  modelyard:exemptions:
    spared:
      policy: ruled
      category: Mitigated
      scope: {scope}
"""


@dataclass(frozen=True)
class Case:
    """What is ruled, where the exemption stands, what is there before the change, and what Azure refuses of it."""

    rule: str
    scope: str
    account: bool
    policy: bool
    exemption: bool
    refused: frozenset[str]

    @property
    def name(self) -> str:
        there = [name for name in ("account", "policy", "exemption") if getattr(self, name)]
        ruled = "account" if self.rule == ACCOUNT_RULE else "deployment"
        return f"{ruled} ruled, exempt at {self.scope}, there: {' '.join(there) or 'nothing'}"


def cases() -> Iterator[Case]:
    """All that can be: an exemption needs its policy, and one at the account needs the account."""
    for rule in (ACCOUNT_RULE, DEPLOYMENT_RULE):
        for scope in ("resourceGroup", "subscription", "account"):
            for account in (False, True):
                for policy, exemption in ((False, False), (True, False), (True, True)):
                    if exemption and scope == "account" and not account:
                        continue
                    never = rule == ACCOUNT_RULE and scope == "account" and not account
                    yield Case(rule, scope, account, policy, exemption, frozenset({"account"} if never else ()))


@pytest.fixture
def azure() -> LocalAzure:
    local = LocalAzure.open()
    seed_data.seed(local, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="of the tests")
    return local


def puts(azure: LocalAzure) -> Callable[[Mapping[str, Any], str], int]:
    """Write a document as the pipeline does; the status. What takes time has ended afterwards."""
    http = TestClient(arm.app(azure), base_url="https://management.azure.com")

    def put(document: Mapping[str, Any], version: str) -> int:
        token = tokens.issue(azure, seed_data.object_id("pipeline"), "https://management.azure.com")
        body = {name: value for name, value in document.items() if name not in {"id", "name", "type"}}
        reply = http.put(
            f"{document['id']}?api-version={version}", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        assert reply.status_code in {200, 201, 202, FORBIDDEN}, reply.text
        assert reply.status_code != FORBIDDEN or "RequestDisallowedByPolicy" in reply.text
        azure.clock.advance(timedelta(minutes=1))
        return int(reply.status_code)

    return put


@dataclass(frozen=True)
class Change:
    """A program's resources by URN, what each waits for, and what the engine would do with it."""

    resources: Mapping[str, Declared]
    waits: Mapping[str, frozenset[str]]
    ops: Mapping[str, str]

    @classmethod
    def of(cls, case: Case, recorder: Recorder) -> "Change":
        there = {"ResourceGroup"} if case.account or case.policy else set()
        there |= {"Account"} if case.account else set()
        there |= {"PolicyDefinition", "PolicyAssignment"} if case.policy else set()
        there |= {"PolicyExemption"} if case.exemption else set()
        found, goals, ops = {}, {}, {}
        for key, registration in recorder.registrations.items():
            token = key.rpartition("::")[0]
            goals[registration.urn] = {"goal": {"dependencies": sorted(registration.dependencies)}}
            if token in by_token():
                inputs = {
                    str(name): pulumi_sentinels.whole(value) for name, value in recorder.resources[key].inputs.items()
                }
                found[registration.urn] = Declared(registration.urn, token, inputs)
                kind = token.rpartition(":")[2]
                ops[registration.urn] = "create" if kind not in there else "update" if kind == "Account" else "same"
        return cls(found, Plan(goals).waits(), ops)

    def judged(self) -> frozenset[str]:
        """The names of what a preview says Azure would refuse."""
        steps = [(urn, self.ops[urn], each.inputs) for urn, each in self.resources.items()]
        source = preview.change("preview", steps, SUBSCRIPTION_ID, self.waits)
        found = inspect(source, Rulebook(), now=datetime.now(UTC), market=Market.load(), locate=lambda _: None)
        assert not found.findings
        return frozenset(each.resource_name for each in found.evaluation.policy_findings if each.severity == "error")

    def made(self, put: Callable[[Mapping[str, Any], str], int]) -> frozenset[str]:
        """The names of what the sandbox refuses; as the engine does, what waits for that isn't written."""
        sorter = TopologicalSorter({urn: self.waits[urn] & self.resources.keys() for urn in self.resources})
        refused: set[str] = set()
        for urn in sorter.static_order():
            if self.ops[urn] != "same" and not self.waits[urn] & refused and not self._put(put, urn):
                refused.add(urn)
        return frozenset(self.resources[urn].name for urn in refused)

    def seed(self, put: Callable[[Mapping[str, Any], str], int]) -> None:
        """Make what is there before the change: the account before anything rules it."""
        there = [urn for urn, op in self.ops.items() if op != "create"]
        for urn in sorted(there, key=lambda urn: ORDER.index(urn.split("::")[2].rpartition(":")[2])):
            assert self._put(put, urn)

    def _put(self, put: Callable[[Mapping[str, Any], str], int], urn: str) -> bool:
        declared = self.resources[urn]
        document = declared.document(SUBSCRIPTION_ID)
        assert document is not None
        return put(document, by_token()[declared.token].api_version) != FORBIDDEN


ORDER = ("ResourceGroup", "Account", "PolicyDefinition", "PolicyAssignment", "PolicyExemption")


@pytest.mark.parametrize("case", [pytest.param(each, id=each.name) for each in cases()])
def test_a_preview_says_what_azure_does(
    case: Case, azure: LocalAzure, declare: Callable[..., Any], stack_of: Callable[..., Any]
) -> None:
    stack = stack_of(
        f"  azure-native:subscriptionId: {SUBSCRIPTION_ID}\n" + SECTIONS.format(scope=case.scope), rule=case.rule
    )
    recorder, _ = declare(lambda: Yard("yard", stack).outputs, account_in=REGION if case.account else "")
    change = Change.of(case, recorder)
    assert change.judged() == case.refused
    put = puts(azure)
    change.seed(put)
    assert change.made(put) == case.refused


@pytest.mark.parametrize("account_in", ["", REGION, "Sweden Central", "francecentral"])
def test_an_exemption_at_the_account_has_one_name_and_no_circle(
    account_in: str, declare: Callable[..., Any], stack_of: Callable[..., Any]
) -> None:
    """Whether the account is there decides about the order alone. One elsewhere is deleted with what is at it."""
    stack = stack_of(SECTIONS.format(scope="account"), rule=ACCOUNT_RULE)
    recorder, _ = declare(lambda: Yard("yard", stack).outputs, account_in=account_in)
    urn = recorder.registration("authorization:PolicyExemption", "spared").urn
    assert urn.split("::")[2].startswith("modelyard:index:Yard$modelyard:index:Exemptions$")
    before = "authorization:PolicyExemption::spared" in recorder.waits_for("cognitiveservices:Account", "account")
    after = "cognitiveservices:Account::account" in recorder.waits_for("authorization:PolicyExemption", "spared")
    assert (before, after) == ((True, False) if account_in in {REGION, "Sweden Central"} else (False, True))
    assert (
        "authorization:PolicyExemption::spared" in recorder.waits_for("cognitiveservices:Deployment", "chat") or before
    )


def test_an_account_is_looked_for_only_where_an_exemption_stands_at_it(
    declare: Callable[..., Any], stack_of: Callable[..., Any]
) -> None:
    stack = stack_of(SECTIONS.format(scope="resourceGroup"), rule=ACCOUNT_RULE)
    recorder, _ = declare(lambda: Yard("yard", stack).outputs)
    assert not [token for token in recorder.calls if token.endswith(":getAccount")]
