"""What previews know of policies elsewhere is what this asks for: what it misses, Azure refuses after the preview."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modelyard.audit import unevaluated_policies
from modelyard.audit.failures import PullRefused, ScopeUnknown
from modelyard.audit.pull import pull, scope_of
from modelyard.azure.arm_client import ArmClient, connect
from modelyard.azure.target import Target
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_snapshot import Pulled

from .conftest import KEYLESS, VERSIONS, Cloud, Nobody, Principal


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

    with connect(cloud.target) as arm:
        answer = pull(arm, cloud.subscription, "sandbox")
        of_group = pull(arm, cloud.root, "sandbox")
    book = answer.book
    assert set(book.assignments) == {each.lower() for each in (guarded, keyless, below)}
    assert set(book.definitions) >= {member.lower(), KEYLESS.lower()}, "members, and Azure's own"
    assert set(book.initiatives) == {initiative.lower()}
    assert set(book.exemptions) == {spared.lower()}
    assert book.management_groups == (cloud.root,), "a policy at a group reaches a subscription only below it"
    assert answer.missing == ()
    assert set(of_group.book.assignments) == {guarded.lower()}, "ARM tells of a group what is at it and above it"

    taken = Pulled(cloud.subscription, "sandbox", datetime(2026, 11, 23, 14, 30, tzinfo=UTC), book)
    file = policy_snapshot.write(tmp_path / "kept", taken)
    (back,) = policy_snapshot.read(tmp_path / "kept")
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
    with connect(cloud.target) as arm:
        assert pull(arm, cloud.subscription, "sandbox").missing == (unknown,)


def test_whoever_assigns_holds_on_to_the_present_major_version(cloud: Cloud) -> None:
    """A pull of what was just assigned has nothing to tell of versions."""
    private = "/providers/Microsoft.Authorization/policyDefinitions/cddd188c-4b82-4c48-a19d-ddf74ee66a01"
    cloud.assign(cloud.subscription, "private", private)
    with connect(cloud.target) as arm:
        answer = pull(arm, cloud.subscription, "sandbox")
    (assigned,) = answer.book.assignments.values()
    assert assigned["properties"]["definitionVersion"] == "3.*.*"
    assert unevaluated_policies.findings(answer.book, answer.missing) == ()


@pytest.mark.parametrize(
    ("credential", "words", "remedy"),
    [
        (lambda running: Principal(running, "outsider"), "AuthorizationFailed", "Reader on the scope"),
        (lambda _: Nobody(), "nobody is signed", "az login"),
    ],
)
def test_a_refusal_is_told_with_what_to_do(cloud: Cloud, credential: Any, words: str, remedy: str) -> None:
    other = Target(
        name="sandbox",
        tenant_id=cloud.target.tenant_id,
        subscription_id=cloud.target.subscription_id,
        transport=cloud.target.transport,
        credential=lambda: credential(cloud.running),
    )
    with connect(other) as arm, pytest.raises(PullRefused, match=words) as refused:
        pull(arm, cloud.subscription, "sandbox")
    assert "\n" not in refused.value.what
    assert refused.value.what.count(words) == 1
    assert remedy in refused.value.remedy


@pytest.mark.parametrize(
    ("status", "times", "remedy"), [(429, 2, ""), (503, 0, "couldn't be reached"), (404, 0, "spelt as Azure does")]
)
def test_azure_may_be_busy(cloud: Cloud, status: int, times: int, remedy: str) -> None:
    """A busy Azure is asked again as it wishes; one that goes on is no lack of rights."""
    cloud.disturb(path="*policyAssignments*", status=status, headers={"Retry-After": "0.01"}, times=times)
    with connect(cloud.target) as arm:
        if not remedy:
            assert pull(arm, cloud.subscription, "sandbox").book.assignments == {}
            return
        with pytest.raises(PullRefused) as refused:
            pull(arm, cloud.subscription, "sandbox")
    assert remedy in refused.value.remedy


SUBSCRIPTION = "/subscriptions/s"
AUTHORIZATION = f"{SUBSCRIPTION}/providers/Microsoft.Authorization"


KIND = {name: f"Microsoft.Authorization/{name}" for name in ("policyAssignments", "policyExemptions")}


def listed(pages: dict[str, tuple[list[str], str]]) -> Callable[[httpx2.Request], httpx2.Response]:
    """Azure's lists, page after page; a page is what is on it, and where the next one lies."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        ids, more = pages.get(f"{request.url.path}#{request.url.params.get('page', '')}", ([], ""))
        value = [{"id": id_, "name": id_.rpartition("/")[2], "type": KIND[id_.split("/")[-2]], "properties": {}}
                 for id_ in ids]  # fmt: skip
        return httpx2.Response(200, json={"value": value, **({"nextLink": more} if more else {})})

    return answer


