"""A pipeline that means Azure and reaches the sandbox is green while nothing happened: where a command works is stated,
said in every report, and never guessed where nobody would notice.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from modelyard.azure.target import SANDBOX_VARIABLE, in_sandbox
from modelyard.cli.app import main
from modelyard.cli.terminal import context
from modelyard.config.loader import Loaded
from modelyard.destination import Destination, TargetName
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.target_resolution import (
    InSandbox,
    TargetMissing,
    login,
    point,
    resolve,
    works,
)
from modelyard.sandbox import SUBSCRIPTION_ID

Run = Callable[..., Any]
PROXY = "http://127.0.0.1:7443"
INSIDE = {SANDBOX_VARIABLE: PROXY, "HTTPS_PROXY": PROXY, "https_proxy": PROXY}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody is signed in, nothing is set, and no command has begun."""
    for name in ("MODELYARD_TARGET", *INSIDE, *("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID", "AZURE_TENANT_ID")):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path / "az"))
    works(None)


def stack(target: TargetName | None) -> Loaded:
    return Loaded(None, (), Path("stacks/Pulumi.prod.yaml"), target=target, subscription_id=None)


def moved(project: Path, name: str = "dev") -> Path:
    """The example's stack, for Azure."""
    file = project / f"stacks/Pulumi.{name}.yaml"
    file.write_text(file.read_text().replace("modelyard:target: sandbox", "modelyard:target: azure"))
    return file


