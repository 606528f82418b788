"""Assignments at work: where they reach, what exempts, which effect counts, and what becomes of a request."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modelyard.policy import admission, denial, versions
from modelyard.policy.assignment import Assignment
from modelyard.policy.compliance import Assigned, Compliance, State
from modelyard.policy.context import Context
from modelyard.policy.estate import Estate
from modelyard.policy.exemption import Exemption
from modelyard.policy.failures import AssignmentRefused, DefinitionRefused, ParameterRefused
from modelyard.policy.fields import Fields
from modelyard.policy.initiative import Initiative
from modelyard.policy.library import Library, load, own
from modelyard.policy.resource import Resource
from modelyard.policy.unknown import UNKNOWN

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-models"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/contoso"
ROOT = "/providers/Microsoft.Management/managementGroups/contoso"
CONTEXT = Context(now=NOW, request={"apiVersion": "2025-06-01"}, related=Estate([]).related)


def _account(**properties: Any) -> Resource:
    return Resource(
        {
            "id": ACCOUNT,
            "name": "contoso",
            "type": "Microsoft.CognitiveServices/accounts",
            "location": "swedencentral",
            "kind": "AIServices",
            "properties": properties,
        },
        CONTEXT,
    )


def _deployment(**changes: Any) -> Resource:
    document = {
        "id": f"{ACCOUNT}/deployments/chat",
        "name": "chat",
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": {"name": "GlobalStandard", "capacity": 10},
        "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}},
    }
    return Resource({**document, **changes}, CONTEXT)


def _assignment(scope: str = SUBSCRIPTION, definition: str = "modelyard/keyless", **properties: Any) -> dict[str, Any]:
    name = properties.pop("name", "keyless")
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}",
        "name": name,
        "properties": {"displayName": "Keys stay off", "policyDefinitionId": definition, **properties},
    }


def _exemption(scope: str = GROUP, **properties: Any) -> Exemption:
    base = {
        "policyAssignmentId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/keyless",
        "exemptionCategory": "Waiver",
    }
    id_ = f"{scope}/providers/Microsoft.Authorization/policyExemptions/for-now"
    return Exemption.load({"id": id_, "name": "for-now", "properties": {**base, **properties}})


@pytest.fixture(scope="module")
def library(strict: Fields) -> Library:
    return own(strict)


def _evaluated(
    library: Library, resource: Resource, *assignments: dict[str, Any], **rest: Any
) -> tuple[Compliance, ...]:
    return Assigned(map(Assignment.load, assignments), library, **rest).evaluate(resource, NOW)


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (SUBSCRIPTION, True),
        (SUBSCRIPTION.upper(), True),
        (GROUP, True),
        (ACCOUNT, True),
        (GROUP + "-other", False),
        ("/subscriptions/99999999-2222-3333-4444-555555555555", False),
        (ROOT, True),
        (ROOT + "-other", False),
    ],
)
def test_scopes(library: Library, scope: str, reached: bool) -> None:
    """An assignment reaches its scope and all below; a name that only begins the same is another scope."""
    found = _evaluated(library, _account(), _assignment(scope), management_groups=[ROOT.upper()])
    assert bool(found) is reached


OPEN_ACCOUNT = {
    **_account(disableLocalAuth=False).document,
    "id": f"{SUBSCRIPTION}/resourceGroups/<resourceGroupName>/providers/Microsoft.CognitiveServices/accounts/contoso",
}


@pytest.mark.parametrize(
    ("scope", "more", "exempt", "state"),
    [
        (SUBSCRIPTION, {}, "", State.NON_COMPLIANT),
        (GROUP, {}, "", State.UNDECIDED),
        (f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/another", {}, "", None),
        ("/subscriptions/99999999-2222-3333-4444-555555555555/resourceGroups/rg", {}, "", None),
        (SUBSCRIPTION, {"notScopes": [GROUP]}, "", State.UNDECIDED),
        (SUBSCRIPTION, {"notScopes": ["/subscriptions/*/resourceGroups/managed-*"]}, "", State.UNDECIDED),
        (SUBSCRIPTION, {}, GROUP, State.UNDECIDED),
        (SUBSCRIPTION, {}, f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/another", State.NON_COMPLIANT),
    ],
)
def test_whoever_does_not_know_the_group_yet_decides_nothing_that_hangs_on_it(
    library: Library, scope: str, more: dict[str, Any], exempt: str, state: State | None
) -> None:
    """A first preview of a program may not know it: a denial at that group must neither be passed over nor made up."""
    exemptions = [_exemption(exempt)] if exempt else []
    found = _evaluated(library, Resource(OPEN_ACCOUNT, CONTEXT), _assignment(scope, **more), exemptions=exemptions)
    assert [each.state for each in found] == ([state] if state else [])
    assert all(each.waits_for == ("resourceGroupName",) for each in found if each.state is State.UNDECIDED)
    complies = Resource({**OPEN_ACCOUNT, "properties": {"disableLocalAuth": True}}, CONTEXT)
    fine = _evaluated(library, complies, _assignment(scope, **more), exemptions=exemptions)
    assert all(each.state is State.COMPLIANT for each in fine)


def test_excluded_scopes(library: Library) -> None:
    assert not _evaluated(library, _account(), _assignment(notScopes=[GROUP.lower()]))
    assert _evaluated(library, _account(), _assignment(notScopes=[f"{GROUP}-other"]))


def test_a_violation_has_a_key_that_stays(library: Library) -> None:
    """Baselines and trends are kept by this key, so it takes no notice of anybody's spelling."""
    (found,) = _evaluated(library, _account(disableLocalAuth=False), _assignment())
    assert found.state is State.NON_COMPLIANT
    assert found.key == (
        f"{SUBSCRIPTION}/providers/microsoft.authorization/policyassignments/keyless",
        "",
        ACCOUNT.lower(),
    )


