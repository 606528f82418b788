"""Plain `pulumi up` takes no word on its target: what the stack's file says has to hold there too."""

import pytest

from modelyard.azure.target import SANDBOX_VARIABLE
from modelyard.destination import TargetName
from modelyard.failures import ExitStatus
from modelyard.resources.program import OutsideSandbox, rehearses

PROXY = "http://127.0.0.1:7443"
INSIDE = {SANDBOX_VARIABLE: PROXY, "HTTPS_PROXY": PROXY, "https_proxy": PROXY}
POINTED = {"MODELYARD_TARGET": "sandbox"}


@pytest.mark.parametrize(
    ("target", "environment", "rehearsal"),
    [("sandbox", INSIDE, False), ("azure", INSIDE, True), ("azure", {}, False), ("azure", POINTED, False)],
)
def test_where_a_stack_may_run(target: TargetName, environment: dict[str, str], rehearsal: bool) -> None:
    assert rehearses(target, environment, "dev", "stacks/Pulumi.dev.yaml:9:3") is rehearsal


@pytest.mark.parametrize("environment", [{}, POINTED, {**INSIDE, "HTTPS_PROXY": "http://proxy.contoso.com"}])
def test_a_stack_for_the_sandbox_writes_nothing_into_azure(environment: dict[str, str]) -> None:
    """A variable alone changes no route; the proxy that ends in the sandbox has to be in force."""
    with pytest.raises(OutsideSandbox) as refused:
        rehearses("sandbox", environment, "dev", "stacks/Pulumi.dev.yaml:9:3")
    assert refused.value.status is ExitStatus.USAGE
    assert "modelyard sandbox run -- pulumi" in refused.value.remedy
    assert refused.value.where == "stacks/Pulumi.dev.yaml:9:3"
