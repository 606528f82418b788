"""`modelyard policy list`: who is refused wants to know beforehand by whom."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelyard.failures import ExitStatus
from modelyard.sandbox import SUBSCRIPTION_ID

KEYLESS = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"


def test_a_stacks_own_policies_are_listed(modelyard: Callable[..., Any]) -> None:
    said = modelyard("policy", "list", "dev")
    assert said.status == ExitStatus.DONE
    rows = {line.split()[0]: line for line in said.out.splitlines()[2:]}
    assert set(rows) == {"keyless", "models", "skus", "content-filters"}
    assert "deny" in rows["keyless"]
    assert "resource group rg-contoso-ai-dev" in rows["keyless"]


def test_others_are_listed_with_where_they_were_seen(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    scope = f"/subscriptions/{SUBSCRIPTION_ID}"
    written = {"properties": {"scope": scope, "policyDefinitionId": KEYLESS, "enforcementMode": "DoNotEnforce"}}
    away = {"properties": {"scope": "/subscriptions/another", "policyDefinitionId": KEYLESS}}
    for name, document in {"theirs": written, "away": away}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    said = modelyard("policy", "list", "keys", "--policies", str(tmp_path), "--json")
    (found,) = said.json["data"]["policies"]
    assert (found["assignment_id"].rpartition("/")[2], found["enforced"]) == ("theirs", False)
    assert found["sources"] == [str(tmp_path / "theirs.json")]
    assert "not enforced" in modelyard("policy", "list", "keys", "--policies", str(tmp_path)).out


def test_overrides_and_selectors_are_told(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    """A policy that was made an audit here refuses nothing here, and one for other regions doesn't rule the stack."""
    scope = f"/subscriptions/{SUBSCRIPTION_ID}"
    here: dict[str, Any] = {"kind": "resourceLocation", "in": ["swedencentral"]}
    effect = {"effect": {"value": "Deny"}}
    audit = {"kind": "policyEffect", "value": "Audit"}
    written: dict[str, dict[str, Any]] = {
        "some": {"overrides": [{**audit, "selectors": [here]}]},
        "all": {"overrides": [audit]},
        "accounts": {"resourceSelectors": [{"name": "here", "selectors": [here]}]},
        "away": {"resourceSelectors": [{"name": "away", "selectors": [{**here, "in": ["westus"]}]}]},
    }
    for name, more in written.items():
        properties = {"scope": scope, "policyDefinitionId": KEYLESS, "parameters": effect, **more}
        (tmp_path / f"{name}.json").write_text(json.dumps({"properties": properties}))
    words = ("policy", "list", "keys", "--policies", str(tmp_path))
    found = {
        each["assignment_id"].rpartition("/")[2]: each for each in modelyard(*words, "--json").json["data"]["policies"]
    }
    assert set(found) == {"some", "all", "accounts"}
    assert (found["some"]["effect"], found["some"]["overridden"]) == ("deny", ["audit"])
    assert (found["all"]["effect"], found["all"]["overridden"]) == ("audit", [])
    assert found["accounts"]["resources"] < found["all"]["resources"], "deployments have no location"
    assert "deny, for some audit" in modelyard(*words).out


def test_no_policy_at_all_is_said(modelyard: Callable[..., Any]) -> None:
    assert "no known policy applies to this stack" in modelyard("policy", "list", "keys").out


def test_every_file_that_cannot_be_read_is_told_and_the_rest_is_listed(
    modelyard: Callable[..., Any], tmp_path: Path
) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{")
    said = modelyard("policy", "list", "dev", "--policies", str(tmp_path))
    assert said.status == ExitStatus.USAGE
    assert all(name in said.out for name in ("a.json", "b.json"))
    assert "keyless" in said.out, "what is known is listed all the same"