def test_states(library: Library) -> None:
    def state(resource: Resource, **properties: Any) -> State:
        return _evaluated(library, resource, _assignment(**properties))[0].state

    assert state(_account(disableLocalAuth=True)) is State.COMPLIANT
    assert state(_account(disableLocalAuth=False)) is State.NON_COMPLIANT
    assert state(_account(disableLocalAuth=UNKNOWN)) is State.UNDECIDED


def test_policies_that_do_not_apply_are_not_listed(library: Library) -> None:
    """A report of a thousand not-applicable rows hides the one that matters."""
    assert not _evaluated(library, _account(), _assignment(parameters={"effect": {"value": "Disabled"}}))
    assert not _evaluated(library, _deployment(), _assignment())


def test_selectors(library: Library) -> None:
    def found(resource: Resource, *selectors: dict[str, Any]) -> tuple[Compliance, ...]:
        groups = [{"name": "wave", "selectors": list(selectors)}]
        return _evaluated(library, resource, _assignment(resourceSelectors=groups))

    here = {"kind": "resourceLocation", "in": ["Sweden Central"]}
    assert found(_account(), here)
    assert not found(_account(), {"kind": "resourceLocation", "in": ["westus"]})
    assert found(_account(), here, {"kind": "resourceType", "in": ["microsoft.cognitiveservices/accounts"]})
    assert not found(_account(), here, {"kind": "resourceType", "notIn": ["Microsoft.CognitiveServices/accounts"]})
    hidden = Resource({**_account().document, "location": UNKNOWN}, CONTEXT)
    (open_,) = found(hidden, here)
    assert (open_.state, open_.waits_for, open_.verdict) == (State.UNDECIDED, ("location",), None)


