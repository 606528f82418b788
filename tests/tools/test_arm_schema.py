"""The file of ARM's types against what makes it: the provider, the sandbox and the stack file all stand on it."""

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from tools.arm_schema.__main__ import generate
from tools.arm_schema.arm_types import ArmTypes
from tools.arm_schema.azure_native import Native
from tools.arm_schema.candidates import CANDIDATES
from tools.arm_schema.entry import Unplaceable, entry, path, url_parameters
from tools.arm_schema.text import render

from modelyard.arm import schema
from modelyard.arm.resource_types import ResourceType, own, rows

TEXT = schema.PATH.read_text(encoding="utf-8")
ENTRIES: dict[str, Any] = json.loads(TEXT)


def test_the_file_is_what_the_tool_makes_of_azure_natives_classes(tmp_path: Path) -> None:
    """Without ARM's types their part is taken as it stands, and azure-native must agree with it member by member."""
    assert render(generate(ArmTypes(tmp_path), ENTRIES)) == TEXT, "run: python -m tools.arm_schema --types FOLDER"


def test_the_file_is_what_the_tool_makes_of_both_sources(shared: Path) -> None:
    assert render(generate(ArmTypes(shared / "azure" / "types"), {})) == TEXT, "run: python -m tools.arm_schema"


def test_it_has_the_tables_types_and_the_candidates() -> None:
    assert set(ENTRIES) == {row.token for row in own()} | set(CANDIDATES)
    assert {row.token: row.type for row in rows()} == {row.token: ENTRIES[row.token]["type"] for row in rows()}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.token)
def test_an_entry_is_found_without_reading_the_others(row: ResourceType) -> None:
    assert row.schema.entry == ENTRIES[row.token]
    assert f"Uses Azure REST API version {row.api_version}." in inspect.getsource(Native(row.token).resource)


def test_a_type_that_the_file_lacks_is_named_with_what_to_do() -> None:
    with pytest.raises(schema.SchemaMissing, match=r"azure-native:compute:Disk.*tools\.arm_schema"):
        schema.of("azure-native:compute:Disk")


def test_one_member_a_line() -> None:
    """A renewed package shows as lines that say which member changed."""
    assert '\n   "sku": {' in TEXT, "a member with members of its own"
    assert '\n    "credentials": ' not in TEXT
    for line in TEXT.splitlines():
        assert line.count('"description": "') <= 1, line


def test_a_member_that_only_one_source_has_is_refused() -> None:
    """A component of Application Insights is `Application_Type` in ARM and `applicationType` in azure-native."""
    token, arm_type = "azure-native:applicationinsights:Component", "Microsoft.Insights/components"
    properties = {"type": "object", "properties": {"Application_Type": {"type": "string"}}}
    kept = {"source": "ARM", "scopes": [], "name": {}, "body": {"properties": {"kind": {}, "properties": properties}}}
    with pytest.raises(Unplaceable, match=r"Component: .*`renamed`"):
        entry(token, arm_type, ArmTypes(Path("nowhere")), {}, kept)


PATHS = [
    ("monitor:DiagnosticSetting", "Microsoft.Insights/diagnosticSettings", {"eventHubName"}, ("resourceUri", "name")),
    ("authorization:ManagementLockByScope", "Microsoft.Authorization/locks", {"level"}, ("scope", "lockName")),
    (
        "cognitiveservices:ProjectConnection",
        "Microsoft.CognitiveServices/accounts/projects/connections",
        set(),
        ("resourceGroupName", "accountName", "projectName", "connectionName"),
    ),
    (
        "managedidentity:FederatedIdentityCredential",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        {"audiences", "issuer", "subject"},
        ("resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"),
    ),
    # A member of another type has a class `ActionGroupArgs` too.
    ("monitor:ActionGroup", "Microsoft.Insights/actionGroups", set(), ("resourceGroupName", "actionGroupName")),
]


@pytest.mark.parametrize(("token", "arm_type", "in_body", "parameters"), PATHS, ids=[each[0] for each in PATHS])
def test_the_inputs_that_are_url_parameters(token: str, arm_type: str, in_body: set[str], parameters: Any) -> None:
    assert url_parameters(Native(f"azure-native:{token}"), arm_type, in_body) == parameters
    template = path(arm_type, parameters)
    assert template.endswith(f"/{{{parameters[-1]}}}")
    assert all(f"{{{name}}}" in template for name in parameters)


@pytest.mark.parametrize("kind", ["AccountConnection", "ProjectConnection"])
def test_azure_native_has_a_class_for_each_variant(kind: str) -> None:
    """ARM tells the kinds of connection by `authType`; a member of one that azure-native lacks could not be
    declared."""
    token = f"azure-native:cognitiveservices:{kind}"
    form, classes = schema.of(token).properties, Native(token).members(())["properties"]["properties"]["oneOf"]
    common = {name for name, member in form["properties"].items() if "readOnly" not in member}
    ours = {frozenset({*common, *variant["properties"]}) for variant in form["oneOf"]}
    assert len(form["oneOf"]) == len(classes)
    assert ours == {frozenset(each["properties"]) for each in classes}
