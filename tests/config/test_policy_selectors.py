"""Overrides: for which members one counts, and what follows from the effect that it gives."""

from collections.abc import Callable
from typing import Any

import pytest

from modelyard.config.policy_selectors import WrittenOverride

HEAD = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso
    resourceGroup: rg-contoso
    network:
      publicNetworkAccess: Disabled
"""


@pytest.mark.parametrize(
    ("selectors", "means"),
    [
        ([], True),
        ([{"kind": "resourceLocation", "in": ("swedencentral",)}], True),
        ([{"kind": "policyDefinitionReferenceId", "in": ("Keyless", "skus")}], True),
        ([{"kind": "policyDefinitionReferenceId", "in": ("skus",)}], False),
        ([{"kind": "policyDefinitionReferenceId", "notIn": ("KEYLESS",)}], False),
        ([{"kind": "policyDefinitionReferenceId", "notIn": ("skus",)}], True),
    ],
)
def test_the_members_that_an_override_may_mean(selectors: list[dict[str, Any]], means: bool) -> None:
    override = WrittenOverride.model_validate({"value": "Audit", "selectors": tuple(selectors)})
    assert override.means("keyless") is means


@pytest.mark.parametrize(
    ("own", "value", "remediates"),
    [
        ("DeployIfNotExists", "Disabled", True),
        ("Disabled", "deployIfNotExists", True),
        ("Disabled", "Disabled", False),
    ],
)
@pytest.mark.parametrize("assigned", ["definition: builtin/deploy-disable-local-auth", "definition: initiative/keys"])
def test_an_effect_that_deploys_needs_an_identity_whoever_gives_it(
    stack: Callable[..., Any], assigned: str, own: str, value: str, remediates: bool
) -> None:
    """Without an identity and its roles nothing is ever mended."""
    effect = "" if "initiative" in assigned else f"\n      effect: {own}"
    loaded = stack(
        HEAD
        + f"""\
  modelyard:policies:
    watched:
      {assigned}{effect}
      overrides:
        - value: {value}
  modelyard:initiatives:
    keys:
      definitions:
        - definition: builtin/deploy-disable-local-auth
          effect: {own}
"""
    )
    assert not loaded.errors, loaded.errors
    policy = loaded.stack.policies["watched"]
    assert policy.remediates is remediates
    assert policy.roles or not remediates


def test_of_a_definition_that_nobody_knows_any_effect_may_be_given(stack: Callable[..., Any]) -> None:
    """The id may be that of an initiative, with any members."""
    loaded = stack(
        HEAD
        + """\
  modelyard:policies:
    central:
      definition: /subscriptions/s/providers/Microsoft.Authorization/policySetDefinitions/x
      overrides:
        - value: Audit
          selectors:
            - kind: policyDefinitionReferenceId
              in:
                - anything
"""
    )
    assert not loaded.errors


def test_a_list_is_not_called_short_for_what_is_refused_in_it(stack: Callable[..., Any]) -> None:
    """A second finding about the same mistake would send its reader to look for another."""
    loaded = stack(
        HEAD
        + """\
  modelyard:initiatives:
    one:
      definitions:
        - definitoin: builtin/managed-identity
          effect: [Audit]
"""
    )
    assert [each.path for each in loaded.errors] == [
        "initiatives.one.definitions[0].definitoin",
        "initiatives.one.definitions[0].effect",
    ]
