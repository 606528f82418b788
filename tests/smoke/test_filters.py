"""Content filters as a stack declares them are in force where they should be, and nowhere else."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from modelyard.azure.target import Target
from modelyard.report.result import Check, Outcome
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.smoke import Profile, SmokeOptions, run

Make = Callable[..., SmokeOptions]
Script = Callable[[Callable[[httpx2.Request], httpx2.Response]], Target]

CATEGORIES = {
    "prompt": ["hate", "selfHarm", "jailbreak", "indirectAttack"],
    "completion": ["hate", "protectedMaterialText"],
}


@pytest.fixture
def guarded(azure: LocalAzure, outputs: dict[str, Any]) -> dict[str, Any]:
    """The stack with a filter `strict` on `chat` and `embed` that attaches `house-words`; `mistral` has Azure's own."""
    account = next(key for key, _ in azure.store.scan("resources") if key.endswith("/accounts/contoso"))
    lists = [{"blocklistName": "house-words", "blocking": True, "source": "Prompt"}]
    filters = [{"name": "Hate", "source": "Prompt", "severityThreshold": "Low", "blocking": True, "enabled": True}]
    properties = {"basePolicyName": "Microsoft.DefaultV2", "contentFilters": filters, "customBlocklists": lists}
    azure.store.put("resources", f"{account}/raipolicies/strict", {"name": "strict", "properties": properties})
    entry = {"name": "entry", "properties": {"pattern": "Tailspin", "isRegex": False}}
    azure.store.put("resources", f"{account}/raiblocklists/house-words/raiblocklistitems/entry", entry)
    for name in ("chat", "embed"):
        use(azure, name, "strict")
        outputs["deployments"][name]["contentFilter"] = "strict"
    outputs["deployments"]["mistral"]["contentFilter"] = "Microsoft.DefaultV2"
    outputs["contentFilters"] = {"strict": {"blocklists": ["house-words"], "categories": CATEGORIES}}
    outputs["blocklists"] = {"house-words": {"sample": "Tailspin"}, "patterns-only": {}}
    return outputs


def use(azure: LocalAzure, deployment: str, policy: str) -> None:
    for key, document in list(azure.store.scan("resources")):
        if key.endswith(f"/deployments/{deployment}"):
            properties = {**document["properties"], "raiPolicyName": policy}
            azure.store.put("resources", key, {**document, "properties": properties})


def of(checks: tuple[Check, ...], id: str) -> list[Check]:  # noqa: A002
    return [check for check in checks if check.id == id]


def test_filters_in_force_pass(guarded: dict[str, Any], target: Callable[..., Target], options: Make) -> None:
    checks = run(guarded, target(), options())
    assert {check.outcome for check in checks} <= {Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_PROVED}
    assert [check.subject for check in of(checks, "filter.blocks")] == [
        "chat: an entry of house-words on /openai/v1",
        "embed: an entry of house-words on /openai/v1",
    ]
    assert [check.observed for check in of(checks, "filter.blocks")] == ["400 content_filter by house-words"] * 2
    (passes,) = of(checks, "filter.passes")
    assert passes.subject.startswith("mistral: ")
    (annotates,) = of(checks, "filter.annotates")
    assert "jailbreak" in annotates.observed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"refuses": []}, "doesn't block it in prompts"),
        ({"blocklists": ["patterns-only"], "refuses": ["patterns-only"]}, "no entry that is a text"),
    ],
)
def test_a_list_that_cannot_be_tried_says_why(
    guarded: dict[str, Any], target: Callable[..., Target], options: Make, change: dict[str, Any], reason: str
) -> None:
    """A list that only annotates, or looks at completions alone, lets its entries pass in prompts, as it should."""
    guarded["contentFilters"]["strict"] |= change
    checks = of(run(guarded, target(), options(select=("filter.blocks",))), "filter.blocks")
    assert {check.outcome for check in checks} == {Outcome.SKIPPED}
    assert all(reason in check.reason for check in checks)


