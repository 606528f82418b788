"""The same answers from the sandbox and from what Azure was recorded to reply, where the two look different.

Recorded exchanges are those of 2025-10 to 2026-06 in cassettes of azure-dev, azure-cli and Cloud Custodian, by the rows
of captured-2026-11.md. Each variant turns the sandbox's replies into what was recorded where the two look different;
what commands make of them must stay the same.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from modelyard.azure.arm_client import ArmClient, Patience
from modelyard.azure.arm_reader import ArmReader
from modelyard.catalog.market import Market
from modelyard.inventory import deployment_rows, live_accounts, live_answers, live_checks, quota_pools, region_offers
from modelyard.inventory.live_answers import StackInAzure
from modelyard.inventory.quota import Draw
from modelyard.inventory.quota_pools import DeclaredDeployment
from modelyard.report.result import Check
from modelyard.sandbox import arm, seed_data
from modelyard.sandbox.entra import keys, tokens
from modelyard.sandbox.local_azure import LocalAzure

GROUP = "/subscriptions/{}/resourceGroups/rg-ai"
TODAY = date(2026, 11, 30)
MODEL = {"format": "OpenAI", "name": "gpt-5-mini", "version": "2025-08-07"}
Replies = dict[str, Any]
"""Bodies by the path below the subscription, or by the whole path where there is none."""


@pytest.fixture(scope="module")
def azure() -> Iterator[LocalAzure]:
    local = LocalAzure.open()
    seed_data.seed(local, client_id="00000000-0000-0000-0000-0000000000c1", client_secret="a secret of this test")
    local.delays = dict.fromkeys(local.delays, 0.0)
    keys.signing_key(local)
    yield local
    local.store.close()


@dataclass(frozen=True)
class Seen:
    """What commands make of replies."""

    row: Mapping[str, Any]
    quota: Mapping[str, Any]
    checks: Mapping[str, str]


@pytest.fixture(scope="module")
def sandbox(azure: LocalAzure) -> Iterator[tuple[ArmReader, StackInAzure, Replies]]:
    """The sandbox with one account and one deployment, and its replies to all that is read."""
    account = GROUP.format(azure.subscription_id) + "/providers/Microsoft.CognitiveServices/accounts/ai"
    with TestClient(arm.app(azure), base_url="https://management.azure.com") as http:
        client = ArmClient(
            httpx2.Client(transport=httpx2.MockTransport(bridge(http))),
            lambda _: tokens.issue(azure, seed_data.object_id("pipeline"), "https://management.azure.com"),
            patience=Patience(attempts=1),
        )
        send(client, account.partition("/providers/")[0], "2024-03-01", {"location": "swedencentral"})
        send(client, account, "2025-06-01", ACCOUNT)
        send(client, f"{account}/deployments/chat", "2025-06-01", DEPLOYMENT)
        heard: Replies = {}
        stack = stack_of(azure.subscription_id, account)
        look(recording(client, heard), stack)
        yield ArmReader(client), stack, heard


def bridge(http: TestClient) -> Callable[[httpx2.Request], httpx2.Response]:
    """Requests of a client to the sandbox in this process, which takes no time-outs."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        said = http.request(request.method, str(request.url), headers=dict(request.headers), content=request.content)
        return httpx2.Response(said.status_code, headers=dict(said.headers), content=said.content)

    return answer


ACCOUNT = {
    "location": "swedencentral",
    "kind": "AIServices",
    "sku": {"name": "S0"},
    "identity": {"type": "SystemAssigned"},
    "properties": {"customSubDomainName": "ai", "publicNetworkAccess": "Enabled", "disableLocalAuth": True},
}
DEPLOYMENT = {"sku": {"name": "GlobalStandard", "capacity": 10}, "properties": {"model": MODEL}}


def send(client: ArmClient, path: str, version: str, body: Any) -> None:
    from modelyard.azure.arm_client import Deadline

    client.fetch("PUT", path, Deadline(), api_version=version, body=body)


def stack_of(subscription: str, account: str) -> StackInAzure:
    documents = (
        {**ACCOUNT, "id": account, "name": "ai", "type": "Microsoft.CognitiveServices/accounts"},
        {
            **copy.deepcopy(DEPLOYMENT),
            "sku": {"name": "GlobalStandard", "capacity": 20},
            "id": f"{account}/deployments/chat",
            "name": "chat",
            "type": "Microsoft.CognitiveServices/accounts/deployments",
        },
    )
    return StackInAzure(f"/subscriptions/{subscription}", documents, False, "az … purge", Market.load())


