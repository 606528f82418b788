"""What a repository of EPAC says is what EPAC would deploy; what can't be read is refused at its place."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from modelyard.epac.reader import Repository, wanted
from modelyard.policy.evaluation.policy_documents import Rulebook

from .conftest import definition

Read = Callable[..., Repository]
ROOT = "/providers/Microsoft.Management/managementGroups/contoso"
ONLINE = "/providers/Microsoft.Management/managementGroups/contoso-online"
SANDBOX = "/providers/Microsoft.Management/managementGroups/contoso-sandbox"
SET = "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8"
GROUP = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-translation"
BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"


def properties(documents: Mapping[str, Mapping[str, Any]], name: str) -> Any:
    (found,) = (each["properties"] for each in documents.values() if each["name"] == name)
    return found


def test_the_example_is_read_wholly(example: Repository) -> None:
    assert (example.refused, example.passed_over) == ((), ())
    book = example.rulebook
    assert {name: len(getattr(book, name)) for name in ("definitions", "initiatives", "assignments", "exemptions")} == {
        "definitions": 2,
        "initiatives": 1,
        "assignments": 2,
        "exemptions": 2,
    }
    assert set(book.sources.values()) == {("epac example (tenant)",)}, (
        "policy findings say where the assignment was seen"
    )


def test_a_branch_adds_up_from_the_root_to_the_leaf(example: Repository) -> None:
    prod = properties(example.rulebook.assignments, "ai-prod")
    assert prod["displayName"] == "AI: production"
    assert prod["metadata"] == {"category": "AI"}
    assert prod["enforcementMode"] == "Default"
    assert properties(example.rulebook.assignments, "ai-dev")["enforcementMode"] == "DoNotEnforce"


def test_own_definitions_go_by_name_and_stand_at_the_root_scope(example: Repository) -> None:
    members = properties(example.rulebook.initiatives, "ai-guardrails")["policyDefinitions"]
    assert [each["policyDefinitionId"] for each in members] == [
        f"{ROOT}/providers/Microsoft.Authorization/policyDefinitions/deny-deployment-skus",
        f"{ROOT}/providers/Microsoft.Authorization/policyDefinitions/require-tag-on-accounts",
        BUILT_IN,
    ]


def test_the_sheet_sets_a_parameter_where_there_is_one_and_overrides_elsewhere(example: Repository) -> None:
    prod = properties(example.rulebook.assignments, "ai-prod")
    assert prod["parameters"] == {
        "skus": {"value": ["GlobalStandard", "GlobalBatch"]},
        "skusEffect": {"value": "Deny"},
    }
    assert prod["overrides"] == [
        {
            "kind": "policyEffect",
            "value": "Deny",
            "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["keyless"]}],
        }
    ], "audit is what the definition says of itself, so the tag needs no override"
    assert [each["policyDefinitionReferenceId"] for each in prod["nonComplianceMessages"]] == ["skus", "keyless"]


def test_what_is_excluded_everywhere_is_excluded_in_each_assignment(example: Repository) -> None:
    for each in example.rulebook.assignments.values():
        assert each["properties"]["notScopes"] == [f"{ROOT}-epac-dev", "/subscriptions/*/resourceGroups/managed-*"]


def test_an_exemption_of_a_definition_is_one_for_each_assignment(example: Repository) -> None:
    found = example.rulebook.exemptions
    assert {each["name"] for each in found.values()} == {
        "translation-until-may-ai-dev",
        "translation-until-may-ai-prod",
    }
    of_prod = properties(found, "translation-until-may-ai-prod")
    assert of_prod["policyAssignmentId"] == f"{ONLINE}/providers/Microsoft.Authorization/policyAssignments/ai-prod"
    assert of_prod["policyDefinitionReferenceIds"] == ["skus"]
    assert of_prod["expiresOn"] == "2027-05-01T00:00:00Z", "a day ends where it begins, as EPAC has it"
    assert of_prod["displayName"] == "Translation waits for capacity - translation - ai-prod"


def test_groups_are_assumed_only_where_nobody_names_them(example: Repository) -> None:
    """Only Azure knows which groups stand above a subscription; a policy that is missed is worse than one too many."""
    assert example.assumed == (ROOT, SANDBOX, ONLINE) == example.rulebook.management_groups


def test_paths_that_are_not_of_the_repository_are_not_asked_for() -> None:
    paths = ("README.md", "Definitions/global-settings.jsonc", "Definitions/policyAssignments/a.csv", "src/policy.json")
    assert wanted(paths) == ("Definitions/global-settings.jsonc", "Definitions/policyAssignments/a.csv")


NODE: dict[str, Any] = {
    "nodeName": "/one/",
    "assignment": {"name": "one", "displayName": "One"},
    "definitionEntry": {"policyName": "one"},
    "scope": {"tenant": [ROOT]},
}
ROW = {
    "name": "e",
    "displayName": "E",
    "exemptionCategory": "Waiver",
    "scope": GROUP,
    "policyDefinitionName": "one",
}
ASSIGNED = "policyAssignments/a.jsonc"
EXEMPT = "policyExemptions/tenant/e.json"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in NODE.items() if key != name}


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("a node's unknown key", {ASSIGNED: NODE | {"enforcement": "Default"}}, ASSIGNED, "$.enforcement"),
    ("a mode that Azure hasn't", {ASSIGNED: NODE | {"enforcementMode": "Sometimes"}}, ASSIGNED, "$.enforcementMode"),
    ("no name of a node", {ASSIGNED: without("nodeName")}, ASSIGNED, "$.nodeName"),
    ("no definition", {ASSIGNED: without("definitionEntry")}, ASSIGNED, "$"),
    ("no scope", {ASSIGNED: without("scope")}, ASSIGNED, "$"),
    ("a scope twice", {ASSIGNED: NODE | {"children": [{"nodeName": "x", "scope": {"tenant": [ROOT]}}]}}, ASSIGNED,
     "$.children[0].scope"),
    ("a definition that isn't there", {ASSIGNED: NODE | {"definitionEntry": {"policyName": "two"}}}, ASSIGNED,
     "$ → definitionEntry[0].policyName"),
    ("subscriptions by name", {ASSIGNED: NODE | {"notScopes": {"*": ["/subscriptionsPattern/dev-*"]}}}, ASSIGNED,
     "$.notScopes"),
    ("parameters in a file of JSON", {ASSIGNED: NODE | {"parameterFile": "p.json"}},
     ASSIGNED, "$.parameterFile"),
    ("a long name at a management group", {ASSIGNED: NODE | {"assignment": {"name": "n" * 25, "displayName": "N"}}},
     ASSIGNED, "$"),
    ("what EPAC keeps for itself", {ASSIGNED: NODE | {"metadata": {"pacOwnerId": "x"}}}, ASSIGNED,
     "$.metadata.pacOwnerId"),
    ("a member by two names", {"policySetDefinitions/s.json": {"name": "s", "properties": {"policyDefinitions": [
        {"policyDefinitionReferenceId": "r", "policyDefinitionName": "one", "policyDefinitionId": BUILT_IN}]}}},
     "policySetDefinitions/s.json", "$.properties.policyDefinitions[0]"),
    ("a definition twice", {"policyDefinitions/two.json": {"name": "One", "properties": {}}},
     "policyDefinitions/two.json", "$.name"),
    ("no JSON", {ASSIGNED: "{"}, ASSIGNED, "$"),
    ("a list", {ASSIGNED: "[]"}, ASSIGNED, "$"),
    ("an enrollment without a name", {"policyEnrollments/x.json": "{}"}, "policyEnrollments/x.json", "$.name"),
    ("an exemption of two things", {ASSIGNED: NODE, EXEMPT: {"exemptions": [ROW | {"policyDefinitionId": BUILT_IN}]}},
     EXEMPT, "$.exemptions[0]"),
    ("no category", {ASSIGNED: NODE, EXEMPT: {"exemptions": [ROW | {"exemptionCategory": "Other"}]}}, EXEMPT,
     "$.exemptions[0].exemptionCategory"),
    ("no date", {ASSIGNED: NODE, EXEMPT: {"exemptions": [ROW | {"expiresOn": "soon"}]}}, EXEMPT,
     "$.exemptions[0].expiresOn"),
    ("a pattern of scopes", {ASSIGNED: NODE, EXEMPT: {"exemptions": [ROW | {"scope": "/subscriptions/*"}]}}, EXEMPT,
     "$.exemptions[0]"),
    ("members of a policy", {ASSIGNED: NODE, EXEMPT: {"exemptions": [ROW | {"policyDefinitionReferenceIds": ["r"]}]}},
     EXEMPT, "$.exemptions[0].policyDefinitionReferenceIds"),
    ("a policy set twice", {ASSIGNED: without("definitionEntry") | {"definitionEntryList": [
        {"policySetId": SET, "assignment": {"name": name, "displayName": name}} for name in "ab"]}}, ASSIGNED, "$"),
    ("a row of a CSV", {ASSIGNED: NODE, "policyExemptions/tenant/e.csv":
     f"name,displayName,exemptionCategory,scope,assignmentReferenceId\ne,E,Other,{GROUP},policyDefinitions/one\n"},
     "policyExemptions/tenant/e.csv", "line 2.exemptionCategory"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "file", "place"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_not_read_is_refused_by_file_and_place(
    read: Read, files: dict[str, Any], file: str, place: str
) -> None:
    found = read(files)
    assert [each.where for each in found.refused] == [f"{file}: {place}"]


def test_all_is_refused_at_once_and_the_rest_is_read(read: Read) -> None:
    two = NODE | {"assignment": {"name": "two", "displayName": "Two"}}
    found = read({ASSIGNED: NODE | {"x": 1, "y": 2}, "policyAssignments/b.jsonc": two, EXEMPT: {"exemptions": [{}]}})
    assert len(found.refused) == 3
    assert [each["name"] for each in found.rulebook.assignments.values()] == ["two"]


ENROLLED = {
    "$schema": "https://raw.githubusercontent.com/Azure/enterprise-azure-policy-as-code/main/Schemas/"
    "policy-enrollment-schema.json",
    "name": "wave-one",
    "scopes": [GROUP, f"{GROUP}-2"],
    "displayName": "Wave one",
    "policyAssignmentId": f"{ROOT}/providers/Microsoft.Authorization/policyAssignments/one",
    "assignmentScopeValidation": "Default",
    "policyDefinitionReferenceIds": [],
    "resourceSelectors": [{"name": "here", "selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}],
    "metadata": {"owner": "application-team"},
}


@pytest.mark.parametrize("file", ["policyEnrollments/tenant/a.jsonc", "policyEnrollments/a.json"])
def test_enrollments_are_read_for_each_scope(read: Read, file: str) -> None:
    """EPAC's first version with enrollments kept them in one folder, the present one in a folder an environment."""
    found = read({ASSIGNED: NODE | {"enforcementMode": "Enroll"}, file: ENROLLED})
    assert found.refused == ()
    kind = "Microsoft.Authorization/policyEnrollments"
    assert [each["id"] for each in found.rulebook.enrollments.values()] == [
        f"{scope}/providers/{kind}/wave-one" for scope in (GROUP, f"{GROUP}-2")
    ]
    assert [each["properties"]["enforcementMode"] for each in found.rulebook.assignments.values()] == ["Enroll"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"scope": GROUP}, "$"),
        ({"scopes": []}, "$"),
        ({"scopes": ["/subscriptions/*"]}, "$"),
        ({"policyAssignmentId": ""}, "$.policyAssignmentId"),
        ({"assignmentScopeValidation": "No"}, "$.assignmentScopeValidation"),
        ({"expiresOn": "2027-01-01"}, "$.expiresOn"),
    ],
)
def test_enrollments_gone_wrong(read: Read, change: dict[str, Any], path: str) -> None:
    found = read({ASSIGNED: NODE, "policyEnrollments/tenant/a.json": ENROLLED | change})
    assert [each.where for each in found.refused] == [f"policyEnrollments/tenant/a.json: {path}"]