@contextmanager
def before(answer: Callable[[httpx2.Request], httpx2.Response]) -> Iterator[ArmClient]:
    """The client, before this Azure."""
    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        yield ArmClient(http, lambda _: "of the tests")


def test_lists_are_read_to_their_last_page() -> None:
    """A subscription with many assignments has them on several; those of the last one deny as well."""
    pages: dict[str, tuple[list[str], str]] = {}
    for name in KIND:
        path, where = f"{AUTHORIZATION}/{name}", f"https://management.azure.com{AUTHORIZATION}/{name}"
        for page in range(3):
            more = f"{where}?api-version=x&page={page + 1}" if page < 2 else ""
            pages[f"{path}#{page or ''}"] = ([f"{path}/{page}"], more)
    with before(listed(pages)) as arm:
        book = pull(arm, SUBSCRIPTION, "azure").book
    assert [sorted(each.rpartition("/")[2] for each in part) for part in (book.assignments, book.exemptions)] == [
        ["0", "1", "2"]
    ] * 2


@pytest.mark.parametrize(("mode", "asked"), [("Enroll", ["2026-01-01-preview"]), ("DoNotEnforce", [])])
def test_enrollments_are_asked_for_where_one_may_count(mode: str, asked: list[str]) -> None:
    """They are a preview; nobody who has none should depend on its list."""
    versions: list[str] = []
    body = {"policyAssignments": {"enforcementMode": mode}, "policyEnrollments": {"policyAssignmentId": "a"}}

    def answer(request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.rpartition("/")[2]
        if name == "policyEnrollments":
            versions.append(request.url.params["api-version"])
        document = {"id": f"{request.url.path}/a", "name": "a", "type": f"Microsoft.Authorization/{name}"}
        return httpx2.Response(200, json={"value": [document | {"properties": body[name]}] if name in body else []})

    with before(answer) as arm:
        book = pull(arm, SUBSCRIPTION, "azure").book
    assert (versions, len(book.enrollments)) == (asked, len(asked))


def test_in_the_sandbox_nothing_is_enrolled(cloud: Cloud) -> None:
    cloud.put(
        f"{cloud.subscription}/providers/Microsoft.Authorization/policyAssignments/waves",
        {"properties": {"policyDefinitionId": KEYLESS, "enforcementMode": "Enroll"}},
    )
    with connect(cloud.target) as arm:
        book = pull(arm, cloud.subscription, "sandbox").book
    assert (len(book.assignments), book.enrollments) == (1, {})


def test_the_token_is_not_sent_to_wherever_a_list_points() -> None:
    elsewhere = "https://management.azure.com.evil.example/list?page=2"
    pages: dict[str, tuple[list[str], str]] = {f"{AUTHORIZATION}/policyExemptions#": ([], elsewhere)}
    with before(listed(pages)) as arm, pytest.raises(PullRefused, match="gets no token"):
        pull(arm, SUBSCRIPTION, "azure")


@pytest.mark.parametrize("name", KIND)
def test_what_is_no_answer_of_azures_is_told(name: str) -> None:
    """A page to sign in to a network answers in Azure's place, from one list on."""
    azure = listed({})

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=b"<html>Sign in</html>") if name in request.url.path else azure(request)

    with before(answer) as arm, pytest.raises(PullRefused) as refused:
        pull(arm, SUBSCRIPTION, "azure")
    assert "JSON" in refused.value.what
    assert "a page to sign in to a network" in refused.value.remedy


@pytest.mark.parametrize("words", ["rg-models", "/subscriptions", "/subscriptions/x/resourceGroups/y/providers/z", ""])
def test_what_is_no_scope_is_refused_before_anybody_is_asked(words: str) -> None:
    with pytest.raises(ScopeUnknown):
        scope_of(words, "5a9db0c5")


def test_the_word_subscription_is_the_one_signed_in_to() -> None:
    assert scope_of("subscription", "5a9db0c5") == "/subscriptions/5a9db0c5"
    with pytest.raises(ScopeUnknown, match="AZURE_SUBSCRIPTION_ID"):
        scope_of("subscription", "")
