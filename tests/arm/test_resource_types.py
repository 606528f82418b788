"""The table against its sources. A row that wanders off from azure-native or from Azure would be wrong everywhere at
once: in the provider, the sandbox, drift, recovery and the policy aliases.
"""

import importlib
import inspect
import itertools
import re
import typing
from typing import Any

import pytest
from azure.mgmt.authorization.v2022_04_01 import models as authorization_models
from azure.mgmt.authorization.v2022_04_01 import operations as authorization_operations
from azure.mgmt.cognitiveservices import models as account_models
from azure.mgmt.cognitiveservices import operations as account_operations
from hypothesis import given
from hypothesis import strategies as st
from pulumi import _types as pulumi_types

from modelyard.arm import resource_types
from modelyard.arm.resource_types import Invoke, ResourceType

ROWS = resource_types.rows()
IDENTITY = {"id", "name", "type", "azureApiVersion"}

# The models of Azure's own clients for the rows that have one, and the operations that hold the paths.
MODELS = {
    "Microsoft.CognitiveServices/accounts": (account_models, "Account"),
    "Microsoft.CognitiveServices/accounts/deployments": (account_models, "Deployment"),
    "Microsoft.CognitiveServices/accounts/raiPolicies": (account_models, "RaiPolicy"),
    "Microsoft.CognitiveServices/accounts/raiBlocklists": (account_models, "RaiBlocklist"),
    "Microsoft.CognitiveServices/accounts/raiBlocklists/raiBlocklistItems": (account_models, "RaiBlocklistItem"),
    "Microsoft.Authorization/roleAssignments": (authorization_models, "RoleAssignment"),
    "Microsoft.Authorization/roleDefinitions": (authorization_models, "RoleDefinition"),
}
OPERATIONS = {
    "Microsoft.CognitiveServices/accounts": account_operations.AccountsOperations,
    "Microsoft.CognitiveServices/accounts/deployments": account_operations.DeploymentsOperations,
    "Microsoft.CognitiveServices/accounts/raiPolicies": account_operations.RaiPoliciesOperations,
    "Microsoft.CognitiveServices/accounts/raiBlocklists": account_operations.RaiBlocklistsOperations,
    "Microsoft.CognitiveServices/accounts/raiBlocklists/raiBlocklistItems": (
        account_operations.RaiBlocklistItemsOperations
    ),
    "Microsoft.Authorization/roleAssignments": authorization_operations.RoleAssignmentsOperations,
    "Microsoft.Authorization/roleDefinitions": authorization_operations.RoleDefinitionsOperations,
}

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.type)
rows_with_a_model = pytest.mark.parametrize("row", [r for r in ROWS if r.type in MODELS], ids=lambda row: row.type)


def pulumi_class(row: ResourceType, suffix: str = "") -> Any:
    _, module, name = row.token.split(":")
    return getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name + suffix)


def members(cls: Any, read: Any, prefix: str = "") -> dict[str, Any]:
    """Every place in an azure-native class and the classes of its members, with the type there."""
    found: dict[str, Any] = {}
    for name, kind in read(cls).items():
        found[prefix + name] = kind
        for variant in typing.get_args(kind) if typing.get_origin(kind) is typing.Union else ():
            if pulumi_types.is_input_type(variant):
                found |= members(variant, pulumi_types.input_type_types, f"{prefix}{name}.")
        if pulumi_types.is_input_type(kind):
            found |= members(kind, pulumi_types.input_type_types, f"{prefix}{name}.")
        elif pulumi_types.is_output_type(kind):
            found |= members(kind, pulumi_types.output_type_types, f"{prefix}{name}.")
    return found


def arm_place(row: ResourceType, place: str) -> str:
    head = place.partition(".")[0]
    arms = {pulumis: place for place, pulumis in row.renamed}
    if place in arms:
        return arms[place]
    if row.nested or head in row.parameters or head in row.envelope | IDENTITY or head in {"systemData", "etag"}:
        return place
    return f"properties.{place}"


def inputs(row: ResourceType) -> dict[str, Any]:
    found = members(pulumi_class(row, "Args"), pulumi_types.input_type_types)
    return {arm_place(row, place): kind for place, kind in found.items() if place not in row.parameters}


