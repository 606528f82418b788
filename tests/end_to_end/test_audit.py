"""One policy in three places: a preview, a state and what ARM shows get the same policy states."""

import json
from typing import Any

import pytest

from modelyard.sandbox import SUBSCRIPTION_ID

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("dev")]

SCOPE = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-contoso-ai-dev"


def test_the_same_states_from_every_source(dev: Any) -> None:
    export = dev.project / "export.json"
    export.write_text(dev.pulumi("stack", "export", "--stack", "dev").out)
    sources = {
        "file": ("dev",),
        "preview": ("dev", "--preview"),
        "state": ("--state", str(export)),
        "scope": ("--scope", SCOPE, "--target", "sandbox"),
    }
    said = {name: dev.modelyard("audit", *words, "--json").json for name, words in sources.items()}
    states = {name: each["data"]["complianceStates"] for name, each in said.items()}
    assert states["file"], "policies were put to something"
    assert len({json.dumps(each) for each in states.values()}) == 1, states


def test_a_scope_that_is_none_is_refused(dev: Any) -> None:
    said = dev.modelyard("audit", "--scope", "rg-models", "--target", "sandbox", expect=2)
    assert "is no scope" in said.err


def test_a_first_preview_leaves_nothing_undecided(yard: Any) -> None:
    """Names and ids are literal from the beginning, so that policies see before the first write all that Azure will."""
    said = yard.modelyard("audit", "dev", "--preview", "--json").json
    assert said["status"] == 0
    assert said["data"]["complianceStates"].get("Undecided", 0) == 0
    assert said["data"]["complianceStates"]["Compliant"] > 0
    assert said["counts"]["resources"] > 0
