"""Stack dev, once declared: what its outputs promise, and that nothing about it changes by itself."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modelyard.engine.state_outputs import stack_outputs

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("dev")]

GOLDEN = Path(__file__).parent / "urns.dev.txt"


def test_every_check_passed(up: Any) -> None:
    assert up["status"] == 0
    unproved = {check["id"]: check for check in up["checks"] if check["outcome"] != "passed"}
    assert set(unproved) <= {"limits.429-honoured"}, "nobody provokes a limit; a slow machine's calls may meet one"
    ids = {check["id"] for check in up["checks"]}
    assert ids >= {"filter.blocks", "filter.passes", "filter.annotates", "deployment.keeps-limits"}
    assert "access.refuses-without-role" in ids


def test_a_group_s_member_is_answered_and_a_reader_is_not(dev: Any, up: Any) -> None:
    """The stack gives app-team, of which developer is a member, a role with data actions, and reader one without."""
    done = dev.modelyard(
        "smoke", "dev", "--json", "--select", "access.*", "--principal", "developer", "--stranger", "reader"
    ).json
    seen = {(check["id"], check["subject"].split(":")[0], check["outcome"]) for check in done["checks"]}
    assert seen == {("access.allows", "developer", "passed"), ("access.refuses-without-role", "reader", "passed")}
    answered = {check["subject"].split(":")[0] for check in up["checks"] if check["id"] == "deployment.answers"}
    assert answered == set(up["data"]["outputs"]["deployments"]), "each deployment has answered"


def test_outputs_are_an_interface(up: Any) -> None:
    outputs = up["data"]["outputs"]
    assert set(outputs) >= {
        "accountId", "accountName", "endpoint", "inferenceEndpoint", "openaiEndpoint", "principalId", "deployments",
    }  # fmt: skip
    assert outputs["inferenceEndpoint"] == "https://contoso-ai-dev.services.ai.azure.com/models"
    assert outputs["openaiEndpoint"] == "https://contoso-ai-dev.openai.azure.com/"
    assert "keys" not in outputs, "keys are off"
    assert set(outputs["deployments"]["chat"]) >= {
        "model", "version", "format", "sku", "capacity",
        "tokensPerMinute", "requestsPerMinute", "contentFilter", "spilloverDeploymentName", "endpoints",
    }  # fmt: skip


def test_what_exists_is_told_as_the_program_tells_it(dev: Any, up: Any) -> None:
    """After a failed write the outputs are made from the state. Two ways to the same entries must not drift apart."""
    state = dev.pulumi("stack", "export", "--stack", "dev", "--show-secrets").json
    assert stack_outputs(state).shown == up["data"]["outputs"]


def test_logical_names_are_an_api(dev: Any) -> None:
    """A URN that changes is a resource deleted and another one made; renew the golden file only when that is meant."""
    state = dev.pulumi("stack", "export", "--stack", "dev").json
    urns = [resource["urn"].partition("::")[2] for resource in state["deployment"]["resources"]]
    ours = sorted(urn for urn in urns if "pulumi:providers" not in urn)
    assert "\n".join(ours) + "\n" == GOLDEN.read_text()


def test_a_second_run_changes_nothing_and_says_so(dev: Any) -> None:
    done = dev.modelyard("up", "dev", "--no-smoke")
    assert "nothing to change" in done.out


def test_the_plain_cli_sees_the_same_stack(dev: Any) -> None:
    dev.pulumi("preview", "--stack", "dev", "--expect-no-changes")
    dev.pulumi("refresh", "--stack", "dev", "--expect-no-changes", "--yes")
    shown = dev.pulumi("stack", "output", "--stack", "dev", "--json").json
    assert shown["accountName"] == "contoso-ai-dev"


def test_the_committed_stack_file_stays_as_it_was(dev: Any) -> None:
    from tests.end_to_end.conftest import ROOT

    assert (dev.project / "stacks/Pulumi.dev.yaml").read_text() == (ROOT / "stacks/Pulumi.dev.yaml").read_text()


def test_smoke_alone_and_selected(dev: Any) -> None:
    report = dev.modelyard("smoke", "dev", "--json", "--select", "embed").json
    assert report["checks"]
    assert {check["subject"].split(":")[0] for check in report["checks"]} == {"embed"}
    took = report["data"]["smoke"]
    assert took["calls"] == sum(check["attempts"] for check in report["checks"]) > 0
    assert took["budget"] >= max(check["waited"] for check in report["checks"])


def test_smoke_that_would_ask_nothing_says_so(dev: Any) -> None:
    """In a pipeline it would be green whatever became of the stack."""
    refused = dev.modelyard("smoke", "dev", "--json", "--select", "emebd", expect=2).json
    assert [failure["code"] for failure in refused["failures"]] == ["smoke.nothing-selected"]


def test_somebody_without_a_role_is_refused(dev: Any, up: Any) -> None:
    token = dev.modelyard("token", "--as", "reader", "--target", "sandbox").out.strip()
    inside = dev.inside
    url = f"{up['data']['outputs']['inferenceEndpoint']}/chat/completions?api-version=2024-05-01-preview"
    import ssl

    context = ssl.create_default_context(cafile=inside["SSL_CERT_FILE"])
    body = {"model": "chat", "messages": [{"role": "user", "content": "Hello"}]}
    with httpx2.Client(proxy=inside["HTTPS_PROXY"], verify=context, trust_env=False) as client:
        refused = client.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "PermissionDenied"


def test_the_lines_of_the_quick_start_work_when_pasted(dev: Any) -> None:
    """A newcomer copies from `eval` to the end of the Python call, into a shell that knows nothing."""
    told = dev.modelyard("quickstart", "dev").out
    pasted = told[told.index('eval "$(') : told.index("The sandbox stays up.")]
    done = subprocess.run(
        ["bash", "-e"], input=pasted, env=dict(dev.environment), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    curl, _, python = done.stdout.strip().rpartition("\n")
    assert json.loads(curl)["model"] == "gpt-5.6-terra-2026-07-09"
    assert python.startswith("gpt-5.6-terra-2026-07-09 The deployment chat answered")


def test_no_secret_is_told(dev: Any, up: Any) -> None:
    inside: Mapping[str, str] = dev.inside
    log = (dev.state / "sandbox" / "sandbox.log").read_text()
    for said in (json.dumps(up), log):
        assert inside["AZURE_CLIENT_SECRET"] not in said
        assert "Bearer" not in said
        assert "eyJ" not in said, "no token"