def outputs(row: ResourceType) -> dict[str, Any]:
    found = members(pulumi_class(row), pulumi_types.resource_types)
    # A URL parameter that comes back is no input there: only the server writes it into the reply.
    places = {place if place in IDENTITY else arm_place(row, place): kind for place, kind in found.items()}
    moved = set(row.parameters) - IDENTITY
    return {f"properties.{place}" if place in moved else place: kind for place, kind in places.items()}


def topmost(places: set[str]) -> set[str]:
    return {place for place in places if not any(place.startswith(f"{other}.") for other in places)}


@every_row
def test_every_input_is_a_url_parameter_or_has_its_place_in_the_body(row: ResourceType) -> None:
    names = set(pulumi_types.input_type_types(pulumi_class(row, "Args")))
    assert set(row.parameters) <= names, "a URL parameter that no program can state"
    rest = names - set(row.parameters)
    assert row.envelope <= rest
    if row.nested:
        assert rest - row.envelope <= {"properties"}, "an input that would get lost on its way to ARM"
    else:
        assert "properties" not in rest


@every_row
def test_read_only_is_what_comes_out_and_can_not_go_in(row: ResourceType) -> None:
    # Half of the rows have it from ARM's types: that azure-native's classes agree is worth more than either alone.
    # `properties` itself is an envelope: what is in it counts.
    no_inputs = {place for place in outputs(row) if place not in inputs(row)} - IDENTITY - {"properties"}
    in_sets = {place for place in no_inputs if any(place.startswith(f"{known}.") for known in row.string_sets)}
    assert topmost(no_inputs - in_sets) == {place for place in row.read_only if not untyped(row, place)}


@every_row
def test_every_other_place_is_an_input(row: ResourceType) -> None:
    known = set(inputs(row))
    assert row.server_filled <= known
    assert row.replace_on <= known
    assert row.string_sets <= known
    assert row.needed <= known
    assert row.not_returned <= known
    never_back = known - set(outputs(row)) - hidden_below(row, known)
    assert row.write_only - row.secret == {place for place in never_back if not untyped(row, place)}
    assert {place for place in row.required if not untyped(row, place)} <= known


def hidden_below(row: ResourceType, known: set[str]) -> set[str]:
    """Inputs below a place whose outputs have another shape, which says nothing about them."""
    return {place for place in known if any(place.startswith(f"{one}.") for one in row.string_sets)}


def untyped(row: ResourceType, place: str) -> bool:
    """Whether azure-native says nothing of what comes out there: a connection's `properties` have a shape for each
    kind."""
    results = outputs(row)
    return any(results.get(above) is Any for above in itertools.accumulate(place.split("."), "{}.{}".format))


@every_row
def test_what_is_secret_never_comes_back(row: ResourceType) -> None:
    assert all(any(place == one or place.startswith(f"{one}.") for one in row.write_only) for place in row.secret)


def test_credentials_are_secret_as_a_whole() -> None:
    # ARM marks the key of an ApiKey connection, but not the keys of a CustomKeys connection.
    for kind in ("AccountConnection", "ProjectConnection"):
        assert resource_types.by_token()[f"azure-native:cognitiveservices:{kind}"].secret == {"properties.credentials"}


@rows_with_a_model
def test_azures_own_client_agrees_on_what_only_the_server_writes(row: ResourceType) -> None:
    module, name = MODELS[row.type]
    # azure-native is generated from the newer specification, where a role assignment has systemData as all others do.
    newer = set() if "system_data" in getattr(module, name)._attribute_map else {"systemData"}
    assert topmost(model_read_only(module, name)) - {"id", "name", "type"} == row.read_only - newer


def model_read_only(module: Any, name: str, prefix: str = "") -> set[str]:
    model = getattr(module, name)
    found = set()
    for attribute, description in model._attribute_map.items():
        place = prefix + description["key"].replace("\\.", ".")
        if model._validation.get(attribute, {}).get("readonly"):
            found.add(place)
        elif inspect.isclass(kind := getattr(module, description["type"], None)) and hasattr(kind, "_attribute_map"):
            found |= model_read_only(module, description["type"], f"{place}.")
    return found