def test_selectors_of_who_asks(library: Library) -> None:
    """Azure knows the caller of a request; an audit of what is there doesn't, and must not pass it over."""
    groups = [
        {"name": "wave", "selectors": [{"kind": "groupPrincipalId", "in": ["2473279E-C807-550F-A457-34C52B4507F2"]}]}
    ]

    def found(*principals: str) -> tuple[Compliance, ...]:
        asked = replace(CONTEXT, principals=frozenset(principals))
        return _evaluated(library, Resource(_account().document, asked), _assignment(resourceSelectors=groups))

    assert found("2473279e-c807-550f-a457-34c52b4507f2", "me")
    assert not found("me")
    (open_,) = _evaluated(library, _account(), _assignment(resourceSelectors=groups))
    assert (open_.state, open_.waits_for) == (State.UNDECIDED, ("requestContext().identity",))


def test_an_exemption_for_some_callers(library: Library) -> None:
    """It spares their requests; whoever isn't known to be among them is ruled."""
    spared = _exemption(resourceSelectors=[{"selectors": [{"kind": "userPrincipalId", "in": ["me"]}]}])
    for principals, state in ((frozenset({"me"}), State.EXEMPT), (UNKNOWN, State.NON_COMPLIANT)):
        asked = Resource(_account().document, replace(CONTEXT, principals=principals))
        assert _evaluated(library, asked, _assignment(), exemptions=[spared])[0].state is state


def test_versions_that_are_at_hand(library: Library) -> None:
    """Another version than the one asked for has another rule, so it is refused; the one asked for is evaluated."""
    override = {"kind": "definitionVersion", "value": "1.0.*"}
    for asked in ({"definitionVersion": "1.*.*"}, {"definitionVersion": "1.0.*"}, {"overrides": [override]}):
        assert _evaluated(library, _account(), _assignment(**asked))


@pytest.mark.parametrize(
    ("wanted", "version", "fits"),
    [
        ("1.*.*", "1.4.2", True),
        ("1.4.*", "1.4.2", True),
        ("1.3.*", "1.4.2", False),
        ("2.*.*", "1.4.2", False),
        ("1.*.*-preview", "1.0.0-preview", True),
        ("1.*.*-preview", "1.0.0", False),
        ("1.*.*", "1.0.0-preview", True),
        ("", "1.0.0", True),
        ("1.*.*", "", True),
    ],
)
def test_versions(wanted: str, version: str, fits: bool) -> None:
    assert versions.fits(wanted, version) is fits


def test_a_member_asks_for_a_version(strict: Fields) -> None:
    members = INITIATIVE["properties"]["policyDefinitions"]
    for wanted, at_work in (("1.*.*", 2), ("2.*.*", 1)):
        library = own(strict)
        rows = [{**members[0], "definitionVersion": wanted}, members[1]]
        library.add(
            Initiative.load({**INITIATIVE, "properties": {**INITIATIVE["properties"], "policyDefinitions": rows}})
        )
        each = list(Assignment.load(_assignment(definition="house")).each(library))
        refused = [one for one in each if isinstance(one, AssignmentRefused)]
        assert len(each) - len(refused) == at_work
        assert all(one.where == "house: policyDefinitions[skus].definitionVersion" for one in refused)


@pytest.mark.parametrize(
    ("written", "override", "taken"),
    [
        ("audit", "Deny", True),
        ("deny", "disabled", True),
        ("disabled", "deny", True),
        ("audit", "auditIfNotExists", False),
        ("auditIfNotExists", "disabled", True),
        ("auditIfNotExists", "deny", False),
        ("manual", "audit", False),
        ("[parameters('effect')]", "deny", True),
        ("[parameters('effect')]", "audit", False),
    ],
)
def test_an_override_takes_the_place_of_its_kin(strict: Fields, written: str, override: str, taken: bool) -> None:
    """Azure refuses an override that isn't among the allowed values, or that the rule has no details for."""
    details = {"details": {"type": "Microsoft.Insights/diagnosticSettings"}} if written == "auditIfNotExists" else {}
    rule = {"if": {"field": "kind", "exists": True}, "then": {"effect": written, **details}}
    parameters = {"effect": {"type": "String", "allowedValues": ["Deny", "Disabled"], "defaultValue": "Deny"}}
    library = load([("kinds", {"mode": "All", "parameters": parameters, "policyRule": rule})], strict)
    assignment = Assignment.load(
        _assignment(definition="kinds", overrides=[{"kind": "policyEffect", "value": override}])
    )
    if taken:
        assert assignment.bind(library)
    else:
        with pytest.raises(DefinitionRefused) as refused:
            assignment.bind(library)
        assert refused.value.place == "policyRule.then.effect"