def test_exemptions_are_read_as_epac_exports_them(read: Read) -> None:
    """`Export-AzPolicyResources` writes every column, null where there is nothing, and how things stood."""
    assignment = f"{ROOT}/providers/Microsoft.Authorization/policyAssignments/one"
    row: dict[str, Any] = {
        "name": "e",
        "displayName": "E",
        "description": None,
        "exemptionCategory": "Waiver",
        "expiresOn": "2027-05-01T00:00:00Z",
        "status": "active",
        "expiresInDays": 150,
        "scope": GROUP,
        "policyAssignmentId": assignment,
        "policyDefinitionReferenceIds": None,
        "resourceSelectors": None,
        "metadata": {"epacMetadata": {}},
        "assignmentScopeValidation": None,
    }
    unlimited: dict[str, Any] = row | {
        "name": "f",
        "expiresOn": None,
        "expiresInDays": "n/a",
        "policyDefinitionReferenceIds": [],
    }
    found = read({ASSIGNED: NODE, EXEMPT: {"$schema": "https://x", "exemptions": [row, unlimited]}})
    assert (found.refused, found.passed_over) == ((), ())
    first, second = (each["properties"] for each in found.rulebook.exemptions.values())
    assert (first["policyAssignmentId"], first["expiresOn"]) == (assignment, "2027-05-01T00:00:00Z")
    assert "expiresOn" not in second