@pytest.mark.parametrize(
    ("stated", "flag", "variable", "found"),
    [
        ("sandbox", None, None, Destination("sandbox")),
        ("azure", None, None, Destination("azure")),
        ("azure", "azure", None, Destination("azure")),
        ("azure", None, "azure", Destination("azure")),
        ("sandbox", "sandbox", "azure", Destination("sandbox")),
        ("azure", "azure", "sandbox", Destination("azure")),
        ("azure", "sandbox", None, Destination("sandbox", rehearsal=True)),
        ("azure", "sandbox", "azure", Destination("sandbox", rehearsal=True)),
        (None, "azure", None, Destination("azure")),
        (None, None, "sandbox", Destination("sandbox")),
        ("sandbox", "azure", None, "cli.target-differs"),
        ("sandbox", None, "azure", "cli.target-differs"),
        ("azure", None, "sandbox", "cli.target-differs"),
        (None, None, None, "cli.target-missing"),
        ("azure", None, "moon", "cli.target-unknown"),
    ],
)
def test_the_stacks_word_holds(
    stated: TargetName | None,
    flag: TargetName | None,
    variable: str | None,
    found: Destination | str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the explicit flag rehearses: a variable that is left over in a shell must not redirect a deployment."""
    if variable:
        monkeypatch.setenv("MODELYARD_TARGET", variable)
    if isinstance(found, Destination):
        assert resolve(flag, context(), stack(stated)) == found
    else:
        with pytest.raises(Failure, check=lambda failure: failure.code == found) as refused:
            resolve(flag, context(), stack(stated))
        assert getattr(refused.value, "status", None) is ExitStatus.USAGE


@pytest.mark.parametrize(
    "words",
    [("token",), ("audit", "--scope", "subscription"), ("policy", "pull"), ("doctor", "--project", "/")],
    ids=" ".join,
)
def test_a_command_without_a_stack_guesses_nothing_where_nobody_watches(
    modelyard: Run, words: tuple[str, ...], tmp_path: Path
) -> None:
    said = modelyard(*words, "--json")
    assert said.status == ExitStatus.USAGE
    (failure,) = said.json["failures"]
    assert failure["code"] == "cli.target-missing"
    assert "--target" in failure["remedy"]
    assert "MODELYARD_TARGET" in said.err
    assert not (tmp_path / "state").exists(), "no sandbox was started"


def test_at_a_terminal_the_sandbox_is_taken_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    assert "since no target was named" in str(resolve(None, context()))
    with pytest.raises(TargetMissing):
        resolve(None, context(), stack(None))


def test_a_command_line_that_differs_says_where_the_stack_says_it(
    modelyard: Run, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = moved(example).read_text().splitlines().index("  modelyard:target: azure") + 1
    said = modelyard("audit", "keys", "--target", "azure")
    assert said.status == ExitStatus.USAGE
    assert "the stack is for sandbox, and --target says azure [cli.target-differs]" in said.err
    assert "where:   stacks/Pulumi.keys.yaml:" in said.err
    rehearsed = modelyard("audit", "dev", "--target", "sandbox")
    assert rehearsed.out.startswith("target: sandbox, a rehearsal of a stack for azure, ")
    monkeypatch.setenv("MODELYARD_TARGET", "sandbox")
    left_over = modelyard("audit", "dev")
    assert left_over.status == ExitStatus.USAGE
    assert f"where:   stacks/Pulumi.dev.yaml:{line}" in left_over.err


@pytest.mark.parametrize(("name", "target"), [("dev", "azure"), ("keys", "sandbox")])
def test_every_form_of_a_report_says_where(
    modelyard: Run, example: Path, tmp_path: Path, name: str, target: str
) -> None:
    """Whoever is handed one file of them must not take the sandbox's figures for Azure's."""
    if target == "azure":
        moved(example)
    files = {form: tmp_path / f"report.{form}" for form in ("xml", "sarif", "html")}
    said = modelyard(
        "audit", name, "--json", "--junit", str(files["xml"]), "--sarif", str(files["sarif"]),
        "--html", str(files["html"]),
    )  # fmt: skip
    assert (said.json["target"], said.json["rehearsal"]) == (target, False)
    suite = ElementTree.parse(files["xml"]).getroot().find("testsuite")
    assert suite is not None
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert properties == {"target": target, "tenant": "", "subscription": "", "rehearsal": "false"}
    (run,) = json.loads(files["sarif"].read_text())["runs"]
    assert run["properties"]["target"] == target
    assert run["automationDetails"]["id"] == f"modelyard/audit/{name}/{target}/"
    page = files["html"].read_text()
    head = page[page.index("<body>") : page.index('class="headline"')]
    assert f"target: {target}, according to Pulumi.{name}.yaml" in head
    assert ("no figure on this page was read from Azure" in head) is (target == "sandbox")


def test_check_says_the_target_that_is_stated_and_that_nothing_was_asked(modelyard: Run, example: Path) -> None:
    file = moved(example)
    said = modelyard("check", "dev")
    assert said.out.splitlines()[0] == "target: azure, according to Pulumi.dev.yaml; nothing was asked there"
    location = "  azure-native:location: swedencentral\n"
    file.write_text(
        file.read_text().replace(location, f'{location}  azure-native:subscriptionId: "{SUBSCRIPTION_ID}"\n')
    )
    assert modelyard("check", "dev", "--json").json["subscription"] == SUBSCRIPTION_ID


def test_findings_are_standard_output(modelyard: Run, example: Path) -> None:
    """`modelyard check dev > report.txt` must not lose exactly the bad reports."""
    file = example / "stacks/Pulumi.dev.yaml"
    file.write_text(re.sub("sku: .*", "sku: Global", file.read_text()))
    said = modelyard("check", "dev")
    assert said.status == ExitStatus.FINDINGS
    assert said.err == ""
    assert "[config.sku-unknown]" in said.out


def test_what_stopped_a_command_is_standard_error_and_in_the_json(modelyard: Run, example: Path) -> None:
    assert modelyard("check", "prod").out == ""
    said = modelyard("check", "prod", "--json")
    assert [each["code"] for each in said.json["failures"]] == ["config.stack-missing"]
    assert "config.stack-missing" in said.err
    wrong = modelyard("check", "dev", "--nonsense", "--json")
    assert (wrong.status, wrong.json["failures"][0]["code"]) == (ExitStatus.USAGE, "cli.words-wrong")


def test_a_token_is_all_that_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`$(modelyard token)` is a header's value; where it comes from stands beside it."""
    monkeypatch.setenv("MODELYARD_STATE", str(tmp_path))
    try:
        assert main(["token", "--target", "sandbox"]) == ExitStatus.DONE
        said = capsys.readouterr()
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", said.out)
        assert said.err == f"target: {point(Destination('sandbox'), context()).destination}\n"
        assert SUBSCRIPTION_ID in said.err
    finally:
        main(["sandbox", "stop"])


def test_azure_is_not_reached_through_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a shell of `sandbox env` every request ends in the sandbox, and a report would call it Azure."""
    for name, value in INSIDE.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InSandbox):
        point(Destination("azure"), context())


@pytest.mark.parametrize(
    ("environment", "inside"),
    [
        (INSIDE, True),
        ({}, False),
        ({**INSIDE, SANDBOX_VARIABLE: ""}, False),
        ({**INSIDE, "https_proxy": "http://proxy.contoso.com"}, False),
        ({SANDBOX_VARIABLE: PROXY}, False),
        ({"MODELYARD_TARGET": "sandbox"}, False),
    ],
)
def test_a_process_is_in_the_sandbox_where_its_requests_end_there(environment: dict[str, str], inside: bool) -> None:
    assert in_sandbox(environment) is inside


PROFILE = {
    "subscriptions": [
        {"id": "AAAA", "tenantId": "t-a", "isDefault": False},
        {"id": "bbbb", "tenantId": "t-b", "isDefault": True},
    ]
}


@pytest.mark.parametrize(
    ("environment", "named", "found"),
    [
        ({}, "", ("t-b", "bbbb")),
        ({}, "aaaa", ("t-a", "aaaa")),
        ({}, "cccc", ("", "cccc")),
        ({"ARM_SUBSCRIPTION_ID": "aaaa"}, "", ("t-a", "aaaa")),
        ({"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "me"}, "", ("t", "")),
        ({"AZURE_TENANT_ID": "t", "AZURE_SUBSCRIPTION_ID": "s"}, "bbbb", ("t", "bbbb")),
        ({**INSIDE, "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION_ID, "AZURE_CLIENT_ID": "me"}, "", ("", "")),
    ],
)
def test_tenant_and_subscription_are_those_of_the_login(
    environment: dict[str, str], named: str, found: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "azureProfile.json").write_text(json.dumps(PROFILE), encoding="utf-8-sig")
    assert login({"AZURE_CONFIG_DIR": str(tmp_path), **environment}, named) == found


@pytest.mark.parametrize("content", ["", "[]", "{", '{"subscriptions": 1}', '{"subscriptions": [1]}'])
def test_a_profile_that_says_nothing_is_no_login(content: str, tmp_path: Path) -> None:
    (tmp_path / "azureProfile.json").write_text(content)
    assert login({"AZURE_CONFIG_DIR": str(tmp_path)}) == ("", "")
