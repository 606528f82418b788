"""One loader for every command: all findings at once, each in its place, and a stack only when it is whole."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.catalog.model import Create
from modelyard.config.loader import Loaded, load
from modelyard.config.project import Project
from modelyard.findings import Severity
from modelyard.sandbox.seed_data import object_id

from .conftest import TODAY, shown

ROOT = Path(__file__).parents[2]

WHOLE = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: Contoso-AI
    resourceGroup: rg-contoso-ai
    network:
      publicNetworkAccess: Enabled
  modelyard:deployments:
    chat:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 50
"""
RESOLVED: dict[str, object] = {
    "azure-native:location": "swedencentral",
    "modelyard:target": "sandbox",
    "modelyard:account": json.dumps(
        {"name": "Contoso-AI", "resourceGroup": "rg-contoso-ai", "network": {"publicNetworkAccess": "Enabled"}}
    ),
    "modelyard:deployments": '{"chat":{"model":"gpt-5.4@2026-03-05","sku":"GlobalStandard","capacity":50}}',
}


def own(stack: str) -> Loaded:
    return load(Project.find(ROOT), stack, calendar=Calendar.on(TODAY), market=Market.load())


@pytest.mark.parametrize("name", Project.find(ROOT).stack_names())
def test_the_repositorys_own_stacks_have_no_errors(name: str):
    """This repository is its own first user, and what `make up` declares must pass its own check."""
    loaded = own(name)
    assert not loaded.errors, shown(loaded.findings)
    assert loaded.stack is not None
    assert {finding.code for finding in loaded.findings} <= {
        "config.unit-inferred",
        "config.offer-unknown",
        "config.model-format-inferred",
        "config.keys-on",
        "config.role-without-data-actions",
    }


def test_stack_dev_names_the_sandboxs_own_principals():
    """Its object ids stand in a committed file; one that nobody has would be refused as PrincipalNotFound."""
    stack = own("dev").stack
    assert stack is not None
    for name in ("app-team", "pipeline", "reader"):
        assert stack.access[name].principal_id == object_id(name)


def test_the_example_stack_lasts():
    """An example whose models retire next month teaches the wrong thing; tier 1 is what a new subscription gets."""
    market = Market.load()
    for name in ("dev", "keys"):
        stack = own(name).stack
        assert stack is not None
        for key, deployment in stack.deployments.items():
            (model,) = market.find(deployment.model.name, deployment.model.version)
            lifecycle = market.lifecycle(model, deployment.sku, market.date)
            assert lifecycle.create is Create.OPEN, key
            ends = lifecycle.retirement
            assert ends is None or (ends - market.date).days > 365, key
            quota = market.quota(deployment.model.name, deployment.sku)
            if quota and quota.tokens_per_minute and deployment.tokens_per_minute:
                assert deployment.tokens_per_minute <= quota.tokens_per_minute, key


def test_the_example_stacks_do_not_share_an_account():
    accounts = [stack.account.name for name in ("dev", "keys") if (stack := own(name).stack)]
    assert len(set(accounts)) == 2


def test_secure_by_default(stack):
    """Whoever leaves out a key gets the safe side of it."""
    account = stack(WHOLE).stack.account
    assert account.disable_local_auth
    assert account.identity.type == "SystemAssigned"
    assert account.restore is False


def test_defaults_that_azure_would_choose_otherwise(stack):
    """Azure's own default moves versions and names no filter; both show as drift later."""
    deployment = stack(WHOLE).stack.deployments["chat"]
    assert deployment.version_upgrade_option == "NoAutoUpgrade"
    assert deployment.content_filter == "Microsoft.DefaultV2"
    assert (deployment.model.format, deployment.model.name, deployment.model.version) == (
        "OpenAI",
        "gpt-5.4",
        "2026-03-05",
    )