def test_overrides(library: Library) -> None:
    """The effect that counts is the override's, where it means the resource."""
    override = {
        "kind": "policyEffect",
        "value": "Audit",
        "selectors": [{"kind": "resourceLocation", "in": ["swedencentral"]}],
    }
    (found,) = _evaluated(library, _account(), _assignment(overrides=[override]))
    assert found.verdict is not None
    assert found.verdict.effect_as_written == "Audit"
    override["selectors"] = [{"kind": "resourceLocation", "notIn": ["swedencentral"]}]
    (found,) = _evaluated(library, _account(), _assignment(overrides=[override]))
    assert found.verdict is not None
    assert found.verdict.effect_as_written == "Deny"


INITIATIVE: dict[str, Any] = {
    "id": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policySetDefinitions/house",
    "name": "house",
    "properties": {
        "displayName": "House rules",
        "parameters": {
            "skus": {"type": "Array", "defaultValue": ["Standard"]},
            "effect": {"type": "String", "defaultValue": "Deny"},
        },
        "policyDefinitions": [
            {
                "policyDefinitionId": "modelyard/deployment-skus",
                "policyDefinitionReferenceId": "skus",
                "parameters": {
                    "skus": {"value": "[parameters('SKUs')]"},
                    "effect": {"value": "[parameters('effect')]"},
                },
            },
            {"policyDefinitionId": "modelyard/pinned-versions", "policyDefinitionReferenceId": "pinned"},
        ],
    },
}


@pytest.fixture
def with_initiative(strict: Fields) -> Library:
    library = own(strict)
    library.add(Initiative.load(INITIATIVE))
    return library


def test_initiatives_hand_parameters_down(with_initiative: Library) -> None:
    assignment = _assignment(definition="house", parameters={"skus": {"value": ["GlobalStandard"]}})
    states = {each.bound.reference: each.state for each in _evaluated(with_initiative, _deployment(), assignment)}
    assert states == {"skus": State.COMPLIANT, "pinned": State.NON_COMPLIANT}
    states = {
        each.bound.reference: each.state
        for each in _evaluated(with_initiative, _deployment(), _assignment(definition="house"))
    }
    assert states == {"skus": State.NON_COMPLIANT, "pinned": State.NON_COMPLIANT}


