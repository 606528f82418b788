"""`pulumi preview --policy-pack policies` with the real engine: users of plain Pulumi hear what Azure would say."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.engine

STRICTER = {r"          - DataZoneStandard\n": "          - Standard\n"}
"""Stack dev, whose own policy doesn't allow the SKU of one of its deployments any more."""


def test_a_stack_that_complies_passes(dev: Any) -> None:
    """A pack that warned of what is in order would soon be left out of the command."""
    said = dev.pulumi("preview", "--stack", "dev", "--policy-pack", "policies").out
    assert "✅ modelyard@" in said
    assert "undecided" not in said


def test_what_the_stacks_own_policy_denies_is_stopped_before_the_first_write(yard: Any) -> None:
    """Azure would refuse this one deployment, with everything else made already."""
    yard.stack_file("denied", STRICTER)
    yard.pulumi("stack", "init", "denied")
    done = yard.pulumi("up", "--stack", "denied", "--yes", "--policy-pack", "policies", expect=None)
    assert done.status != 0
    said = done.out + done.err
    assert "undecided" not in said, "nothing of the stack's own is unknown the first time"
    for part in (
        "[mandatory]  denied  (azure-native:cognitiveservices:Deployment: chat-bulk)",
        "stacks/Pulumi.denied.yaml:",
        "chat-bulk is denied by 'Deployments use allowed SKUs' [deny]",
        "sku.name ('DataZoneStandard') notIn ['GlobalStandard', 'Standard']",
    ):
        assert part in said
    state = json.loads(yard.pulumi("stack", "export", "--stack", "denied").out)
    made = [each["urn"] for each in state["deployment"].get("resources", ()) if "azure-native" in each["urn"]]
    assert made == [], "nothing may be written once a denial is known"
    config = yard.project / "levels.json"
    config.write_text(json.dumps({"denied": "advisory"}))
    given = ("--policy-pack", "policies", "--policy-pack-config", str(config))
    assert "[advisory]  denied" in yard.pulumi("preview", "--stack", "denied", *given).out