def recording(client: ArmClient, heard: Replies) -> ArmReader:
    """A reader that keeps every reply."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent = client.http.request(
            request.method, str(request.url), headers=dict(request.headers), content=request.content
        )
        if sent.status_code < 400:
            heard[request.url.path] = sent.json() if sent.content else None
        return httpx2.Response(sent.status_code, content=sent.content)

    return ArmReader(
        ArmClient(httpx2.Client(transport=httpx2.MockTransport(answer)), client.token, patience=Patience(attempts=1))
    )


def played(replies: Replies) -> ArmReader:
    """A reader that hears nothing but these replies."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path not in replies:
            return httpx2.Response(404, json={"error": {"code": "NotFound", "message": request.url.path}})
        return httpx2.Response(200, json=replies[request.url.path])

    return ArmReader(
        ArmClient(httpx2.Client(transport=httpx2.MockTransport(answer)), lambda _: "t", patience=Patience(attempts=1))
    )


def look(reader: ArmReader, stack: StackInAzure) -> Seen:
    """Inventory, quota and live check of the same place."""
    market = Market.load()
    found = live_accounts.read(reader, stack.subscription)
    offers = region_offers.read(reader, [(stack.subscription, str(each["location"])) for each in found.accounts])
    (row,) = deployment_rows.rows(found.accounts, found.deployments, offers, market, TODAY, denied={}, tags=())
    draw = Draw.of(stack.documents[1])
    assert draw is not None
    declared = [
        DeclaredDeployment("dev", str(stack.documents[1]["id"]), "d", draw, stack.subscription, "swedencentral")
    ]
    pools, unknown = quota_pools.tally(declared, found.deployments, offers, market, found.accounts)
    assert unknown == []
    (pool,) = [each for each in pools if each.stacks]
    checks: list[Check] = live_checks.ask(reader, stack, lambda _host: "")
    assert not found.unread
    return Seen(row, pool.row(), {each.id: each.outcome.value for each in checks})


def models(replies: Replies) -> list[dict[str, Any]]:
    (path,) = [each for each in replies if each.endswith("/models")]
    listed: list[dict[str, Any]] = replies[path]["value"]
    return listed


def usages(replies: Replies) -> list[dict[str, Any]]:
    (path,) = [each for each in replies if each.endswith("/usages")]
    listed: list[dict[str, Any]] = replies[path]["value"]
    return listed


def own(replies: Replies) -> list[dict[str, Any]]:
    return [
        each["model"]
        for each in models(replies)
        if (each["model"]["name"], each["model"]["version"]) == (MODEL["name"], MODEL["version"])
    ]


def places_in_capitals(replies: Replies) -> None:
    """A list writes a region in Pascal case, and an account's location comes back as it was sent (rows 5, 57)."""
    for each in models(replies):
        each["location"] = "SwedenCentral"
    for each in accounts(replies):
        each["location"] = "SWEDENCENTRAL"


def accounts(replies: Replies) -> list[dict[str, Any]]:
    found = [body for path, body in replies.items() if path.endswith("/accounts/ai")]
    for path, body in replies.items():
        if path.endswith("Microsoft.CognitiveServices/accounts"):
            found += body["value"]
    return found


def a_model_for_each_kind(replies: Replies) -> None:
    """A model is listed once for each kind of account: AIServices, OpenAI, MaaS (row 57)."""
    listed = models(replies)
    listed[:] = [{**each, "kind": kind} for each in listed for kind in ("MaaS", "OpenAI", "AIServices")]


def costs_and_fine_tuned_twins(replies: Replies) -> None:
    """`costs` instead of the SDK's `cost`; a SKU stands twice, the second time for fine-tuned models (rows 59, 60)."""
    for model in own(replies):
        for sku in model["skus"]:
            sku["costs"] = [{"name": "in", "meterId": "", "unit": "1K Tokens"}]
        twins = [
            {**sku, "usageName": f"{sku['usageName']}-finetune", "deprecationDate": "2031-01-01T00:00:00Z"}
            for sku in model["skus"]
        ]
        model["skus"] = [*twins, *model["skus"]]


def stable(replies: Replies) -> None:
    """`Stable` is a lifecycle of ARM's (row 61)."""
    for model in own(replies):
        model["lifecycleStatus"] = "Stable"


def other_quota_names(replies: Replies) -> None:
    """A quota's name isn't the model's: gpt-4.1 draws on `OpenAI.GlobalStandard.gpt4.1` (row 62)."""
    for model in own(replies):
        for sku in model["skus"]:
            for usage in usages(replies):
                if usage["name"]["value"] == sku["usageName"]:
                    usage["name"] = {"value": f"{sku['usageName']}.own", "localizedValue": "One Thousand Tokens"}
            sku["usageName"] = f"{sku['usageName']}.own"


def named_pools(replies: Replies) -> None:
    """Usages say from 2026-07-01 on where they count; those of 2025-06-01 don't (row 63, field facts 0.3)."""
    for usage in usages(replies):
        if ".GlobalStandard." in usage["name"]["value"]:
            usage |= {"scopeType": "Global", "scopeId": "global"}


