"""What is written for EPAC says the same when it is read: a team may leave, or come, without losing a policy."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.epac import jsonc, reader, repository_files, writer
from modelyard.epac.definition_index import DefinitionIndex
from modelyard.epac.environment import Environment
from modelyard.epac.portable_documents import plain, root_scope
from modelyard.epac.reader import Repository
from modelyard.epac.rebase import moved
from modelyard.epac.repository import RepositorySource
from modelyard.files import below
from modelyard.policy.evaluation.policy_documents import Rulebook

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
PROVIDER = "/providers/Microsoft.Authorization"
PARTS = ("definitions", "initiatives", "assignments", "exemptions", "enrollments")


def written(book: Rulebook, environment: Environment) -> tuple[list[Mapping[str, Any]], dict[str, str]]:
    """The documents as they can be stated, and the files."""
    known = DefinitionIndex(RepositorySource({}), environment, (*book.definitions.values(), *book.initiatives.values()))
    documents, refused = plain(book, known)
    assert refused == ()
    files = writer.files(documents, environment, "a test")
    return documents, {"global-settings.jsonc": writer.settings(environment, "us", "")} | files


def read_back(files: Mapping[str, str], selector: str) -> dict[str, Mapping[str, Any]]:
    found = reader.read(files, selector, "written")
    assert (found.refused, found.passed_over) == ((), ())
    return {str(each["id"]): each for part in PARTS for each in getattr(found.rulebook, part).values()}


def test_the_example_survives(example: Repository) -> None:
    documents, files = written(example.rulebook, example.environment)
    found = read_back(files, "tenant")
    assert found == {str(each["id"]): each for each in documents}
    assert found == {str(each["id"]): each for part in PARTS for each in getattr(example.rulebook, part).values()}, (
        "nothing of it had to be left out"
    )


NAMES = st.text("abcXYZ019-_ .", min_size=1, max_size=12).map(lambda text: f"n{text}n")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
SCOPES = st.sampled_from([SUBSCRIPTION, f"{SUBSCRIPTION}/resourceGroups/rg-a", f"{SUBSCRIPTION}/resourceGroups/RG-b"])
VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | TEXTS, lambda inner: st.lists(inner, max_size=2), max_leaves=4
)
SELECTORS = st.just([{"name": "near", "selectors": [{"kind": "resourceLocation", "in": ["swedencentral"]}]}])


def some(required: Mapping[str, Any], optional: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(required), optional=dict(optional))


@st.composite
def books(draw: st.DrawFn) -> Rulebook:
    """Rulebooks as Azure would hold them."""
    texts = {"description": TEXTS, "metadata": st.dictionaries(NAMES, VALUES, min_size=1, max_size=2)}
    documents: list[dict[str, Any]] = []
    named = st.lists(NAMES, min_size=1, max_size=3, unique_by=str.lower)
    custom = []
    for name in draw(named):
        custom.append(f"{SUBSCRIPTION}{PROVIDER}/policyDefinitions/{name}")
        rule = {"if": {"field": "type", "equals": draw(TEXTS)}, "then": {"effect": "audit"}}
        parameters = {"p": {"type": "Object"}, "effect": {"type": "String", "defaultValue": "Audit"}}
        body = draw(some({"displayName": TEXTS, "mode": st.just("All"), "policyRule": st.just(rule)}, texts))
        properties = {**body, "parameters": parameters, "policyType": "Custom"}
        documents.append({"id": custom[-1], "type": "Microsoft.Authorization/policyDefinitions", "name": name,
                          "properties": properties})  # fmt: skip
    members = [{"policyDefinitionReferenceId": f"r{at}", "policyDefinitionId": id_, "groupNames": ["g"]}
               for at, id_ in enumerate((*custom, BUILT_IN))]  # fmt: skip
    initiative = f"{SUBSCRIPTION}{PROVIDER}/policySetDefinitions/{draw(NAMES)}"
    body = draw(some({"displayName": TEXTS}, texts))
    documents.append({"id": initiative, "type": "Microsoft.Authorization/policySetDefinitions",
                      "name": initiative.rpartition("/")[2],
                      "properties": {**body, "parameters": {"p": {"type": "Object"}}, "policyDefinitions": members,
                                     "policyDefinitionGroups": [{"name": "g"}]}})  # fmt: skip
    for name in draw(named):
        assigned = draw(st.sampled_from([*custom, initiative, BUILT_IN]))
        at = draw(SCOPES)
        more = texts | {
            "resourceSelectors": SELECTORS,
            "nonComplianceMessages": st.lists(TEXTS, min_size=1, max_size=2).map(
                lambda found: [{"message": each} for each in found]
            ),
            "enforcementMode": st.sampled_from(["Default", "DoNotEnforce", "Enroll"]),
            "displayName": TEXTS,
            "definitionVersion": st.just("1.*.*"),
        }
        if assigned != BUILT_IN:
            more["parameters"] = VALUES.map(lambda value: {"p": {"value": value}})
        if assigned == initiative:
            override = {"kind": "policyEffect", "value": "Disabled",
                        "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["r0"]}]}  # fmt: skip
            more["overrides"] = st.just([override])
        if at == SUBSCRIPTION:
            more["notScopes"] = st.just([f"{SUBSCRIPTION}/resourceGroups/rg-c"])
        id_ = f"{at}{PROVIDER}/policyAssignments/{name}"
        properties = {"policyDefinitionId": assigned, "scope": at} | draw(some({}, more))
        documents.append({"id": id_, "type": "Microsoft.Authorization/policyAssignments", "name": name,
                          "properties": properties})  # fmt: skip
        if draw(st.booleans()):
            ends = {"expiresOn": st.just("2027-05-01T00:00:00Z"), "displayName": TEXTS, "resourceSelectors": SELECTORS}
            exempt = {"exemptionCategory": st.sampled_from(["Waiver", "Mitigated"]), "policyAssignmentId": st.just(id_)}
            documents.append({"id": f"{at}{PROVIDER}/policyExemptions/{name}", "name": name,
                              "type": "Microsoft.Authorization/policyExemptions",
                              "properties": draw(some(exempt, texts | ends))})  # fmt: skip
        if draw(st.booleans()):
            of = {"displayName": TEXTS, "resourceSelectors": SELECTORS}
            documents.append({"id": f"{at}{PROVIDER}/policyEnrollments/{name}", "name": name,
                              "type": "Microsoft.Authorization/policyEnrollments",
                              "properties": draw(some({"policyAssignmentId": st.just(id_)}, texts | of))})  # fmt: skip
    return Rulebook.of(documents, "Azure")


@settings(max_examples=60, deadline=None)
@given(books())
def test_what_is_written_is_read_again(book: Rulebook) -> None:
    environment = Environment("tenant", SUBSCRIPTION, location="swedencentral")
    documents, files = written(book, environment)
    assert read_back(files, "tenant") == {str(each["id"]): each for each in documents}
    again, texts = written(reader.read(files, "tenant", "written").rulebook, environment)
    assert {str(each["id"]) for each in again} == {str(each["id"]) for each in documents}
    assert texts == files, "a second run changes nothing"


def test_files_point_to_the_schemas_of_epac(example: Repository, tmp_path: Path) -> None:
    _, files = written(example.rulebook, example.environment)
    assert {path: jsonc.loads(text)["$schema"].rpartition("/")[2] for path, text in files.items()} == {
        "global-settings.jsonc": "global-settings-schema.json",
        "policyDefinitions/Cognitive-Services/deny-deployment-skus.jsonc": "policy-definition-schema.json",
        "policyDefinitions/Tags/require-tag-on-accounts.jsonc": "policy-definition-schema.json",
        "policySetDefinitions/Cognitive-Services/ai-guardrails.jsonc": "policy-set-definition-schema.json",
        "policyAssignments/contoso-sandbox/ai-dev.jsonc": "policy-assignment-schema.json",
        "policyAssignments/contoso-online/ai-prod.jsonc": "policy-assignment-schema.json",
        "policyExemptions/tenant/rg-translation/translation-until-may-ai-dev.jsonc": "policy-exemption-schema.json",
        "policyExemptions/tenant/rg-translation/translation-until-may-ai-prod.jsonc": "policy-exemption-schema.json",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert repository_files.files(tmp_path) == files


def test_epac_deletes_nothing_of_others_in_a_repository_that_begins_here() -> None:
    """Its usual strategy deletes every policy that isn't in the repository."""
    text = writer.settings(Environment("tenant", SUBSCRIPTION), "us", "")
    assert jsonc.loads(text)["pacEnvironments"][0]["desiredState"]["strategy"] == "ownedOnly"