def test_overrides_and_messages_by_reference(with_initiative: Library) -> None:
    assignment = _assignment(
        definition="house",
        overrides=[
            {"kind": "policyEffect", "value": "disabled",
             "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["PINNED"]}]},
        ],
        nonComplianceMessages=[
            {"message": "Ask the platform team."},
            {"message": "Deploy with a SKU that stays in the region.", "policyDefinitionReferenceId": "skus"},
        ],
    )  # fmt: skip
    (found,) = _evaluated(with_initiative, _deployment(), assignment)
    assert found.bound.reference == "skus"
    assert found.message == "Deploy with a SKU that stays in the region."
    assert found.bound.assignment.message("pinned") == "Ask the platform team."


def test_exemptions(library: Library) -> None:
    def state(*exemptions: Exemption) -> State:
        return _evaluated(library, _account(), _assignment(), exemptions=exemptions)[0].state

    assert state(_exemption()) is State.EXEMPT
    assert state(_exemption(exemptionCategory="mitigated")) is State.EXEMPT
    assert state(_exemption(f"{GROUP}-other")) is State.NON_COMPLIANT
    assert state(_exemption(policyAssignmentId=f"{SUBSCRIPTION}/other")) is State.NON_COMPLIANT
    assert state(_exemption(policyDefinitionReferenceIds=["skus"])) is State.NON_COMPLIANT
    assert (
        state(_exemption(resourceSelectors=[{"selectors": [{"kind": "resourceLocation", "in": ["x"]}]}]))
        is State.NON_COMPLIANT
    )


def test_an_exemption_ends_when_it_says(library: Library) -> None:
    """It is kept for the record and no longer honoured; a forgotten waiver must not hide a violation for ever."""
    until = (NOW + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    since = (NOW - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    assert (
        _evaluated(library, _account(), _assignment(), exemptions=[_exemption(expiresOn=until)])[0].state
        is State.EXEMPT
    )
    found = _evaluated(library, _account(), _assignment(), exemptions=[_exemption(expiresOn=since)])
    assert found[0].state is State.NON_COMPLIANT


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"policyDefinitionId": None}, AssignmentRefused),
        ({"policyDefinitionId": "/nowhere/to/be/found"}, AssignmentRefused),
        ({"enforcementMode": "Sometimes"}, AssignmentRefused),
        ({"overrides": [{"kind": "policyVersion", "value": "2.0.0"}]}, AssignmentRefused),
        ({"overrides": [{"kind": "policyEffect", "value": "forbid"}]}, DefinitionRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "colour", "in": ["red"]}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType"}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": "accounts"}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": ["resourceType"]}]}, AssignmentRefused),
        ({"resourceSelectors": {"selectors": []}}, AssignmentRefused),
        ({"overrides": [None]}, AssignmentRefused),
        ({"notScopes": "/subscriptions/one"}, AssignmentRefused),
        ({"nonComplianceMessages": ["no"]}, AssignmentRefused),
        ({"enforcementMode": "Enroll"}, AssignmentRefused),
        ({"notScope": []}, AssignmentRefused),
        ({"definitionVersion": "2.*.*"}, AssignmentRefused),
        ({"overrides": [{"kind": "definitionVersion", "value": "2.0.*"}]}, AssignmentRefused),
        ({"overrides": [{"kind": "colour", "value": "red"}]}, AssignmentRefused),
        ({"overrides": [{"kind": "policyEffect", "value": "modify"}]}, DefinitionRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceRolloutPercentage", "in": []}]}]}, AssignmentRefused),
        (
            {"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": [], "progress": 5}]}]},
            AssignmentRefused,
        ),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": []}] * 2}]}, AssignmentRefused),
        (
            {
                "resourceSelectors": [
                    {
                        "selectors": [
                            {"kind": "resourceLocation", "in": []},
                            {"kind": "resourceWithoutLocation", "in": []},
                        ]
                    }
                ]
            },
            AssignmentRefused,
        ),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": ["a"] * 51}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": []}] * 11}, AssignmentRefused),
        ({"parameters": {"effect": {"value": "deny"}}}, ParameterRefused),
        ({"parameters": {"colour": {"value": "red"}}}, ParameterRefused),
    ],
)
def test_assignments_gone_wrong(library: Library, change: dict[str, Any], failure: type[Exception]) -> None:
    with pytest.raises(failure):
        Assigned([Assignment.load(_assignment(**change))], library)


@pytest.mark.parametrize(
    "change",
    [
        {"policyAssignmentId": None},
        {"exemptionCategory": "Because"},
        {"expiresOn": "next year"},
        {"policyDefinitionReferenceIds": "one"},
        {"resourceSelectors": ["everything"]},
        {"expiresAt": "2027-01-01T00:00:00Z"},
    ],
)
def test_exemptions_gone_wrong(change: dict[str, Any]) -> None:
    with pytest.raises(AssignmentRefused):
        _exemption(**change)