def graph_as_a_table(replies: Replies) -> None:
    """Resource Graph answers a table where an old api-version is asked, and `resultTruncated` is text (row 83)."""
    body = replies["/providers/Microsoft.ResourceGraph/resources"]
    names = list(dict.fromkeys(name for row in body["data"] for name in row))
    rows = [[row.get(name) for name in names] for row in body["data"]]
    columns = [{"name": name, "type": "object"} for name in names]
    body |= {"data": {"columns": columns, "rows": rows}, "resultTruncated": "false", "facets": []}


def capabilities_as_text(replies: Replies) -> None:
    """A deployment's capabilities are text, an internal one among them (row 25)."""
    for row in replies["/providers/Microsoft.ResourceGraph/resources"]["data"]:
        row["properties"]["capabilities"] = {"area": "US", "chatCompletion": "true", "_H_azureml-throttling-key": "x"}


def ten_seconds(replies: Replies) -> None:
    """A limit may be stated for ten seconds (row 26, and the table of limits below row 65)."""
    for row in replies["/providers/Microsoft.ResourceGraph/resources"]["data"]:
        for limit in row["properties"]["rateLimits"]:
            if limit["renewalPeriod"] == 60:
                limit |= {"renewalPeriod": 10, "count": limit["count"] / 6}


def old_deleted_accounts(replies: Replies) -> None:
    """Soft-deleted accounts of others, some with an identity of type None (row 20)."""
    (path,) = [each for each in replies if each.endswith("/deletedAccounts")]
    where = path.rpartition("/deletedAccounts")[0]
    replies[path]["value"] += [
        {
            "id": f"{where}/locations/eastus/resourceGroups/rg-{number}/deletedAccounts/other-{number}",
            "name": f"other-{number}",
            "type": "Microsoft.CognitiveServices/deletedAccounts",
            "identity": {"type": "None"},
            "properties": {"customSubDomainName": None, "scheduledPurgeDate": "2026-12-02T00:00:00Z"},
        }
        for number in range(3)
    ]


def extra_members(replies: Replies) -> None:
    """An account has 63 endpoints, 135 limits of calls and members that no version of ours knows (rows 8 to 11)."""
    for each in accounts(replies):
        each["properties"]["apiProperties"] = {"qnaAzureSearchEndpointKey": None}
        each["properties"]["callRateLimit"] = {"rules": [{"key": "default", "renewalPeriod": 1, "count": 30}] * 135}
        each["properties"]["isMigrated"] = False


VARIANTS: tuple[Callable[[Replies], None], ...] = (
    places_in_capitals,
    a_model_for_each_kind,
    costs_and_fine_tuned_twins,
    stable,
    other_quota_names,
    named_pools,
    graph_as_a_table,
    capabilities_as_text,
    ten_seconds,
    old_deleted_accounts,
    extra_members,
)
SAID_OTHERWISE: Mapping[Callable[[Replies], None], frozenset[str]] = {
    stable: frozenset({"lifecycle"}),
    other_quota_names: frozenset({"quota"}),
}
"""Members that say something else because Azure does."""


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda each: each.__name__)
def test_recorded_replies_give_the_same_answers(
    sandbox: tuple[ArmReader, StackInAzure, Replies], variant: Callable[[Replies], None]
) -> None:
    reader, stack, heard = sandbox
    here = look(reader, stack)
    replies = json.loads(json.dumps(heard))
    variant(replies)
    assert replies != heard, "the variant changes something that is read"
    there = look(played(replies), stack)
    apart = {name for name in here.row if here.row[name] != there.row[name]}
    assert apart <= SAID_OTHERWISE.get(variant, frozenset()), {name: there.row[name] for name in apart}
    named = {"other_quota_names": {"quota"}, "named_pools": {"pool"}}.get(variant.__name__, set())
    assert {name for name in here.quota if here.quota[name] != there.quota[name]} <= named
    assert there.checks == here.checks
    assert set(there.checks.values()) == {"passed"}


def test_a_recorded_refusal_is_no_answer(sandbox: tuple[ArmReader, StackInAzure, Replies]) -> None:
    """Row 79: 403 AuthorizationFailed, for usages as they are read by somebody without the role that they need."""
    _, stack, heard = sandbox
    (path,) = [each for each in heard if each.endswith("/usages")]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == path:
            said = {"code": "AuthorizationFailed", "message": "The client 'live.com#a@b.c' … over scope …"}
            return httpx2.Response(403, json={"error": said})
        return httpx2.Response(200, json=heard[request.url.path])

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    reader = ArmReader(ArmClient(http, lambda _: "t", patience=Patience(attempts=1)))
    offers = live_answers.read(reader, stack, lambda _host: "").offers
    assert offers.usages is None
    (unread,) = offers.unread
    assert unread.permission == "Microsoft.CognitiveServices/locations/usages/read"
    assert "AuthorizationFailed" in unread.why
