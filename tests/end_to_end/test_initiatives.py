"""An initiative that comes with Modelyard, from one line of a stack file to a refusal by the real engine's request."""

from typing import Any

import pytest

from modelyard.failures import ExitStatus

pytestmark = pytest.mark.engine

STACK = """\
# yaml-language-server: $schema=modelyard.schema.json
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-ai-governed
    resourceGroup: rg-contoso-ai-governed
    network:
      publicNetworkAccess: Enabled
  modelyard:deployments:
    chat:
      model: gpt-5.4@2026-03-05
      sku: GlobalStandard
      capacity: 10
  modelyard:policies:
    baseline:
      definition: modelyard/foundry-baseline
      parameters:
        approvedModels:
          - OpenAI/gpt-5.4@*
    watched:
      definition: modelyard/approved-models
      effect: Deny
      parameters:
        models:
          - OpenAI/gpt-5.4@*
      resourceSelectors:
        - name: deployments
          selectors:
            - kind: resourceType
              in:
                - Microsoft.CognitiveServices/accounts/deployments
      overrides:
        - value: Audit
    on-trial:
      definition: modelyard/foundry-regulated
      enforcementMode: DoNotEnforce
      parameters:
        approvedModels:
          - OpenAI/gpt-5.4@*
        allowedRegions:
          - swedencentral
      overrides:
        - value: Disabled
          selectors:
            - kind: policyDefinitionReferenceId
              in:
                - approved-models
  modelyard:exemptions:
    later:
      policy: on-trial
      category: Mitigated
      resourceSelectors:
        - name: the account
          selectors:
            - kind: resourceType
              in:
                - Microsoft.CognitiveServices/accounts
"""
EMBED = """\
    embed:
      model: text-embedding-3-small@1
      sku: GlobalStandard
      capacity: 10
  modelyard:policies:
"""


def test_an_initiative_is_declared_settles_and_refuses(yard: Any) -> None:
    """The approved deployment stands, a second run finds nothing to do, and another model is refused by name."""
    file = yard.project / "stacks" / "Pulumi.governed.yaml"
    file.write_text(STACK)
    yard.modelyard("up", "governed")
    assert "nothing to change" in yard.modelyard("up", "governed").out

    file.write_text(STACK.replace("  modelyard:policies:\n", EMBED))
    stopped = yard.modelyard("up", "governed", "--json", expect=ExitStatus.FINDINGS).json
    assert [each["reference"] for each in stopped["policyFindings"] if each["severity"] == "error"] == [
        "approved-models"
    ]
    told_of = {
        each["assignment_id"].rpartition("/")[2] for each in stopped["policyFindings"] if each["severity"] == "warning"
    }
    assert "watched" in told_of, "its override makes an audit of the deny"

    report = yard.modelyard("up", "governed", "--ignore-policies", "--json", expect=ExitStatus.REFUSED).json
    (failure,) = report["failures"]
    told = failure["message"]
    assert "RequestDisallowedByPolicy" in told
    assert "approved-models of governed-modelyard-foundry-baseline" in told, "the initiative and its member"
    assert "foundry-regulated" not in told, "what is on trial refuses nothing"
    assert "watched" not in told, "nor does what was overridden"