@rows_with_a_model
def test_azures_own_client_uses_the_same_path(row: ResourceType) -> None:
    source = inspect.getsource(inspect.getmodule(OPERATIONS[row.type]))  # type: ignore[arg-type]
    assert row.path in re.sub(r'"\s*\n\s*(# .*\n\s*)?"', "", source)


@pytest.mark.parametrize("invoke", resource_types.invokes().values(), ids=lambda invoke: invoke.token)
def test_an_invoke_takes_what_its_path_needs_and_returns_its_secrets(invoke: Invoke) -> None:
    _, module, name = invoke.token.split(":")
    function = getattr(
        importlib.import_module(f"pulumi_azure_native.{module}"), re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    )
    taken = {re.sub(r"_(\w)", lambda m: m[1].upper(), p) for p in inspect.signature(function).parameters} - {"opts"}
    assert taken == set(resource_types.PARAMETER.findall(invoke.path)) - {"subscriptionId"}
    result = inspect.signature(function).return_annotation
    assert invoke.secret <= set(dir(result)), "a secret that is never returned hides nothing"
    assert f"Uses Azure REST API version {invoke.api_version}." in (function.__doc__ or "")


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


@every_row
@given(data=st.data())
def test_an_id_gives_back_the_parameters_it_was_made_of(row: ResourceType, data: st.DataObject) -> None:
    parameters = {name: data.draw(names) for name in ("subscriptionId", *row.parameters)}
    if (whole := resource_types.scope_parameter(row.path)) is not None:
        parameters[whole] = f"/subscriptions/{parameters['subscriptionId']}/resourceGroups/{data.draw(names)}"
    made = row.id(parameters)
    expected = {name: parameters[name] for name in resource_types.PARAMETER.findall(row.path)}
    assert row.match(made) == expected
    found = resource_types.row_for_id(made.upper())
    assert found is not None, "ARM ignores case in ids"
    assert found[0] is row, "one id belongs to one row"


@every_row
def test_an_id_misses_no_parameter(row: ResourceType) -> None:
    with pytest.raises(KeyError, match=row.name_parameter):
        row.id(dict.fromkeys((*row.parameters[:-1], "subscriptionId"), "x"))


def test_parents_come_before_children_and_everything_is_found() -> None:
    types = [row.type for row in ROWS]
    assert {"Microsoft.Resources/resourceGroups", "Microsoft.CognitiveServices/accounts/deployments"} <= set(types)
    for row in ROWS:
        assert row.parent_type is None or types.index(row.parent_type) < types.index(row.type)
        assert resource_types.by_token()[row.token] is row
        first = next(one for one in ROWS if one.type == row.type)
        assert resource_types.by_type()[row.type.lower()] is first, (
            "the subscription's, of a type that management groups have too"
        )
    assert resource_types.row_for_id("/subscriptions/s/providers/Microsoft.Compute/disks/d") is None


KEYS = [
    ("cognitiveservices:Account", "contoso", "account"),
    ("resources:ResourceGroup", "rg", "account"),
    ("cognitiveservices:Deployment", "chat", "deployments.chat"),
    ("cognitiveservices:RaiBlocklistItem", "words/one", "blocklists.words.entries.one"),
    ("cognitiveservices:AccountConnection", "search", "account.connections.search"),
    ("cognitiveservices:ProjectConnection", "agents/search", "projects.agents.connections.search"),
    ("authorization:ManagementLockByScope", "keep", "account.locks.keep"),
    ("authorization:PolicyDefinition", "near", ""),
]


@pytest.mark.parametrize(("token", "name", "key"), KEYS, ids=[each[0] for each in KEYS])
def test_the_key_of_the_stack_file(token: str, name: str, key: str) -> None:
    """An audit of a state or a preview shows the line of the stack file by it."""
    assert resource_types.by_token()[f"azure-native:{token}"].key(name) == key


def test_sections_are_told_apart() -> None:
    stated = {(row.parent, row.section): row.type for row in ROWS if row.section and not row.single}
    assert len(stated) == len(set(stated.values())), "two types under one key"