def test_the_subdomain_is_the_accounts_name_in_lower_case(stack):
    assert stack(WHOLE).stack.account.custom_sub_domain_name == "contoso-ai"


def test_a_name_that_is_no_subdomain_needs_one(stack):
    """An account's name may have 64 characters, a host name's label only 63."""
    loaded = stack(WHOLE.replace("Contoso-AI", "a" * 64))
    assert [(finding.code, finding.path) for finding in loaded.findings] == [
        ("config.name-not-allowed", "account.customSubDomainName")
    ]
    assert stack(WHOLE.replace("Contoso-AI", f"{'a' * 64}\n    customSubDomainName: contoso")).stack is not None


def test_all_findings_at_once(stack):
    """Mending one fault to be shown the next one is how afternoons are lost."""
    loaded = stack(
        WHOLE.replace("swedencentral", "Sweden Central")
        .replace("rg-contoso-ai", "rg-contoso-ai.")
        .replace("      sku: GlobalStandard\n      capacity: 50\n", "      sku: Standard\n      capcity: 0815\n")
        + "      colour: blue\n  modelyard:deploymets: {}\n  modelyard:tags: [a]\n"
    )
    assert loaded.stack is None
    assert [(finding.code, finding.path, finding.position.line) for finding in loaded.findings] == [
        ("config.name-not-allowed", "azure-native:location", 2),
        ("config.name-not-allowed", "account.resourceGroup", 6),
        ("config.unknown-key", "deployments.chat.capcity", 13),
        ("config.wrong-type", "deployments.chat.capcity", 13),
        ("config.unknown-key", "deployments.chat.colour", 14),
        ("config.unknown-key", "deploymets", 15),
        ("config.wrong-type", "tags", 16),
    ]


def test_a_misspelt_key_counts_as_what_was_meant(stack):
    """Otherwise its absence would be a second finding, and what it says would go unchecked."""
    loaded = stack(WHOLE.replace("capacity: 50", "capacty: 2000"))
    assert [finding.code for finding in loaded.findings] == ["config.above-tier-1-quota", "config.unknown-key"]
    assert loaded.stack is None, "the file must be mended all the same"


def test_a_misplaced_key_counts_where_it_belongs(stack):
    loaded = stack(
        WHOLE.replace(
            "    network:\n      publicNetworkAccess: Enabled", "    publicNetworkAccess: Enabled\n    network: {}"
        )
    )
    assert [finding.code for finding in loaded.findings] == ["config.misplaced-key"]


def test_a_misplaced_key_never_overwrites(stack):
    loaded = stack(WHOLE.replace("    resourceGroup", "    publicNetworkAccess: Disabled\n    resourceGroup"))
    assert [finding.code for finding in loaded.findings] == ["config.misplaced-key"]
    assert loaded.stack is None


def test_one_bad_deployment_does_not_hide_the_others(stack):
    loaded = stack(
        WHOLE + "    bad: [1]\n    retired:\n      model: gpt-4@0613\n      sku: GlobalStandard\n      capacity: 1\n"
    )
    assert {finding.code for finding in loaded.findings} == {
        "config.wrong-type",
        "config.model-retired",
        "config.offer-unknown",
    }


def test_a_retired_model_is_an_error_and_its_stack_is_still_read(stack):
    """The stack must be read to move off the model; who declares it looks at the errors."""
    loaded = stack(WHOLE.replace("gpt-5.4@2026-03-05", "gpt-4@0613"))
    assert [finding.code for finding in loaded.errors] == ["config.model-retired"]
    assert loaded.stack is not None


@pytest.mark.parametrize("model", ["contoso-model", "gpt-9-turbo"])
def test_what_the_catalog_does_not_know_is_never_an_error(stack, model):
    """The catalog is older than the market; it must not stand in the way of a new model."""
    full = f"model: {{format: OpenAI, name: {model}, version: '1'}}"
    loaded = stack(WHOLE.replace("model: gpt-5.4@2026-03-05", full))
    assert {finding.severity for finding in loaded.findings} == {Severity.NOTE}
    assert loaded.stack is not None


