"""What a team does to a stack over its life: refusals, plans, keys, an end, and another beginning."""

import json
from typing import Any

import pytest

from modelyard.failures import ExitStatus

pytestmark = pytest.mark.engine

ALONE = {"contoso-ai-dev": "contoso-ai-alone"}


def test_a_refused_deployment_does_not_stop_the_others(yard: Any) -> None:
    yard.stack_file("greedy", {**ALONE, r"(sku: DataZoneStandard\n\s+capacity:) \d+": r"\1 900000"})
    stopped = yard.modelyard("up", "greedy", "--json", expect=ExitStatus.FINDINGS).json
    assert [each["code"] for each in stopped["failures"]] == ["cli.stopped-by-live-check"]
    assert stopped["data"]["changes"] == {}
    done = yard.modelyard("up", "greedy", "--json", "--ignore-quota", expect=ExitStatus.REFUSED)
    report = done.json
    (failure,) = report["failures"]
    assert "chat-bulk" in failure["message"]
    assert "InsufficientQuota" in failure["message"]
    assert failure["remedy"], "the reader is told what to do"
    assert report["data"]["missing"] == ["chat-bulk"]
    words = ("smoke", "greedy", "--json", "--select", "deployment.answers")
    made = yard.modelyard(*words, expect=ExitStatus.INCONCLUSIVE).json
    answered = {check["subject"].split(":")[0]: check["outcome"] for check in made["checks"]}
    assert answered.pop("chat-bulk") == "inconclusive", "nobody can ask it, and that isn't passed over"
    assert answered == dict.fromkeys(("chat", "chat-mini", "deepseek", "embed", "mistral-large"), "passed")
    (finding,) = made["findings"]
    assert finding["code"] == "engine.not-created"


def test_plan_keys_end_and_beginning(yard: Any) -> None:
    """One life of stack keys: planned, declared as planned, destroyed, not had again by accident, but on purpose."""
    yard.modelyard("preview", "keys", "--save-plan", "plan.json")
    saved = json.loads((yard.project / "plan.json").read_text())["modelyard"]
    assert {"Pulumi.yaml", "stacks/Pulumi.keys.yaml", "stacks/layers/base.yaml", "infra/__main__.py"} == set(
        saved["basis"]["configuration"]
    )
    account = next(each for each in saved["operations"] if each["resource"].endswith(":Account::account"))
    assert account["op"] == "create"
    up = yard.modelyard("up", "keys", "--plan", "plan.json", "--yes", "--json")
    report = up.json
    assert report["data"]["outputs"]["keys"] == "[secret]"
    with_key = [check for check in report["checks"] if check["id"] == "deployment.answers-with-key"]
    assert with_key
    assert {check["outcome"] for check in with_key} == {"passed"}

    program = yard.modelyard("client", "keys", "--auth", "key").out
    keys = json.loads(yard.pulumi("stack", "output", "keys", "--stack", "keys", "--show-secrets", "--json").out)
    state = yard.pulumi("stack", "export", "--stack", "keys").out
    log = (yard.state / "sandbox" / "sandbox.log").read_text()
    for key in keys.values():
        for where, said in {"report": up.out + up.err, "state": state, "log": log, "program": program}.items():
            assert key not in said, f"a key stands in the {where}"
    (yard.project / "call.py").write_text(program)
    for key in keys.values():
        assert "answered" in yard.run(yard.python, "call.py", **yard.inside, FOUNDRY_API_KEY=key).out

    file = yard.project / "stacks" / "Pulumi.keys.yaml"
    text = file.read_text()
    file.write_text(text.replace("capacity: 100", "capacity: 110", 1))
    late = yard.modelyard("up", "keys", "--plan", "plan.json", "--json", expect=ExitStatus.FINDINGS).json
    assert [each["code"] for each in late["failures"]] == ["engine.plan-differs"]
    said = late["failures"][0]["message"]
    assert "configuration: stacks/Pulumi.keys.yaml has changed; state has changed" in said
    assert not late["checks"], "nothing was done, so there is nothing to prove"
    file.write_text(text)

    gone = yard.modelyard("destroy", "keys")
    assert "48 hours" in gone.out, "whoever wants the stack again learns what stands in the way"
    held = yard.modelyard("sandbox", "status", "--json").json["data"]["resources"]
    assert "Microsoft.CognitiveServices/accounts" not in held
    assert "Microsoft.Resources/resourceGroups" not in held

    again = yard.modelyard("up", "keys", "--json", expect=ExitStatus.FINDINGS).json
    (held,) = [each for each in again["findings"] if each["severity"] == "error"]
    assert held["code"] == "inventory.account-soft-deleted"
    assert held["line"], "the account's name stands in the stack file"
    assert "account.restore: true" in held["remedy"]

    file = yard.project / "stacks" / "Pulumi.keys.yaml"
    file.write_text(file.read_text().replace("name: contoso-ai-keys\n", "name: contoso-ai-keys\n    restore: true\n"))
    back = yard.modelyard("up", "keys", "--json").json
    assert not back["failures"], "it came back empty, since what was in it was deleted before it"


def test_a_pipeline_logs_in_without_a_secret(yard: Any) -> None:
    """As a hosted pipeline does: its own issuer vouches for it, and no client secret is anywhere."""
    from modelyard.sandbox import control_client, seed_data
    from modelyard.sandbox.state_dir import Home

    yard.modelyard("sandbox", "start")
    home = Home(yard.state / "sandbox")
    vouched = control_client.ask(home, "POST", "assertion", {"subject": seed_data.FEDERATED_SUBJECT})["assertion"]
    inside = yard.inside
    login = {**inside, "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": vouched}
    for secret in ("AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"):
        login.pop(secret)
    yard.run("pulumi", "stack", "init", "keys", **login)
    shown = yard.run("pulumi", "preview", "--stack", "keys", "--non-interactive", **login)
    assert "to create" in shown.out
