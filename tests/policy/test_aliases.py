"""Where a field stands: by a table as Azure writes it, by ARM's rows, or by habit, which says that it is one."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modelyard.arm.resource_types import rows
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language import paths
from modelyard.policy.language.aliases import Alias, Aliases, from_providers, from_rows, shipped, standard
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN, Unknown

ROOT = Path(__file__).parents[2]
PROVIDERS = [
    {
        "namespace": "Microsoft.Test",
        "resourceTypes": [
            {
                "resourceType": "things",
                "capabilities": "SupportsTags, SupportsLocation",
                "aliases": [
                    {
                        "name": "Microsoft.Test/things/tier",
                        "defaultPath": "properties.tier",
                        "defaultMetadata": {"attributes": "Modifiable"},
                        "paths": [{"path": "sku.tier", "apiVersions": ["2020-01-01"]}],
                    },
                    {"name": "Microsoft.Test/things/old", "paths": [{"path": "properties.old", "apiVersions": []}]},
                    {"name": "Microsoft.Test/things/fixed", "defaultPath": "properties.fixed",
                     "defaultMetadata": {"attributes": "None"}},
                ],
            },
            {"resourceType": "things/parts", "capabilities": "None", "aliases": []},
        ],
    }
]  # fmt: skip


def _read(name: str, document: dict[str, Any], aliases: Aliases | None = None, api_version: str | None = None) -> Any:
    request = {"apiVersion": api_version} if api_version else UNKNOWN
    fields = Fields(from_providers(PROVIDERS) if aliases is None else aliases)
    return EvaluatedResource(document, EvaluationContext(request=request)).find(fields.find(name))


def test_an_alias_may_move_between_api_versions() -> None:
    """A property that moved is read where the request's version has it."""
    document = {"type": "Microsoft.Test/things", "sku": {"tier": "old"}, "properties": {"tier": "new"}}
    assert _read("Microsoft.Test/things/tier", document, api_version="2020-01-01") == "old"
    assert _read("Microsoft.Test/things/tier", document, api_version="2024-01-01") == "new"
    assert _read("Microsoft.Test/things/tier", document) == "new"


def test_tables_say_what_modify_may_change() -> None:
    fields = Fields(from_providers({"value": PROVIDERS}))
    assert fields.find("microsoft.test/THINGS/tier").modifiable is True
    assert fields.find("Microsoft.Test/things/fixed").modifiable is False
    assert fields.find("Microsoft.Test/things/old").modifiable is None


def test_tables_say_which_types_are_indexed() -> None:
    table = from_providers(PROVIDERS[0]) | from_rows(rows())
    assert table.facts("microsoft.test/things").indexed is True
    assert table.facts("Microsoft.Test/things/parts").indexed is False
    assert table.facts("Microsoft.CognitiveServices/accounts").indexed is True
    assert table.facts("Microsoft.CognitiveServices/accounts/deployments").indexed is False
    assert table.facts("Microsoft.Resources/subscriptions/resourceGroups").indexed is False
    assert table.facts("Microsoft.Elsewhere/things").indexed is None


@pytest.mark.parametrize(
    "document",
    [
        5,
        [5],
        [{"namespace": "x"}],
        [{"namespace": "x", "resourceTypes": [{}]}],
        [{"namespace": "x", "resourceTypes": [{"resourceType": "y", "aliases": [{}]}]}],
    ],
)
def test_what_is_no_alias_table(document: Any) -> None:
    with pytest.raises(PolicyFailure, check=lambda failure: failure.code == "policy.aliases-unreadable"):
        from_providers(document)


@pytest.mark.parametrize(
    ("name", "place", "guessed"),
    [
        ("Microsoft.CognitiveServices/accounts/disableLocalAuth", "properties.disableLocalAuth", False),
        ("Microsoft.CognitiveServices/accounts/sku.name", "sku.name", False),
        ("Microsoft.CognitiveServices/accounts/identity.type", "identity.type", False),
        ("Microsoft.CognitiveServices/accounts/deployments/sku.capacity", "sku.capacity", False),
        ("Microsoft.CognitiveServices/accounts/deployments/model.name", "properties.model.name", False),
        ("Microsoft.CognitiveServices/accounts/networkAcls.ipRules[*].value",
         "properties.networkAcls.ipRules[*].value", False),
        ("Microsoft.Elsewhere/things/a.b", "a.b", True),
        ("tags['Created By']", "tags.Created By", False),
        ("tags.a.b", "tags.a.b", False),
        ("identity.type", "identity.type", False),
        ("identity.userAssignedIdentities", "identity.userAssignedIdentities", False),
        ("Microsoft.Network/virtualNetworks/subnets[*].networkSecurityGroup.id",
         "properties.subnets[*].properties.networkSecurityGroup.id", False),
        ("Microsoft.Insights/diagnosticSettings/logs.enabled", "properties.logs[*].enabled", False),
    ],
)  # fmt: skip
def test_places(strict: Fields, name: str, place: str, guessed: bool) -> None:
    """The row of a type says what stands beside properties; that is all there is to know about most aliases."""
    field = strict.find(name)
    assert (field.path, field.guessed) == (place, guessed)
    assert strict.find(name) is field, "one field, so that a resource looks it up once"