def assignment(at: str = SUBSCRIPTION, **properties: Any) -> dict[str, Any]:
    return {"id": f"{at}{PROVIDER}/policyAssignments/a", "type": "Microsoft.Authorization/policyAssignments",
            "properties": {"policyDefinitionId": BUILT_IN} | properties}  # fmt: skip


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (assignment("/subscriptions/22222222-2222-4222-8222-222222222222"), "id"),
        (assignment(enforcementMode="Sometimes"), "properties.enforcementMode"),
        (assignment(selfServeExemptionSettings={"enabled": True}), "properties.selfServeExemptionSettings"),
        (assignment(overrides=[{"kind": "policyEffect", "value": "Audit", "selectors": [{"kind": "resourceType"}]}]),
         "properties.overrides[0].selectors"),
    ],
)  # fmt: skip
def test_what_epac_has_no_place_for_is_refused_by_name_and_place(document: dict[str, Any], place: str) -> None:
    known = DefinitionIndex(RepositorySource({}), Environment("tenant", SUBSCRIPTION), ())
    _, refused = plain(Rulebook.of([document], "Azure"), known)
    assert [each.where for each in refused] == [f"{document['id']}: {place}"]


def test_definitions_go_to_the_root_scope_with_all_that_names_them(example: Repository) -> None:
    book, away = moved(example.rulebook, Environment("tenant", SUBSCRIPTION))
    assert len(away) == 3
    text = json.dumps([dict(getattr(book, part)) for part in ("definitions", "initiatives", "assignments")])
    assert "contoso/providers/Microsoft.Authorization/policyDefinitions" not in text
    assert f"{SUBSCRIPTION}{PROVIDER}/policySetDefinitions/ai-guardrails" in text
    assert moved(book, Environment("tenant", SUBSCRIPTION)) == (book, ())


def test_the_root_scope_is_where_the_definitions_stand(example: Repository) -> None:
    assert root_scope(example.rulebook) == example.environment.root_scope
    at = f"{SUBSCRIPTION}/resourceGroups/rg-a"
    assert root_scope(Rulebook.of([assignment(at)], "Azure")) == SUBSCRIPTION, "where there are none, one is chosen"
    assert root_scope(Rulebook()) == ""


@given(st.text(max_size=30), st.text(max_size=30))
def test_names_of_policies_lead_nowhere_else(name: str, category: str) -> None:
    """Name and category are another team's words; the files they name lie where those of their kind lie."""
    document = {
        "id": f"{SUBSCRIPTION}{PROVIDER}/policyDefinitions/{name}",
        "name": name,
        "type": "Microsoft.Authorization/policyDefinitions",
        "properties": {"metadata": {"category": category}, "policyRule": {}},
    }
    (path,) = writer.files([document], Environment("tenant", SUBSCRIPTION), "a test")
    assert below(Path("/no/such/folder"), path).parts[4] == "policyDefinitions"
    assert len(path.split("/")) == 3