def test_an_exemption_of_what_nobody_assigns_is_passed_over_as_epac_does(read: Read) -> None:
    found = read({EXEMPT: {"exemptions": [ROW]}})
    assert (found.refused, found.rulebook.exemptions) == ((), {})
    assert [each.path for each in found.passed_over] == ["$.exemptions[0].policyDefinitionName"]


def test_rows_of_a_csv_say_what_rows_of_json_do(read: Read) -> None:
    table = (
        "name,displayName,exemptionCategory,expiresOn,scopes,assignmentReferenceId,metadata\n"
        f'e,E,Waiver,2027-01-31,:{GROUP},policyDefinitions/one,"{{""ticket"": 7}}"\n,,,,,,\n'
    )
    written = {key: value for key, value in ROW.items() if key != "scope"} | {
        "expiresOn": "2027-01-31", "scopes": [f":{GROUP}"], "metadata": {"ticket": 7}
    }  # fmt: skip
    by_table = read({ASSIGNED: NODE, "policyExemptions/tenant/e.csv": table})
    by_json = read({ASSIGNED: NODE, EXEMPT: {"exemptions": [written]}})
    assert (by_table.refused, by_json.refused) == ((), ())
    assert by_table.rulebook.exemptions == by_json.rulebook.exemptions != {}