@pytest.mark.parametrize(
    "rows",
    [
        None,
        [{}],
        [{"policyDefinitionId": "a", "policyDefinitionReferenceId": "r"}] * 2,
        [{"policyDefinitionId": "a", "policyDefinitionReferenceId": each} for each in ("r", "R")],
        [{"policyDefinitionId": "a", "parameter": {}}],
        [{"policyDefinitionId": "a", "groupNames": "one"}],
    ],
)
def test_initiatives_gone_wrong(rows: Any) -> None:
    with pytest.raises(DefinitionRefused):
        Initiative.load({"name": "odd", "properties": {"policyDefinitions": rows}})


# A request


def _admitted(library: Library, resource: Resource, *assignments: dict[str, Any]) -> admission.Admission:
    return admission.write(Assigned(map(Assignment.load, assignments), library), resource, NOW)


def test_a_change_prevents_a_deny(library: Library) -> None:
    """Azure changes first: the same request is denied without the modify, and let through with it."""
    keys_on = _account(disableLocalAuth=False)
    assert _admitted(library, keys_on, _assignment()).denied
    fixed = _assignment(definition="modelyard/keys-off", name="keys-off")
    admitted = _admitted(library, keys_on, _assignment(), fixed)
    assert not admitted.denied
    assert admitted.document["properties"] == {"disableLocalAuth": True}
    assert [change.field.path for change in admitted.changed if change.field] == ["properties.disableLocalAuth"]
    assert keys_on.document["properties"] == {"disableLocalAuth": False}


def test_do_not_enforce_changes_and_denies_nothing(library: Library) -> None:
    keys_on = _account(disableLocalAuth=False)
    admitted = _admitted(
        library,
        keys_on,
        _assignment(enforcementMode="DoNotEnforce"),
        _assignment(definition="modelyard/keys-off", name="keys-off", enforcementMode="donotenforce"),
    )
    assert not admitted.denied
    assert admitted.document is keys_on.document
    assert [each.state for each in admitted.results] == [State.NON_COMPLIANT, State.NON_COMPLIANT]


def test_what_is_undecided_is_neither_denied_nor_passed_over(library: Library) -> None:
    admitted = _admitted(library, _account(disableLocalAuth=UNKNOWN), _assignment())
    assert not admitted.denied
    assert [each.waits_for for each in admitted.undecided] == [("properties.disableLocalAuth",)]


