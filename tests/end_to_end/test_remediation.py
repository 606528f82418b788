"""Remediation through the whole product: a policy comes later than what it rules, and is told to mend it."""

from typing import Any

import pytest

pytestmark = pytest.mark.engine

STACK = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-mend
    resourceGroup: rg-contoso-mend
    disableLocalAuth: false
    network:
      publicNetworkAccess: Enabled
"""
POLICY = """\
  modelyard:policies:
    keys-off:
      definition: builtin/modify-disable-local-auth
"""


def test_what_was_there_before_the_policy_is_mended_on_request(yard: Any) -> None:
    file = yard.project / "stacks/Pulumi.mend.yaml"
    file.write_text(STACK)
    yard.modelyard("up", "mend", "--no-smoke")
    refused = yard.modelyard("policy", "remediate", "mend", expect=2)
    assert "no policy changes anything in stack mend [cli.nothing-remediates]" in refused.err
    file.write_text(STACK + POLICY)
    yard.modelyard("up", "mend", "--no-smoke")
    done = yard.modelyard("policy", "remediate", "mend", "--json").json
    assert [(each["policy"], each["changed"], each["failed"]) for each in done["data"]["remediations"]] == [
        ("keys-off", 1, 0)
    ]
    assert yard.modelyard("policy", "remediate", "mend", "keys-off").out.endswith("\nkeys-off: nothing to correct\n")
    yard.modelyard("destroy", "mend", "--yes")
