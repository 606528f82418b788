"""From resources and policies to policy findings: what a person is told of a result decides whether it gets mended."""

from datetime import UTC, datetime
from typing import Any

import pytest

from modelyard.audit.audited_resource import Locate, Subject
from modelyard.audit.evaluation import foreign
from modelyard.audit.inspection import Inspection, inspect
from modelyard.audit.source import AuditSource
from modelyard.catalog.market import Market
from modelyard.findings import Position, Severity
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.report.policy_finding import PolicyFinding

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/0f0f0f0f-0000-4000-8000-000000000000"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
ACCOUNT = "Microsoft.CognitiveServices/accounts"
KEYLESS = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
POLICIES = "Microsoft.Authorization/policy"


def account(**properties: Any) -> Subject:
    id_ = f"{GROUP}/providers/{ACCOUNT}/contoso"
    document = {"id": id_, "name": "contoso", "type": ACCOUNT, "kind": "AIServices", "location": "swedencentral"}
    return Subject({**document, "properties": properties}, "contoso", "urn:contoso", "account")


def policy(kind: str, at: str, name: str, **properties: Any) -> dict[str, Any]:
    """A definition, an initiative, an assignment or an exemption."""
    type_ = f"{POLICIES}{kind}"
    return {"id": f"{at}/providers/{type_}/{name}", "name": name, "type": type_, "properties": properties}


def assignment(definition: str = KEYLESS, name: str = "keyless", at: str = GROUP, **more: Any) -> dict[str, Any]:
    return policy("Assignments", at, name, displayName="No keys", policyDefinitionId=definition, **more)


def inspection(subject: Subject, *books: Rulebook, locate: Locate = lambda _: None) -> Inspection:
    book = Rulebook()
    for each in books:
        book |= each
    source = AuditSource("stack dev", (subject,), Rulebook())
    return inspect(source, book, now=NOW, market=Market.load(), locate=locate)


def only(found: Inspection) -> PolicyFinding:
    (one,) = found.evaluation.policy_findings
    return one


def book(*documents: dict[str, Any], source: str = "azure") -> Rulebook:
    return Rulebook.of(documents, source)


WITH_KEYS = account(disableLocalAuth=False)


def test_a_violation_names_what_decided_where_it_stands_and_what_to_do() -> None:
    places = {"account.disableLocalAuth": Position("stacks/Pulumi.dev.yaml", 7, 5)}
    said = only(inspection(WITH_KEYS, book(assignment()), locate=places.get))
    assert (said.state, said.effect, said.severity) == ("NonCompliant", "audit", Severity.WARNING)
    assert (said.resource_name, said.urn) == ("contoso", "urn:contoso")
    assert (said.path, str(said.position)) == ("account.disableLocalAuth", "stacks/Pulumi.dev.yaml:7:5")
    assert any("disableLocalAuth (false)" in each for each in said.because), said.because
    assert said.remedy
    assert (said.assignment, said.scope) == ("No keys", GROUP)


def test_a_member_of_a_count_says_what_made_it_count() -> None:
    """ "allOf is true" helps nobody who has to find the address that is too wide."""
    rules = f"{ACCOUNT}/networkAcls.ipRules[*]"
    wide = {"allOf": [{"field": f"{rules}.value", "like": "*/8"}, {"field": "kind", "equals": "AIServices"}]}
    rule = {"if": {"count": {"field": rules, "where": wide}, "greater": 0}, "then": {"effect": "audit"}}
    definition = policy("Definitions", GROUP, "narrow", mode="All", policyRule=rule)
    open_ = account(networkAcls={"ipRules": [{"value": "10.0.0.0/8"}, {"value": "192.0.2.0/24"}]})
    _, first, second = only(inspection(open_, book(definition, assignment(definition["id"])))).because
    assert "true     [0]" in first
    assert f"{rules}.value ('10.0.0.0/8') like '*/8'; field kind ('AIServices') equals 'AIServices'" in first
    assert "false    [1]" in second
    assert "('192.0.2.0/24') like '*/8'" in second
    assert "kind" not in second, "what didn't decide isn't told"