def _modify(name: str, value: str, conflict: str) -> dict[str, Any]:
    rule = {
        "if": {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
        "then": {
            "effect": "modify",
            "details": {
                "conflictEffect": conflict,
                "roleDefinitionIds": [
                    "/providers/Microsoft.Authorization/roleDefinitions/25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
                ],
                "operations": [{"operation": "addOrReplace", "field": "tags['owner']", "value": value}],
            },
        },
    }
    return {"name": name, "properties": {"mode": "Indexed", "policyRule": rule}}


@pytest.mark.parametrize(
    ("conflicts", "owner", "denied"),
    [
        (("audit", "audit"), None, 0),
        (("deny", "audit"), "one", 0),
        (("deny", "deny"), None, 2),
    ],
)
def test_two_that_modify_one_field(strict: Fields, conflicts: tuple[str, str], owner: str | None, denied: int) -> None:
    """The one that denies on conflict wins, two of those stop the request, and without one nothing is changed."""
    names = ("one", "two")
    library = load(((name, _modify(name, name, each)) for name, each in zip(names, conflicts, strict=True)), strict)
    admitted = _admitted(library, _account(), *(_assignment(definition=name, name=name) for name in names))
    assert admitted.document.get("tags", {}).get("owner") == owner
    assert len(admitted.denied) == denied


def test_what_is_told_of_a_write_beforehand(library: Library) -> None:
    """A denial that another policy's change prevents isn't one; who makes the change is told, as the request stands."""
    keys_on = _account(disableLocalAuth=False)
    fixed = _assignment(definition="modelyard/keys-off", name="keys-off")

    def told(*assignments: dict[str, Any]) -> list[tuple[str, State, bool]]:
        assigned = Assigned(map(Assignment.load, assignments), library)
        found = admission.foreseen(assigned, keys_on, NOW)
        return [(each.bound.assignment.name, each.state, each.stops) for each in found]

    assert told(_assignment()) == [("keyless", State.NON_COMPLIANT, True)]
    assert told(_assignment(), fixed) == [
        ("keyless", State.COMPLIANT, False),
        ("keys-off", State.NON_COMPLIANT, False),
    ]
    unenforced = [{**each, "properties": each["properties"] | {"enforcementMode": "DoNotEnforce"}} for each in (fixed,)]
    assert told(_assignment(), *unenforced)[0] == ("keyless", State.NON_COMPLIANT, True)


def test_a_conflict_that_denies_is_told_of_a_write_beforehand(strict: Fields) -> None:
    """Its effect is modify, and yet the request is refused: as a mere difference it would be overlooked."""
    rows = [(name, _modify(name, name, "deny")) for name in ("one", "two")]
    assigned = Assigned([Assignment.load(_assignment(definition=name, name=name)) for name, _ in rows],
                        load(iter(rows), strict))  # fmt: skip
    assert [each.stops for each in admission.foreseen(assigned, _account(), NOW)] == [True, True]


def test_a_failed_evaluation_denies(strict: Fields) -> None:
    rule = {"if": {"value": "[substring(field('name'), 0, 99)]", "equals": "a"}, "then": {"effect": "audit"}}
    library = load([("odd", {"name": "odd", "properties": {"mode": "All", "policyRule": rule}})], strict)
    (denied,) = _admitted(library, _account(), _assignment(definition="odd")).denied
    assert denied.state is State.ERROR
    assert denied.verdict is not None
    assert "substring" in denied.verdict.reason


def test_deletion(strict: Fields) -> None:
    """denyAction stops a delete, and that of the whole group unless it says otherwise; it does nothing to a write."""

    def rule(mode: str, **details: Any) -> dict[str, Any]:
        then = {"effect": "denyAction", "details": {"actionNames": ["delete"], **details}}
        return {
            "properties": {"mode": mode, "policyRule": {"if": {"field": "kind", "equals": "AIServices"}, "then": then}}
        }

    for mode, details, group_stopped in (
        ("Indexed", {}, True),
        ("Indexed", {"cascadeBehaviors": {"resourceGroup": "allow"}}, False),
        ("All", {}, False),
    ):
        assigned = Assigned(
            [Assignment.load(_assignment(definition="keep"))], load([("keep", rule(mode, **details))], strict)
        )
        assert len(admission.delete(assigned, _account(), NOW).denied) == 1
        assert bool(admission.delete(assigned, _account(), NOW, with_group=True).denied) is group_stopped
        (told,) = admission.foreseen_delete(assigned, _account(), NOW)
        assert (told.state, told.stops) == (State.NON_COMPLIANT, True), "protected is one that nobody deletes"
        unsure = Resource({**_account().document, "kind": UNKNOWN}, CONTEXT)
        (told,) = admission.foreseen_delete(assigned, unsure, NOW)
        assert (told.state, told.stops, told.waits_for) == (State.UNDECIDED, False, ("kind",))
        written = admission.write(assigned, _account(), NOW)
        assert (written.denied, [each.state for each in written.results]) == ((), [State.PROTECTED])


# Azure's words


@pytest.mark.parametrize("kind", ["Microsoft.Authorization/locks", "Microsoft.Authorization/policyAssignments"])
def test_what_could_lock_everybody_out_can_be_deleted(strict: Fields, kind: str) -> None:
    then = {"effect": "denyAction", "details": {"actionNames": ["delete"]}}
    rule = {"mode": "All", "policyRule": {"if": {"field": "type", "exists": True}, "then": then}}
    assigned = Assigned([Assignment.load(_assignment(definition="keep"))], load([("keep", rule)], strict))
    mine = Resource({"id": f"{ACCOUNT}/providers/{kind}/mine", "name": "mine", "type": kind}, CONTEXT)
    assert not admission.delete(assigned, mine, NOW).denied
    assert admission.delete(assigned, _account(), NOW).denied


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ({}, State.UNKNOWN),
        ({"details": {}}, State.UNKNOWN),
        ({"details": {"defaultState": "Unknown"}}, State.UNKNOWN),
        ({"details": {"defaultState": "compliant"}}, State.COMPLIANT),
        ({"details": {"defaultState": "NonCompliant"}}, State.NON_COMPLIANT),
        ({"details": {"defaultState": "Non-compliant"}}, State.NON_COMPLIANT),
        ({"details": {"defaultState": "[parameters('state')]"}}, State.COMPLIANT),
    ],
)
def test_what_nobody_attested_has_the_state_the_definition_gives_it(
    strict: Fields, details: dict[str, Any], state: State
) -> None:
    body = {
        "mode": "All",
        "parameters": {"state": {"type": "String", "defaultValue": "Compliant"}},
        "policyRule": {"if": {"field": "kind", "equals": "AIServices"}, "then": {"effect": "manual", **details}},
    }
    assigned = Assigned([Assignment.load(_assignment(definition="attest"))], load([("attest", body)], strict))
    assert [each.state for each in assigned.evaluate(_account(), NOW)] == [state]
    assert not admission.write(assigned, _account(), NOW).denied


