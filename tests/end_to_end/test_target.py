"""A stack is deployed where its file says, by plain Pulumi too; one for Azure can be rehearsed in the sandbox."""

import json
from typing import Any

import pytest

from modelyard.azure.target import SANDBOX_VARIABLE
from modelyard.failures import ExitStatus

pytestmark = pytest.mark.engine
SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"


@pytest.mark.xdist_group("dev")
def test_plain_pulumi_declares_nothing_of_a_stack_for_the_sandbox_outside_it(dev: Any) -> None:
    """What marks the sandbox's environment is missing, as in a shell that has Azure's login."""
    outside = {**dev.inside, SANDBOX_VARIABLE: ""}
    said = dev.run("pulumi", "preview", "--stack", "dev", "--non-interactive", expect=None, **outside)
    assert said.status != ExitStatus.DONE
    assert "resources.outside-sandbox" in said.out + said.err
    assert "stacks/Pulumi.dev.yaml:" in said.out + said.err


def test_a_stack_for_azure_is_rehearsed_with_its_own_subscription(yard: Any) -> None:
    stated = f'modelyard:target: azure\n  azure-native:subscriptionId: "{SUBSCRIPTION}"'
    yard.stack_file("prod", {"modelyard:target: sandbox": stated})
    differs = yard.modelyard("up", "prod", "--yes", expect=ExitStatus.USAGE, MODELYARD_TARGET="sandbox")
    assert "cli.target-differs" in differs.err
    up = yard.modelyard("up", "prod", "--target", "sandbox", "--json").json
    assert (up["target"], up["subscription"], up["rehearsal"]) == ("sandbox", SUBSCRIPTION, True)
    assert SUBSCRIPTION in json.dumps(up["data"]["outputs"]), "resources have the ids that they will have in Azure"
    assert "a rehearsal: stack prod is for Azure" in yard.pulumi("preview", "--stack", "prod").out
    told = yard.modelyard("smoke", "prod", "--target", "sandbox").out
    assert told.startswith("target: sandbox, a rehearsal of a stack for azure, ")
    (yard.project / "state.json").write_text(yard.pulumi("stack", "export", "--stack", "prod").out)
    audited = yard.modelyard("audit", "--state", "state.json", "--json").json
    assert audited["target"] == "sandbox", (
        "an export of a rehearsal must not be taken for Azure's, whatever its ids say"
    )