MEMBERS = [
    {"policyDefinitionReferenceId": "own", "policyDefinitionName": "one"},
    {"policyDefinitionReferenceId": "keyless", "policyDefinitionId": BUILT_IN},
]
SHEET = "policyAssignments/effects.csv"
KEYLESS = BUILT_IN.rpartition("/")[2]
ODD = "17k78e20-9358-41c9-923c-fb736d382a12"
"""A built-in of Azure's, in every sheet of its security benchmark: a GUID that isn't one."""


@pytest.mark.parametrize(
    ("rows", "refused", "passed_over"),
    [
        ("one,,Deny,\n" + f"{KEYLESS},,Deny,\n", [], []),
        ("one,,Deny,\n", [], ["line 1"]),
        ("one,,Deny,\n" + f"{KEYLESS},,Deny,\n" + "other,,Deny,\n", [], ["line 4"]),
        ("one,,Deny,\n" + f"{KEYLESS},,Deny,\n" + "oen,,Deny,\n", ["line 4"], []),
        ("one,,Deny,\none,,Audit,\n" + f"{KEYLESS},,Deny,\n", ["line 3"], []),
        ("one,,Deny,\n" + f"{KEYLESS},,Deny,\n" + f"{ODD},,Deny,\n", [], ["line 4"]),
    ],
    ids=["whole", "a member without a row", "a row that no set needs", "a misspelt name", "a row twice", "an odd GUID"],
)
def test_a_sheet_and_its_policy_set_fit(read: Read, rows: str, refused: list[str], passed_over: list[str]) -> None:
    """A misspelt name would leave a policy with the effect that somebody meant to change."""
    found = read(
        {
            "policyDefinitions/other.json": definition("other"),
            "policySetDefinitions/s.json": {"name": "s", "properties": {"policyDefinitions": MEMBERS}},
            ASSIGNED: NODE
            | {"definitionEntry": {"policySetName": "s"}, "parameterFile": "effects.csv", "parameterSelector": "prod"},
            SHEET: f"name,referencePath,prodEffect,prodParameters\n{rows}",
        }
    )
    assert [each.where for each in found.refused] == [f"{SHEET}: {place}" for place in refused]
    assert [each.path for each in found.passed_over] == passed_over


def test_a_branch_of_another_environment_or_cloud_says_nothing(read: Read) -> None:
    other = NODE | {"scope": {"epac-dev": [ROOT]}}
    china = NODE | {"epacCloudEnvironments": ["AzureChinaCloud"]}
    assert read({ASSIGNED: other, "policyAssignments/b.json": china}).rulebook.assignments == {}


def test_a_built_in_is_named_by_a_guid_that_is_none(read: Read) -> None:
    found = read({ASSIGNED: NODE | {"definitionEntry": {"policyName": ODD}}})
    assert found.refused == ()
    (assigned,) = found.rulebook.assignments.values()
    assert assigned["properties"]["policyDefinitionId"] == f"{BUILT_IN.rpartition('/')[0]}/{ODD}"


def test_entries_of_a_list_are_an_assignment_each(read: Read) -> None:
    entries = [
        {"policyName": "one", "assignment": {"append": True, "name": "-a", "displayName": " A"}},
        {"policyId": BUILT_IN, "assignment": {"name": "b-", "displayName": "B "}, "definitionVersion": "1.*.*"},
    ]
    listed = without("definitionEntry") | {
        "definitionEntryList": entries,
        "overrides": [{"policyId": BUILT_IN, "kind": "policyEffect", "value": "Deny"}],
    }
    found = read({ASSIGNED: listed})
    assert found.refused == ()
    assert {each["name"]: each["properties"].get("overrides") for each in found.rulebook.assignments.values()} == {
        "one-a": None,
        "b-one": [{"kind": "policyEffect", "value": "Deny"}],
    }