def test_a_denied_request_in_azures_words(library: Library) -> None:
    """Callers parse this: the code, the target, the identifiers in the message, and the evaluated expressions."""
    admitted = _admitted(library, _account(disableLocalAuth=False), _assignment())
    error = denial.error("contoso", admitted.denied)
    assert (error.status, error.code, error.target) == (403, "RequestDisallowedByPolicy", "contoso")
    assignment = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/keyless"
    assert error.message == (
        "Resource 'contoso' was disallowed by policy. Policy identifiers: "
        f'\'[{{"policyAssignment":{{"name":"Keys stay off","id":"{assignment}"}},'
        '"policyDefinition":{"name":"Accounts have keys turned off","id":"","version":"1.0.0"}}]\'.'
    )
    (row,) = error.body()["error"]["additionalInfo"]
    assert row["type"] == "PolicyViolation"
    assert row["info"]["policyDefinitionEffect"] == "Deny"
    assert row["info"]["evaluationDetails"]["evaluatedExpressions"] == [
        {
            "result": "True",
            "expressionKind": "Field",
            "expression": "type",
            "path": "type",
            "expressionValue": "Microsoft.CognitiveServices/accounts",
            "targetValue": "Microsoft.CognitiveServices/accounts",
            "operator": "Equals",
        },
        {
            "result": "True",
            "expressionKind": "Field",
            "expression": "Microsoft.CognitiveServices/accounts/disableLocalAuth",
            "path": "properties.disableLocalAuth",
            "expressionValue": False,
            "targetValue": "True",
            "operator": "NotEquals",
        },
    ]


def test_non_compliance_messages_become_reasons(with_initiative: Library) -> None:
    assignment = _assignment(definition="house", nonComplianceMessages=[{"message": "Stay in the region."}])
    admitted = _admitted(with_initiative, _deployment(), assignment)
    error = denial.error("chat", admitted.denied)
    assert error.message == (
        "Resource 'chat' was disallowed by policy. Reasons: 'Stay in the region.'. "
        "See error details for policy resource IDs."
    )
    info = error.body()["error"]["additionalInfo"][0]["info"]
    assert info["policyDefinitionReferenceId"] == "skus"
    assert info["policySetDefinitionName"] == "house"