def test_liveness_asks_nothing_of_filters(
    guarded: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    checks = run(guarded, target(), options(profile=Profile.LIVENESS))
    assert not [check for check in checks if check.id.startswith("filter.")]


def test_an_entry_that_gets_through_may_have_yet_to_propagate(
    azure: LocalAzure, guarded: dict[str, Any], target: Callable[..., Target], options: Make, waits: Any
) -> None:
    """Microsoft docs: up to five minutes. After that it is a mistake."""
    use(azure, "chat", "Microsoft.DefaultV2")
    chosen = {"select": ("filter.blocks",), "budget": 10, "propagation": 300}
    check = of(run(guarded, target(), options(**chosen)), "filter.blocks")[0]
    assert check.outcome is Outcome.INCONCLUSIVE
    assert "300 s" in check.reason
    waits.asked.clear()
    check = of(run(guarded, target(), options(select=("filter.blocks",), propagation=5)), "filter.blocks")[0]
    assert (check.outcome, sum(waits.asked)) == (Outcome.FAILED, 5)
    waits.then = lambda: use(azure, "chat", "strict")
    check = of(run(guarded, target(), options(select=("filter.blocks",))), "filter.blocks")[0]
    assert (check.outcome, check.attempts) == (Outcome.PASSED, 2)


def test_a_list_that_blocks_where_it_should_not(
    azure: LocalAzure, guarded: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    use(azure, "mistral", "strict")
    (check,) = of(run(guarded, target(), options(select=("filter.passes",))), "filter.passes")
    assert check.outcome is Outcome.FAILED
    assert "house-words blocks" in check.reason


def test_a_category_that_is_not_annotated(
    azure: LocalAzure, guarded: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    """The filter that answers isn't the one that was declared."""
    use(azure, "chat", "Microsoft.Default")
    (check,) = of(run(guarded, target(), options(select=("filter.annotates",))), "filter.annotates")
    assert check.outcome is Outcome.FAILED
    assert check.reason == "not annotated: jailbreak (prompt), protectedMaterialText (completion)"


def test_the_systems_own_filter_is_looked_for_too(
    azure: LocalAzure, outputs: dict[str, Any], target: Callable[..., Target], options: Make
) -> None:
    """A deployment that names none has Microsoft.DefaultV2; another in its place would go unseen."""
    for name in ("chat", "embed", "mistral"):
        outputs["deployments"][name]["contentFilter"] = "Microsoft.DefaultV2"
    chosen = options(select=("filter.annotates",))
    (check,) = run(outputs, target(), chosen)
    assert (check.outcome, check.subject) == (Outcome.PASSED, "chat: annotations of Microsoft.DefaultV2")
    use(azure, "chat", "Microsoft.Default")
    (check,) = run(outputs, target(), chosen)
    assert check.outcome is Outcome.FAILED
    assert "Jailbreak (prompt)" in check.reason


CHAT = {"model": "gpt-5.4-2026-03-05", "choices": [{"message": {"content": "ready"}}]}


def blocked(inner: dict[str, Any]) -> httpx2.Response:
    return httpx2.Response(400, json={"error": {"code": "content_filter", "message": "filtered", **inner}})


LISTED = {"custom_blocklists": {"filtered": True, "details": [{"filtered": True, "id": "house-words"}]}}
OLDER = {"custom_blocklists": [{"filtered": True, "id": "house-words"}]}
OTHER = {"hate": {"filtered": True, "severity": "high"}}


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (blocked({"innererror": {"content_filter_result": LISTED}}), Outcome.PASSED),
        (blocked({"inner_error": {"content_filter_results": OLDER}}), Outcome.PASSED),
        (blocked({"content_filters": [{"content_filter_results": LISTED}]}), Outcome.PASSED),
        (blocked({}), Outcome.PASSED),
        (blocked({"innererror": {"content_filter_result": OTHER}}), Outcome.INCONCLUSIVE),
        (httpx2.Response(400, json={"error": {"code": "BadRequest"}}), Outcome.FAILED),
        (httpx2.Response(429), Outcome.INCONCLUSIVE),
    ],
)
def test_every_form_of_the_error_is_read(
    guarded: dict[str, Any], scripted: Script, options: Make, response: httpx2.Response, outcome: Outcome
) -> None:
    """Azure was seen to tell it in several."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if b"Tailspin" in request.content:
            return httpx2.Response(response.status_code, content=response.content)
        return httpx2.Response(200, json=CHAT)

    checks = run(guarded, scripted(answer), options(select=("filter.blocks",), budget=1))
    assert of(checks, "filter.blocks")[0].outcome is outcome


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (blocked({"innererror": {"content_filter_result": LISTED}}), Outcome.FAILED),
        (blocked({"innererror": {"content_filter_result": OTHER}}), Outcome.INCONCLUSIVE),
        (blocked({}), Outcome.INCONCLUSIVE),
    ],
)
def test_a_sample_that_something_else_blocks_proves_nothing(
    guarded: dict[str, Any], scripted: Script, options: Make, response: httpx2.Response, outcome: Outcome
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if b"Tailspin" in request.content:
            return httpx2.Response(response.status_code, content=response.content)
        return httpx2.Response(200, json=CHAT)

    (check,) = of(run(guarded, scripted(answer), options(select=("filter.passes",))), "filter.passes")
    assert check.outcome is outcome


def test_replies_without_annotations_prove_nothing(guarded: dict[str, Any], scripted: Script, options: Make) -> None:
    checks = run(guarded, scripted(lambda _: httpx2.Response(200, json=CHAT)), options(select=("filter.annotates",)))
    assert {check.outcome for check in checks} == {Outcome.INCONCLUSIVE}