def test_a_name_that_epac_would_compare_with_the_assignment_is_refused(read: Read) -> None:
    """EPAC would drop the override in silence; whoever wrote it believes that it is in force."""
    entries = [
        {"policyName": "one", "assignment": {"name": "a", "displayName": "A"}},
        {"policyId": BUILT_IN, "assignment": {"name": "b", "displayName": "B"}},
    ]
    overrides = [{"policyName": "one", "kind": "policyEffect", "value": "Audit"}]
    found = read({ASSIGNED: without("definitionEntry") | {"definitionEntryList": entries, "overrides": overrides}})
    assert [each.where for each in found.refused] == [f"{ASSIGNED}: $.overrides[0].policyName"]
    assert found.refused[0].remedy == (f"say policyId: {ROOT}/providers/Microsoft.Authorization/policyDefinitions/one")


def test_what_changes_what_is_there_gets_an_identity(read: Read) -> None:
    details = {"roleDefinitionIds": ["/providers/Microsoft.Authorization/roleDefinitions/x"], "operations": []}
    changing = {
        "name": "two",
        "properties": {
            "displayName": "Two",
            "policyRule": {"if": {"field": "type", "equals": "x"}, "then": {"effect": "modify", "details": details}},
        },
    }
    files = {"policyDefinitions/two.json": changing, ASSIGNED: NODE | {"definitionEntry": {"policyName": "two"}}}
    assert [each.what for each in read(files).refused] == [
        "the definition needs an identity, and no managedIdentityLocations"
    ]
    (document,) = read(files, managedIdentityLocation={"*": "swedencentral"}).rulebook.assignments.values()
    assert (document["location"], document["identity"]) == ("swedencentral", {"type": "SystemAssigned"})


def test_settings_of_before_version_10_are_read(read: Read) -> None:
    settings = {"globalNotScopes": {"*": [SANDBOX]}, "managedIdentityLocations": {"tenant": "westeurope"}}
    found = read({ASSIGNED: NODE}, settings=settings)
    assert found.environment.location == "westeurope"
    assert properties(found.rulebook.assignments, "one")["notScopes"] == [SANDBOX]


def test_a_repository_that_says_nothing_is_an_empty_rulebook(read: Read) -> None:
    assert read({}).rulebook.assignments == Rulebook().assignments


WRONG_MEMBERS = {
    "policyDefinitions": [{"policyDefinitionName": "one", "policyDefinitionReferenceId": "one", "parameters": "x"}]
}


@pytest.mark.parametrize(
    ("file", "written", "place", "allowed"),
    [
        ("policyDefinitions/two.json", {"properties": {"parameters": "x"}}, "$.properties.parameters", "an object"),
        (
            "policyDefinitions/two.json",
            {"properties": {"parameters": {"a": None}}},
            "$.properties.parameters.a",
            "object",
        ),
        (
            "policyDefinitions/two.json",
            {"properties": {"policyRule": {"then": []}}},
            "$.properties.policyRule.then",
            "obj",
        ),
        (
            "policySetDefinitions/set.json",
            {"properties": WRONG_MEMBERS},
            "policyDefinitions[0].parameters",
            "an object",
        ),
        ("policyAssignments/a.json", {"nodeName": "/", "assignment": "x"}, "$.assignment", "an object"),
        ("policyAssignments/a.json", {"nodeName": "/", "enforcementMode": {}}, "$.enforcementMode", "a text"),
        (
            "policyAssignments/a.json",
            {"definitionEntry": {"assignment": 1}},
            "$.definitionEntry.assignment",
            "an object",
        ),
        ("policyAssignments/a.json", {"children": [{"children": 7}]}, "$.children[0].children", "an array"),
        ("policyExemptions/tenant/e.json", {"exemptions": [{"scopes": 7}]}, "$.exemptions[0].scopes", "an array"),
        ("policyExemptions/tenant/e.json", {"exemptions": [{"exemptionCategory": {}}]}, "exemptionCategory", "a text"),
    ],
)
def test_what_has_the_wrong_type_is_refused_at_its_place(read: Read, file: str, written: Any, place: str, allowed: str):
    """Found by `make torture`: whoever read it next took it for an object, and the command ended in a traceback."""
    if file.startswith("policy") and "Definitions" in file:
        written = {"name": "two", **written}
    (refused,) = read({file: written}).refused
    assert file in refused.where
    assert place in refused.where
    assert allowed in refused.allowed