def test_a_version_newer_than_the_catalog_may_be_written_short(stack):
    loaded = stack(WHOLE.replace("gpt-5.4@2026-03-05", "gpt-6-sol@2027-01-20"))
    assert [finding.code for finding in loaded.findings] == ["config.version-not-in-catalog"]
    assert loaded.stack.deployments["chat"].model.format == "OpenAI"


def test_positions_and_origins(stack):
    loaded = stack(WHOLE)
    assert str(loaded.position("deployments.chat.sku")) == "stacks/Pulumi.dev.yaml:12:7"
    assert str(loaded.position("deployments.chat.sku", of_value=True)) == "stacks/Pulumi.dev.yaml:12:12"
    assert loaded.position("account.kind") is None
    assert loaded.origin("account.kind") == "default"
    assert loaded.origin("azure-native:location") == "stacks/Pulumi.dev.yaml"


def test_the_programs_values_and_the_file_come_to_the_same_stack(stack):
    assert stack(WHOLE, RESOLVED).stack == stack(WHOLE).stack


def test_an_encrypted_subscription_is_known_only_when_pulumi_resolved_it(stack):
    text = WHOLE.replace("swedencentral", "swedencentral\n  azure-native:subscriptionId:\n    secure: AAABAA")
    assert stack(text).stack.subscription_id is None
    loaded = stack(text, {**RESOLVED, "azure-native:subscriptionId": "5a9db0c5-0000-4000-8000-000000000001"})
    assert loaded.stack.subscription_id == "5a9db0c5-0000-4000-8000-000000000001"


def test_a_stack_cannot_be_changed(stack):
    loaded = stack(WHOLE).stack
    with pytest.raises(AttributeError):
        loaded.location = "westeurope"
    with pytest.raises(ValueError, match="frozen"):
        loaded.account.name = "other"


def test_checking_needs_no_pulumi_and_no_network_library():
    """`modelyard check` runs in editors and hooks; what it drags in is what people wait for."""
    heavy = "'pulumi', 'pulumi_azure_native', 'httpx2', 'rich', 'ssl', 'jinja2', 'difflib'"
    script = f"import sys, modelyard.config.loader; print([name for name in ({heavy}) if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_is_wrong_in_a_misspelt_section_is_told_on_its_own_line(stack: Callable[..., Loaded]) -> None:
    loaded = stack(WHOLE.replace("modelyard:account", "modelyard:Account").replace("Enabled", "enabled"))
    (wrong,) = [each for each in loaded.findings if each.code == "config.value-not-allowed"]
    assert wrong.position is not None
    assert wrong.position.line == 1 + WHOLE[: WHOLE.index("publicNetworkAccess")].count("\n")


def test_a_region_as_the_portal_spells_it_is_told_as_arm_does(stack: Callable[..., Loaded]) -> None:
    loaded = stack(WHOLE.replace("location: swedencentral", "location: Sweden Central"))
    (wrong,) = [each for each in loaded.findings if each.code == "config.name-not-allowed"]
    assert wrong.remedy == "write swedencentral"


def test_quotes_are_not_asked_for_around_a_value_that_is_wrong_with_them_too(stack: Callable[..., Loaded]) -> None:
    loaded = stack(WHOLE.replace("Access: Enabled", "Access: true"))
    assert [each.code for each in loaded.errors] == ["config.value-not-allowed"]


def test_an_item_that_should_be_a_map_is_told_its_keys(stack: Callable[..., Loaded]) -> None:
    loaded = stack(
        WHOLE.replace(
            "Access: Enabled", "Access: Enabled\n      networkAcls: {defaultAction: Deny, ipRules: [203.0.113.7]}"
        )
    )
    (wrong,) = loaded.errors
    assert "value" in wrong.remedy