def test_what_several_sources_know_rules_once_and_names_them_all() -> None:
    written = assignment()
    louder = {**written, "id": written["id"].upper(), "properties": {**written["properties"]}}
    found = inspection(WITH_KEYS, book(written, source="stack dev"), book(louder, source="azure"))
    assert only(found).sources == ("stack dev", "azure")


def test_a_ruling_keeps_its_key_however_ids_are_spelt() -> None:
    """Baselines and code hosts tell by the key what is new; ARM keeps no case."""
    upper = Subject({**WITH_KEYS.document, "id": WITH_KEYS.id.upper()}, "contoso")
    keys = {only(inspection(each, book(assignment()))).key for each in (WITH_KEYS, upper)}
    assert len(keys) == 1
    assert keys.pop().count("|") == 2, "assignment, member and resource"


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"parameters": {"effect": {"value": "Deny"}}}, Severity.ERROR),
        ({"parameters": {"effect": {"value": "Deny"}}, "enforcementMode": "DoNotEnforce"}, Severity.WARNING),
        ({"parameters": {"effect": {"value": "Audit"}}}, Severity.WARNING),
    ],
)
def test_what_azure_would_stop_weighs_most(more: dict[str, Any], severity: Severity) -> None:
    assert only(inspection(WITH_KEYS, book(assignment(**more)))).severity is severity


def test_what_is_not_known_yet_is_undecided_and_says_what_for() -> None:
    said = only(inspection(account(disableLocalAuth=UNKNOWN), book(assignment())))
    assert (said.state, said.severity) == ("Undecided", Severity.NOTE)
    assert said.waits_for == ("properties.disableLocalAuth",)


KEYS_OFF = "/providers/Microsoft.Authorization/policyDefinitions/14de9e63-1b31-492e-a5a3-c3f7fd57f555"


@pytest.mark.parametrize(
    ("requested", "enforced", "told"),
    [
        (True, "Default", {"keys-off": "modify"}),
        (True, "DoNotEnforce", {"keyless": "deny", "keys-off": "modify"}),
        (False, "Default", {"keyless": "deny", "keys-off": "modify"}),
    ],
)
def test_a_change_that_azure_makes_prevents_a_denial_of_what_is_asked(
    requested: bool, enforced: str, told: dict[str, str]
) -> None:
    """Azure changes a request before it denies it; what stands there already is evaluated as it is."""
    deny = assignment(parameters={"effect": {"value": "Deny"}})
    modify = assignment(KEYS_OFF, "keys-off", parameters={"effect": {"value": "Modify"}}, enforcementMode=enforced)
    source = AuditSource("stack dev", (WITH_KEYS,), Rulebook(), requested=requested)
    found = inspect(source, book(deny, modify), now=NOW, market=Market.load(), locate=lambda _: None)
    policy_findings = {each.assignment_id.rpartition("/")[2]: each for each in found.evaluation.policy_findings}
    assert {name: each.effect for name, each in policy_findings.items()} == told
    weight = Severity.NOTE if enforced == "Default" else Severity.WARNING
    assert policy_findings["keys-off"].severity is weight, "what isn't enforced changes nothing"
    assert policy_findings["keys-off"].changes == ("properties.disableLocalAuth: false → true",)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("[requestContext().apiVersion]", "2025-06-01"),
        ("[subscription().subscriptionId]", SUBSCRIPTION.rpartition("/")[2]),
        ("[subscription().tags]", None),
    ],
)
def test_a_request_knows_its_api_version_and_its_subscription(asked: str, answer: str | None) -> None:
    """What is known beforehand is no reason for doubt; what only Azure knows is."""
    rule = {"if": {"value": asked, "equals": answer or "x"}, "then": {"effect": "audit"}}
    house = policy("Definitions", SUBSCRIPTION, "house", displayName="House", mode="All", policyRule=rule)
    source = AuditSource("stack dev", (WITH_KEYS,), Rulebook(), requested=True)
    around = book(house, assignment(house["id"]))
    found = inspect(source, around, now=NOW, market=Market.load(), locate=lambda _: None)
    assert only(found).state == ("NonCompliant" if answer else "Undecided")


