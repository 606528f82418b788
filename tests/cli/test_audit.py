"""`modelyard audit` as pipelines and auditors use it: what it looks at, what it says, and when it fails."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus
from modelyard.sandbox import SUBSCRIPTION_ID

SKU = "Microsoft.CognitiveServices/accounts/deployments/sku.name"
DEFINITION = "/providers/Microsoft.Authorization/policyDefinitions/near"


@pytest.fixture
def policies(tmp_path: Path) -> Callable[[str], str]:
    """A file with a definition against global SKUs and its assignment, by effect."""

    def write(effect: str) -> str:
        rule = {"if": {"field": SKU, "like": "Global*"}, "then": {"effect": effect}}
        scope = f"/subscriptions/{SUBSCRIPTION_ID}"
        file = tmp_path / f"{effect}.json"
        file.write_text(
            json.dumps(
                [
                    {"name": "near", "properties": {"mode": "All", "displayName": "Stay near", "policyRule": rule}},
                    {"name": "stay", "properties": {"scope": scope, "policyDefinitionId": DEFINITION}},
                ]
            )
        )
        return str(file)

    return write


def test_the_example_stack_complies(modelyard: Callable[..., Any]) -> None:
    said = modelyard("audit", "dev")
    assert said.status == ExitStatus.DONE
    assert "all evaluated resources comply" in said.out
    assert "assignments: 4 in stack dev" in said.out, "it says how much it evaluated by"


def test_what_azure_would_stop_fails_and_names_the_line(modelyard: Callable[..., Any], policies: Any) -> None:
    said = modelyard("audit", "dev", "--policies", policies("deny"))
    assert said.status == ExitStatus.FINDINGS
    assert "Azure would stop this:" in said.out
    lines = Path("stacks/Pulumi.dev.yaml").read_text().splitlines()
    place = next(line for line in said.out.splitlines() if "chat is denied by 'Stay near'" in line)
    number = int(place.split(":")[1])
    assert lines[number - 1].strip() == "sku: GlobalStandard", "an editor jumps to what is to be changed"
    assert f"field {SKU} ('GlobalStandard') like 'Global*'" in said.out


@pytest.mark.parametrize(
    ("effect", "fail_on", "status"),
    [
        ("deny", "error", ExitStatus.FINDINGS),
        ("deny", "never", ExitStatus.DONE),
        ("audit", "error", ExitStatus.DONE),
        ("audit", "warning", ExitStatus.FINDINGS),
        ("disabled", "note", ExitStatus.DONE),
    ],
)
def test_the_exit_status_follows_the_weight(
    modelyard: Callable[..., Any], policies: Any, effect: str, fail_on: str, status: ExitStatus
) -> None:
    assert modelyard("audit", "dev", "--policies", policies(effect), "--fail-on", fail_on).status == status


def test_a_baseline_lets_a_team_start_with_what_it_has(
    modelyard: Callable[..., Any], policies: Any, tmp_path: Path
) -> None:
    known = str(tmp_path / "known.json")
    first = modelyard("audit", "dev", "--policies", policies("audit"), "--baseline", known, "--write-baseline")
    assert first.status == ExitStatus.DONE
    again = ("audit", "dev", "--policies", policies("audit"), "--baseline", known, "--fail-on", "warning")
    assert modelyard(*again).status == ExitStatus.DONE, "what is known doesn't fail"
    worse = modelyard("audit", "dev", "--policies", policies("deny"), "--baseline", known)
    assert worse.status == ExitStatus.FINDINGS, "an audit that has become a denial is news"
    mended = modelyard("audit", "dev", "--baseline", known)
    assert "of the baseline are mended" in mended.out


def test_every_form_of_the_result_is_written(modelyard: Callable[..., Any], policies: Any, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("a.html", "a.sarif", "a.xml")}
    said = modelyard(
        "audit", "dev", "--policies", policies("deny"), "--json", "--html", str(files["a.html"]),
        "--sarif", str(files["a.sarif"]), "--junit", str(files["a.xml"]), "--trend", str(tmp_path / "trend.jsonl"),
    )  # fmt: skip
    assert {each["category"] for each in said.json["policyFindings"]} == {"denied"}
    assert said.json["counts"]["resources"] > len(said.json["policyFindings"])
    assert all(DEFINITION in files[name].read_text() or "Stay near" in files[name].read_text() for name in files)
    results = json.loads(files["a.sarif"].read_text())["runs"][0]["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "stacks/Pulumi.dev.yaml"
    assert json.loads((tmp_path / "trend.jsonl").read_text())["violating"] == len(said.json["policyFindings"])


@pytest.mark.parametrize("option", ["--html", "--sarif", "--junit", "--trend", "--baseline"])
def test_a_file_that_cannot_be_written_is_told_and_the_folders_are_made(
    modelyard: Callable[..., Any], tmp_path: Path, option: str
) -> None:
    more = ["--write-baseline"] if option == "--baseline" else []
    (tmp_path / "taken").write_text("")
    said = modelyard("audit", "dev", option, str(tmp_path / "taken" / "a.out"), *more)
    assert said.status == ExitStatus.USAGE
    assert "taken" in said.out + said.err
    assert "Traceback" not in said.err
    assert "stack dev: " in said.out, "what was found isn't lost with the file"
    file = tmp_path / "new" / "a.out"
    assert modelyard("audit", "dev", option, str(file), *more).status == ExitStatus.DONE
    assert file.read_text()


def test_runs_are_kept_in_a_folder_that_is_not_there_yet(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    modelyard("audit", "dev", "--trend", str(tmp_path / "audits"))
    assert len((tmp_path / "audits" / "trend.jsonl").read_text().splitlines()) == 1


def test_a_stack_file_that_is_wrong_is_told_first(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(Path("Pulumi.yaml").read_text())
    (tmp_path / "stacks/Pulumi.bad.yaml").write_text("config:\n  modelyard:account: {}\n")
    said = modelyard("audit", "bad", "--project", str(tmp_path))
    assert said.status == ExitStatus.FINDINGS
    assert "[config." in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "nothing was named"),
        (("dev", "--scope", "subscription", "--preview"), "--scope and --preview are different things"),
        (("dev", "--state", "x.json", "--preview"), "--state and --preview are different things"),
        (("dev", "--write-baseline"), "--baseline known.json --write-baseline"),
        (("dev", "--baseline", "missing.json"), "missing.json"),
        (("--state", "missing.json"), "missing.json"),
    ],
)
def test_what_cannot_be_audited_says_what_can(modelyard: Callable[..., Any], words: tuple[str, ...], says: str) -> None:
    said = modelyard("audit", *words)
    assert said.status == ExitStatus.USAGE
    assert says in said.out + said.err


def test_a_state_export_needs_no_project(modelyard: Callable[..., Any], tmp_path: Path, policies: Any) -> None:
    """An auditor has an export and policies, and neither the program nor an account."""
    account = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a"
    deployment = {
        "urn": "urn:pulumi:dev::shop::azure-native:cognitiveservices:Deployment::chat",
        "type": "azure-native:cognitiveservices:Deployment",
        "custom": True,
        "id": f"{account}/deployments/chat",
        "inputs": {"accountName": "a"},
        "outputs": {"name": "chat", "sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {}},
    }
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"version": 3, "deployment": {"resources": [deployment]}}))
    said = modelyard(
        "audit", "--state", str(export), "--policies", policies("deny"), "--project", str(tmp_path), "--json"
    )
    assert said.status == ExitStatus.FINDINGS
    assert [each["resource"] for each in said.json["policyFindings"]] == [f"{account}/deployments/chat"]
    assert said.json["findings"] == [], "in the sandbox nobody else assigns"
    export.write_text(export.read_text().replace(SUBSCRIPTION_ID, "0f0f0f0f-0000-4000-8000-000000000000"))
    said = modelyard(
        "audit", "--state", str(export), "--policies", policies("deny"), "--project", str(tmp_path), "--json"
    )
    codes = {each["code"] for each in said.json["findings"]}
    assert codes == {"audit.policies-unknown", "audit.nothing-reached"}, "of a real subscription, whoever asks"


def test_a_state_of_the_sandbox_is_not_taken_for_azures(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    """A rehearsal uses the stack's own subscription, so that `--target sandbox` is believed; the reverse can't be."""
    file = tmp_path / "state.json"

    def asked(subscription: str, target: str) -> Any:
        account = f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a"
        resource = {"urn": "urn:pulumi:p::p::azure-native:cognitiveservices:Account::a", "id": account,
                    "type": "azure-native:cognitiveservices:Account", "custom": True, "inputs": {},
                    "outputs": {"name": "a", "properties": {}}}  # fmt: skip
        file.write_text(json.dumps({"version": 3, "deployment": {"resources": [resource]}}))
        return modelyard("audit", "--state", str(file), "--target", target)

    refused = asked(SUBSCRIPTION_ID, "azure")
    assert refused.status == ExitStatus.USAGE
    assert "[cli.state-differs]" in refused.err
    elsewhere = "11111111-1111-4111-8111-111111111111"
    for subscription, target, first in (
        (SUBSCRIPTION_ID, "sandbox", "target: sandbox, according to the ids in the state"),
        (elsewhere, "azure", "target: azure, according to the ids in the state"),
        (elsewhere, "sandbox", "target: sandbox, a rehearsal of a stack for azure, according to the command line"),
    ):
        said = asked(subscription, target)
        assert said.status == ExitStatus.DONE
        assert said.out.startswith(first)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_export_is_read_in_every_encoding_that_shells_write(
    modelyard: Callable[..., Any], tmp_path: Path, encoding: str
) -> None:
    """`pulumi stack export > export.json` writes UTF-16 in PowerShell."""
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"version": 3, "deployment": {"resources": []}}), encoding=encoding)
    said = modelyard("audit", "--state", str(export), "--project", str(tmp_path))
    assert said.status == ExitStatus.DONE
    assert f"state {export}: 0 resources" in said.out


def test_the_sandbox_is_judged_by_its_own_clock(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    """Its exemptions end by that clock; an audit by another would call exempt what its policy states don't."""
    later = datetime.now(UTC) + timedelta(days=20)
    rule = {
        "if": {"allOf": [
            {"field": "type", "equals": "Microsoft.Resources/subscriptions"},
            {"value": "[utcNow()]", "greater": f"{later:%Y-%m-%dT%H:%M:%SZ}"},
        ]},
        "then": {"effect": "deny"},
    }  # fmt: skip
    written = [
        {"name": "near", "properties": {"mode": "All", "displayName": "In time", "policyRule": rule}},
        {
            "name": "time",
            "properties": {"scope": f"/subscriptions/{SUBSCRIPTION_ID}", "policyDefinitionId": DEFINITION},
        },
    ]
    (tmp_path / "policies.json").write_text(json.dumps(written))
    words = ("audit", "--scope", "subscription", "--target", "sandbox", "--policies", str(tmp_path / "policies.json"))
    try:
        assert modelyard(*words).status == ExitStatus.DONE
        modelyard("sandbox", "clock", "advance", "30d")
        said = modelyard(*words)
        assert said.status == ExitStatus.FINDINGS, said.err
        assert "is denied by 'In time'" in said.out
        named = modelyard("audit", "dev", *words[1:])
        assert "is denied by 'In time'" in named.out, "a stack's name says where, not when"
    finally:
        modelyard("sandbox", "stop")
