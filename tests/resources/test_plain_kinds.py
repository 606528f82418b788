"""Kinds without logic in the graph: what they are in, what they wait for, and that a credential is told to nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import rpc
from tests.config.conftest import load_text
from tests.resources.test_urns import VALID

from modelyard.arm import plain_kinds, resource_types
from modelyard.arm.kinds import ACCOUNT
from modelyard.audit.audited_resource import place
from modelyard.config import options, suggestions
from modelyard.config import plain_sections as sections
from modelyard.config.secret import Secret
from modelyard.config.stack import Stack
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.resources.graph import declared, graph
from modelyard.resources.resource import Resource
from modelyard.resources.yard import Yard
from modelyard.sandbox.arm.plain_kinds import kind

from .conftest import HEAD, SUBSCRIPTION

SUBSCRIPTION_ID = SUBSCRIPTION.rpartition("/")[2]
LOCK = "azure-native:authorization:ManagementLockByScope"
CONNECTION = """\
  modelyard:projects:
    agents:
      connections:
        search: {category: CognitiveSearch, authType: ApiKey, credentials: {key: {secure: v1:cipher}}}
"""


def resources(stack: Stack) -> dict[str, Resource]:
    return {f"{each.row.section}:{each.name}": each for each in graph(stack, SUBSCRIPTION_ID)}


def test_a_child_is_in_its_parent_and_goes_with_the_account(stack_of: Callable[..., Stack]) -> None:
    found = resources(stack_of((VALID / "full.yaml").read_text(encoding="utf-8")))
    project, connection = found["projects:agents"], found["connections:agents/search"]
    assert project in connection.depends_on
    assert connection.deleted_with is project
    assert project.deleted_with is None, "ARM refuses to delete an account that has projects"
    assert connection.serialised, "ARM takes one write at a time in an account"
    assert connection.id(SUBSCRIPTION_ID).endswith("/accounts/Contoso-AI/projects/agents/connections/search")
    assert connection.body["properties"]["isSharedToAll"] is False
    assert project.body["location"] == "swedencentral"
    assert project.body["tags"]["environment"] == "dev", "the stack's tags are added"
    assert place(connection.row.token, connection.name) == "projects.agents.connections.search"


def test_a_lock_waits_for_everything_in_its_reach(stack_of: Callable[..., Stack]) -> None:
    """A lock stops writes and deletes of all that is in the account, so it is last to come and first to go."""
    every = graph(stack_of((VALID / "full.yaml").read_text(encoding="utf-8")), SUBSCRIPTION_ID)
    lock = next(each for each in every if each.row.token == LOCK)
    account = next(each for each in every if each.row is ACCOUNT)
    in_account = {each for each in every if each.deleted_with is account} | {account}
    access = {each for each in every if each.component.name == "access"}
    assert every[-1] is lock
    assert set(lock.depends_on) >= in_account | access
    assert lock.deleted_with is None, "it would keep the account from being deleted"
    assert lock.id(SUBSCRIPTION_ID).startswith(account.id(SUBSCRIPTION_ID))


def test_a_credential_is_unknown_to_audits_and_secret_to_pulumi(
    stack_of: Callable[..., Stack], declare: Callable[..., Any]
) -> None:
    stack = stack_of(CONNECTION)
    [connection] = [each for each in declared(stack, SUBSCRIPTION_ID) if each.name == "agents/search"]
    document = connection.document(SUBSCRIPTION_ID)
    assert document is not None
    assert document["properties"]["credentials"] == {"key": UNKNOWN}

    body = {"properties": {"authType": "ApiKey", "credentials": {"key": Secret("revealed")}}}
    entries = tuple(replace(each, body=body) if each.names[1:] else each for each in stack.plain)
    recorder, _ = declare(lambda: Yard("yard", replace(stack, plain=entries)).outputs)
    inputs = recorder.inputs("cognitiveservices:ProjectConnection", "agents/search")
    secret = {rpc._special_sig_key: rpc._special_secret_sig}
    assert inputs["properties"] == {**secret, "value": body["properties"] | {"credentials": {"key": "revealed"}}}
    assert "revealed" not in repr(replace(stack, plain=entries))


@pytest.fixture
def row() -> Iterator[resource_types.ResourceType]:
    """A line added to the table while the process runs."""
    tables = (resource_types.rows, resource_types.by_token, resource_types.by_type)
    caches: tuple[Any, ...] = (
        *tables,
        plain_kinds.rows,
        sections.rows,
        sections.keys,
        sections.mapping,
        options.options,
        suggestions._within,
        suggestions._by_length,
        suggestions._by_name,
    )
    before = plain_kinds.ROWS
    arm_type = f"{ACCOUNT.type}/commitmentPlans"
    added = plain_kinds.plain("cognitiveservices:CommitmentPlan", arm_type, "commitment plan", ACCOUNT)
    plain_kinds.ROWS = (*before, added)
    for each in caches:
        each.cache_clear()
    yield added
    plain_kinds.ROWS = before
    for each in caches:
        each.cache_clear()


PLAN = (
    HEAD
    + """\
    commitmentPlans:
      yearly: {hostingModel: Web, planType: TTS, autoRenew: true, current: {count: 2, tier: T1}}
"""
)


def test_one_line_in_the_table_is_a_kind(
    row: resource_types.ResourceType,
    stack_of: Callable[..., Stack],
    declare: Callable[..., Any],
    tmp_path: Path,
) -> None:
    """Stack file, findings, schema and docs, graph, position, azure-native's class and sandbox read the line alone."""
    stack = stack_of(PLAN)
    [found] = [each for each in graph(stack, SUBSCRIPTION_ID) if each.row is row]
    assert found.body["properties"]["current"] == {"count": 2, "tier": "T1"}
    assert found.id(SUBSCRIPTION_ID).endswith("/accounts/contoso/commitmentPlans/yearly")
    assert place(row.token, found.name) == "account.commitmentPlans.yearly"

    recorder, _ = declare(lambda: Yard("yard", stack).outputs)
    assert recorder.inputs("cognitiveservices:CommitmentPlan", "yearly")["commitmentPlanName"] == "yearly"
    assert recorder.registration("cognitiveservices:CommitmentPlan", "yearly").hooked

    wrong = PLAN.replace("autoRenew: true", "autoRenew: 1").replace("tier:", "teir:")
    told = {each.path: each.code for each in load_text(tmp_path / "wrong", wrong, date(2026, 11, 23)).findings}
    assert told == {
        "account.commitmentPlans.yearly.autoRenew": "config.wrong-type",
        "account.commitmentPlans.yearly.current.teir": "config.unknown-key",
    }
    assert "account.commitmentPlans.<name>.current.tier" in {str(each) for each in options.options()}
    assert kind(row).row is row
