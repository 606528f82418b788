"""A kind that a team's package adds lives its whole life, in every process, and nothing of Modelyard is changed for it.

The package, the stack file and the policy are those of docs/own-kinds.md, so that whoever follows the page gets there.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from modelyard.failures import ExitStatus

from .conftest import ROOT, Yard

PAGE = (ROOT / "docs" / "own-kinds.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {found[1]: text for _, text in BLOCKS if (found := re.match(r"# (\S+)\n", text))}
POLICY = next(text for language, text in BLOCKS if language == "json")
PLAN = "account.commitmentPlans.yearly"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment of its own, with all that this one has and the package of the page."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    here = next(path for path in sys.path if path.endswith("site-packages"))
    [site] = folder.glob("lib/python*/site-packages")
    site.joinpath("outer.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    package = tmp_path_factory.mktemp("package")
    for name in ("pyproject.toml", "contoso_kinds.py"):
        package.joinpath(name).write_text(FILES[name])
    made = str(folder / "bin" / "python")
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--disable-pip-version-check")
    subprocess.run([made, "-m", "pip", "install", *offline, package], check=True, env={**os.environ, "PYTHONPATH": ""})
    return made


@pytest.fixture
def own(yard: Yard, python: str) -> Iterator[Yard]:
    """The project, with the page's stack and policy, worked on in that environment."""
    folder = yard.project / "policies" / "azure"
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("no-renewal.json").write_text(POLICY)
    (stack,) = [name for name in FILES if name.startswith("stacks/")]
    yard.project.joinpath(stack).write_text(FILES[stack])
    yield replace(yard, python=python)
    yard.modelyard("sandbox", "stop", expect=None)


def test_without_the_package_the_key_is_unknown(yard: Yard, own: Yard) -> None:
    said = yard.modelyard("check", "plans", "--json", expect=ExitStatus.FINDINGS).json
    assert [(each["code"], each["path"]) for each in said["findings"] if each["severity"] == "error"] == [
        ("config.unknown-key", "account.commitmentPlans")
    ]


@pytest.mark.engine
def test_an_added_kind_lives_its_whole_life(own: Yard) -> None:
    """Checked, declared, declared again without a change, audited by one of its aliases, and deleted."""
    own.modelyard("check", "plans")
    wrong = own.project / "stacks" / "Pulumi.wrong.yaml"
    wrong.write_text((own.project / "stacks" / "Pulumi.plans.yaml").read_text().replace("tier: T1", "teir: T1"))
    said = own.modelyard("check", "wrong", "--json", expect=ExitStatus.FINDINGS).json
    assert f"{PLAN}.current.teir" in {each["path"] for each in said["findings"]}, "its members are those of ARM's type"

    own.modelyard("up", "plans", "--json")
    again = own.modelyard("up", "plans", "--json").json
    assert set(again["data"]["changes"]) == {"same"}

    held = own.modelyard("sandbox", "status", "--json").json["data"]["resources"]
    assert held["Microsoft.CognitiveServices/accounts/commitmentPlans"] == 1
    declared = own.modelyard("audit", "plans", "--json").json["policyFindings"]
    scope = f"/subscriptions/{again['subscription']}/resourceGroups/rg-contoso-plans"
    live = own.modelyard("audit", "plans", "--scope", scope, "--target", "sandbox", "--json").json["policyFindings"]
    for found in (declared, live):
        assert [(each["policy"], each["compliance_state"], each["path"]) for each in found] == [
            ("Commitment plans end", "NonCompliant", f"{PLAN}.autoRenew")
        ]

    gone = own.modelyard("destroy", "plans", "--json").json
    assert gone["data"]["changes"]["delete"] > 1
    held = own.modelyard("sandbox", "status", "--json").json["data"]["resources"]
    assert "Microsoft.CognitiveServices/accounts/commitmentPlans" not in held