@pytest.mark.parametrize(("expires", "state"), [("2027-01-01", "Exempt"), ("2026-01-01", "NonCompliant")])
def test_an_exemption_counts_until_it_ends(expires: str, state: str) -> None:
    written = assignment()
    exemption = policy(
        "Exemptions", GROUP, "until-then",
        policyAssignmentId=written["id"], exemptionCategory="Waiver", expiresOn=f"{expires}T00:00:00Z",
    )  # fmt: skip
    said = only(inspection(WITH_KEYS, book(written, exemption)))
    assert said.state == state
    assert ("until-then" in said.exemption) is (state == "Exempt")


def test_controls_are_those_of_the_initiative_and_of_azures_own() -> None:
    """A built-in assigned by itself speaks to the same control as in the initiative that maps it."""
    assert "MCSB_IM-1" in only(inspection(WITH_KEYS, book(assignment()))).frameworks
    house = policy(
        "SetDefinitions", SUBSCRIPTION, "house",
        displayName="House rules",
        policyDefinitionGroups=[{"name": "House_1"}],
        policyDefinitions=[
            {"policyDefinitionId": KEYLESS, "policyDefinitionReferenceId": "keys", "groupNames": ["House_1"]}
        ],
    )  # fmt: skip
    said = only(inspection(WITH_KEYS, book(house, assignment(house["id"]))))
    assert (said.initiative, said.reference) == ("House rules", "keys")
    assert said.frameworks[0] == "House_1"
    assert "MCSB_IM-1" in said.frameworks


def test_what_is_in_order_is_counted_and_not_told() -> None:
    found = inspection(account(disableLocalAuth=True), book(assignment()))
    assert found.evaluation.policy_findings == ()
    assert {state.value: count for state, count in found.evaluation.states.items()} == {"Compliant": 1}


def test_a_policy_that_cannot_be_put_to_work_is_told_by_name_and_the_others_judge() -> None:
    lost = assignment(f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyDefinitions/lost", "lost")
    found = inspection(WITH_KEYS, book(lost, assignment()))
    assert only(found).assignment == "No keys"
    (finding,) = found.findings
    assert "lost" in finding.path
    assert finding.severity is Severity.WARNING


def test_a_policy_about_everything_judges_a_deployment_once() -> None:
    """Only a provider's mode looks at a deployment's components; other providers' modes look at nothing here."""
    rule = {"if": {"field": "name", "like": "chat*"}, "then": {"effect": "audit"}}
    documents = []
    for name, mode in (
        ("all", "All"),
        ("data", "Microsoft.CognitiveServices.Data"),
        ("keys", "Microsoft.KeyVault.Data"),
    ):
        definition = policy("Definitions", SUBSCRIPTION, name, mode=mode, displayName=name, policyRule=rule)
        documents += [definition, assignment(definition["id"], name)]
    id_ = f"{GROUP}/providers/{ACCOUNT}/contoso/deployments/chat"
    model = {"format": "OpenAI", "name": "gpt-5.4-mini", "version": "2026-03-17"}
    document = {"id": id_, "name": "chat", "type": f"{ACCOUNT}/deployments", "properties": {"model": model}}
    found = inspection(Subject(document, "chat"), book(*documents))
    assert sorted(each.policy for each in found.evaluation.policy_findings) == ["all", "data"]
    assert foreign(found.policies) == {"Microsoft.KeyVault.Data": 1}


def test_how_old_built_ins_are_is_told_where_they_come_along() -> None:
    """Azure may have changed them since; what was pulled is as young as the pull, which says that itself."""
    subject, own = account(disableLocalAuth=False), "modelyard/keyless"
    own_text = {"mode": "All", "policyRule": {"if": {"field": "type", "equals": "x"}, "then": {"effect": "audit"}}}
    pulled = policy("Definitions", "", KEYLESS.rpartition("/")[2], policyType="BuiltIn", **own_text)

    def told(*documents: dict[str, Any]) -> str:
        source = AuditSource("made", (subject,), Rulebook.of(documents, "made"))
        found = inspect(source, Rulebook(), now=NOW, market=Market.load(), locate=lambda _path: None)
        assert found.policies
        return str(found.built_ins(NOW) or "")

    assert told(assignment()) == "Azure's built-in policies are those of 2026-04-29, 208 days ago"
    assert told(assignment(), pulled) == ""
    assert told(assignment(own)) == ""