@pytest.mark.parametrize("name", ["colour", "properties.x", "identity", "sku.name", "", "[*]", "tags"])
def test_names_azure_does_not_take(strict: Fields, name: str) -> None:
    if name == "tags":
        assert strict.find(name).path == "tags"
        return
    with pytest.raises(ValueError, match="neither a field nor an alias"):
        strict.find(name)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("a.b", "a.b"),
        ("a['b.c'].d", "a.b.c.d"),
        ('a["b c"]', "a.b c"),
        ("a['it''s']", "a.it's"),
        ("a[0].b", "a[0].b"),
        ("a[*].b[*]", "a[*].b[*]"),
        ("[*]", "[*]"),
    ],
)
def test_paths(path: str, written: str) -> None:
    assert paths.text(paths.parse(path)) == written


@pytest.mark.parametrize("path", ["a..b", ".a", "a[", "a]b", "a.[]"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="can't be read as part of a path"):
        paths.parse(path)


def test_an_index_past_the_end_is_missing() -> None:
    fields = Fields(Aliases(), raw=True)
    resource = EvaluatedResource({"list": [{"a": 1}]})
    assert resource.find(fields.find("list[0].a")) == 1
    assert resource.find(fields.find("list[3].a")) is None
    assert resource.find(fields.find("list.a")) is None
    assert resource.find(fields.find("list[0].a.b")) is None


def test_an_alias_that_its_table_does_not_have_is_none() -> None:
    """Where the table has a type's aliases a misspelt one is refused, as Azure does; cases may still use it."""
    table = Aliases([Alias("Microsoft.Test/things/size", "properties.size")])
    assert Fields(table).find("Microsoft.Test/Things/Size").path == "properties.size"
    assert Fields(table).find("Microsoft.Test/others/size").guessed
    assert Fields(table, raw=True).find("Microsoft.Test/things/sise").guessed
    with pytest.raises(ValueError, match="is no alias of Microsoft"):
        Fields(table).find("Microsoft.Test/things/sise")


ODD = {
    # Aliases of members of lists, without the `[*]` that all others have.
    "Microsoft.Insights/diagnosticSettings/logs.enabled",
    "Microsoft.Insights/diagnosticSettings/metrics.enabled",
    # `sku` of an assignment went out of ARM's types with 2019-09-01.
    *(f"Microsoft.Authorization/policyAssignments/sku{end}" for end in ("", ".name", ".tier")),
}


def test_the_aliases_of_the_tables_types_follow_from_their_rows() -> None:
    """The rows fill what the table lacks, which is safe as long as they differ nowhere but here."""
    types = {row.type.lower() for row in rows()}
    listed = [alias for kind in types for alias in shipped(kind.partition("/")[0]).of_type(kind).values()]
    assert len(listed) > 300
    fields = Fields(from_rows(rows()))
    # Members of lists may have `properties` of their own, where they are found without it being said.
    places = {each.name: each.path.replace("[*].properties.", "[*].").lower() for each in listed}
    found = {alias: fields.find(alias).path.lower() for alias in places}
    assert {alias.lower() for alias, path in found.items() if path != places[alias]} == {each.lower() for each in ODD}


@pytest.mark.parametrize(
    ("kind", "image", "publisher"),
    [
        ("Microsoft.Compute/virtualMachines", {"storageProfile": {"imageReference": {"publisher": "Canonical"}}},
         "Canonical"),
        ("Microsoft.Compute/virtualMachineScaleSets",
         {"virtualMachineProfile": {"storageProfile": {"imageReference": {"publisher": "Canonical"}}}}, "Canonical"),
        ("Microsoft.Compute/virtualMachineScaleSets", {"storageProfile": {"imageReference": {"publisher": "x"}}}, None),
        ("Microsoft.Storage/storageAccounts", {"storageProfile": {"imageReference": {"publisher": "x"}}}, None),
    ],
)  # fmt: skip
def test_an_alias_may_have_a_place_for_each_type(
    strict: Fields, kind: str, image: dict[str, Any], publisher: str | None
) -> None:
    """553 built-ins hang on names such as this one, which begins with no type."""
    found = strict.find("Microsoft.Compute/imagePublisher")
    assert EvaluatedResource({"type": kind, "properties": image}).find(found) == publisher


def test_of_a_type_nobody_knows_yet_such_an_alias_is_unknown(strict: Fields) -> None:
    resource = EvaluatedResource({"type": UNKNOWN, "properties": {}})
    assert isinstance(resource.find(strict.find("Microsoft.Compute/imagePublisher")), Unknown)
    without = EvaluatedResource({"properties": {"storageProfile": {"imageReference": {"publisher": "Canonical"}}}})
    found = {without.find(strict.find("Microsoft.Compute/imagePublisher"))}
    assert found <= {"Canonical", None}, "a document without a type is read as one of the types"


def test_aliases_of_a_given_table_belong_to_the_type_they_stand_under() -> None:
    """`az provider list` writes the alias at each of its types."""
    table = from_providers(
        [
            {
                "namespace": "Microsoft.Test",
                "resourceTypes": [
                    {"resourceType": "a", "aliases": [{"name": "Microsoft.Test/size", "defaultPath": "properties.a"}]},
                    {"resourceType": "b", "aliases": [{"name": "Microsoft.Test/size", "defaultPath": "b"}]},
                ],
            }
        ]
    )
    document = {"properties": {"a": "in a"}, "b": "in b"}
    assert _read("Microsoft.Test/size", {"type": "Microsoft.Test/a", **document}, table) == "in a"
    assert _read("microsoft.test/SIZE", {"type": "Microsoft.Test/b", **document}, table) == "in b"
    assert _read("Microsoft.Test/size", {"type": "Microsoft.Test/c", **document}, table) is None


def test_a_given_table_wins_over_the_one_that_comes_along() -> None:
    name = "Microsoft.CognitiveServices/accounts/disableLocalAuth"
    assert Fields(standard()).find(name).path == "properties.disableLocalAuth"
    assert Fields(standard() | Aliases([Alias(name, "properties.moved")])).find(name).path == "properties.moved"


def test_an_alias_newer_than_the_table_goes_by_its_type(strict: Fields) -> None:
    """Azure has got new ones since the table was made, so one it doesn't have isn't refused."""
    kind = "Microsoft.MachineLearningServices/workspaces/jobs"
    assert strict.aliases.dated(kind)
    assert not strict.aliases.dated("Microsoft.Sql/servers/auditingSettings"), "of it, odd aliases alone are here"
    assert strict.find(f"{kind}/ofNextYear").path == "properties.ofNextYear"
    assert strict.find("Microsoft.Compute/virtualMachines/zones").path == "zones"
    assert strict.find("Microsoft.Compute/virtualMachines/zones.ofNextYear").path == "zones.ofNextYear"


@pytest.mark.parametrize(
    "name", ["Microsoft.CognitiveServices/accounts/[*]", "accounts/[*]", "Microsoft.X/", "a/['b']"]
)
def test_what_is_no_alias(strict: Fields, name: str) -> None:
    with pytest.raises(ValueError, match="neither a field nor an alias"):
        strict.find(name)


def test_a_tag_without_a_name_is_missing(strict: Fields) -> None:
    """`[concat('tags[', parameters('t'), ']')]` where the parameter is empty, as in 16 built-ins."""
    resource = EvaluatedResource({"tags": {"a": "1"}})
    for name in ("tags[]", "tags['']", "tags."):
        assert resource.find(strict.find(name)) is None


def test_an_alias_may_begin_with_the_shape_that_its_member_is_of() -> None:
    fields = Fields(from_rows(rows()))
    kind = "Microsoft.CognitiveServices/accounts/connections"
    assert fields.find(f"{kind}/ApiKey.credentials.key").path == "properties.credentials.key"
    assert fields.find(f"{kind}/metadata.ApiType").path == "properties.metadata.ApiType"


def test_a_check_reads_no_alias() -> None:
    """It runs on every save, and evaluates no policy."""
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from modelyard import Project, operations\n"
        "from modelyard.operations.context import OperationContext\n"
        f"operations.check(Project.find(Path({str(ROOT)!r})), 'dev', OperationContext(environment={{**os.environ}}))\n"
        "assert 'modelyard.policy.language.aliases' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
