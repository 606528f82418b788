"""Did-you-mean is worth something only when it is right."""

import pytest

from modelyard.config.suggestions import Meant, meant, siblings


@pytest.mark.parametrize(
    ("path", "guess"),
    [
        (("deployments", "chat", "capacty"), Meant(sibling="capacity")),
        (("deployments", "chat", "SKU"), Meant(sibling="sku")),
        (("deployments", "chat", "rate_limit"), Meant(sibling="rateLimit")),
        (("deployments", "chat", "model", "sku"), Meant(belongs=("deployments", "chat", "sku"))),
        (
            ("deployments", "chat", "tokensPerMinute"),
            Meant(belongs=("deployments", "chat", "rateLimit", "tokensPerMinute")),
        ),
        (("account", "publicNetworkAccess"), Meant(belongs=("account", "network", "publicNetworkAccess"))),
        (("policies", "keyless", "overrides", 0, "effect"), Meant(sibling="value")),
        (("exemptions", "early", "resourceSelectors", 0, "selectors", 1, "values"), Meant(sibling="in")),
        (("policies", "keyless", "overrides", 0, "parameters"), Meant(belongs=("policies", "keyless", "parameters"))),
        (("resourceGroup",), Meant(belongs=("account", "resourceGroup"))),
        (("deployments", "chat", "raiPolicyName"), Meant(instead="contentFilter")),
        (("deployment",), Meant(sibling="deployments")),
        (("acount",), Meant(sibling="account")),
        (("contentFilters", "strict", "prompt", "hate", "severity"), Meant(sibling="severityThreshold")),
        (("deployments", "chat", "colour"), Meant()),
    ],
)
def test_meant(path, guess):
    assert meant(path) == guess


def test_siblings_of_an_entry():
    assert "sku" in siblings(("deployments", "whatever"))
    assert siblings(("deployments", "whatever", "sku")) == ()
