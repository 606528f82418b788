"""A report of policy findings of every category, as an audit makes it, and golden files for how it is written.

To accept changed output: `MODELYARD_ACCEPT=1 pytest tests/report`, then read the difference.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modelyard import __version__
from modelyard.destination import Destination
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Position, Severity
from modelyard.report.policy_finding import PolicyFinding, PolicySummary
from modelyard.report.result import Report

GOLDEN = Path(__file__).parent / "golden"
SUBSCRIPTION = "/subscriptions/0f0f0f0f-0000-4000-8000-000000000000"
ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/contoso"
AUTHORIZATION = "/providers/Microsoft.Authorization"

ASSIGNMENT = f"{SUBSCRIPTION}{AUTHORIZATION}/policyAssignments/house"

Rule = Callable[..., PolicyFinding]
Golden = Callable[[str, str], None]


class Unread(Failure):
    code = "audit.unread"
    status = ExitStatus.REFUSED


def finding(name: str = "chat", policy: str = "Stay near", **others: Any) -> PolicyFinding:
    resource = f"{ACCOUNT}/deployments/{name}"
    plain = PolicyFinding(
        key=f"{ASSIGNMENT}||{resource}|{policy}".lower(),
        state="NonCompliant",
        effect="deny",
        severity=Severity.ERROR,
        resource=resource,
        resource_type="Microsoft.CognitiveServices/accounts/deployments",
        resource_name=name,
        policy=policy,
        definition=f"{SUBSCRIPTION}{AUTHORIZATION}/policyDefinitions/{policy.lower().replace(' ', '-')}",
        assignment="Rules of the house",
        assignment_id=ASSIGNMENT,
        scope=SUBSCRIPTION,
        sources=("stack dev",),
    )
    return replace(plain, **others)


RULINGS = (
    finding(
        "chat",
        position=Position("stacks/Pulumi.dev.yaml", 12, 7),
        path="deployments.chat.sku",
        because=("field sku.name ('GlobalStandard') like 'Global*'",),
        message="Data stays in the EU.",
        remedy="change the resource so that the condition no longer holds, or ask for an exemption",
        sources=("stack dev", f"scope {SUBSCRIPTION}"),
        initiative="House baseline",
        reference="near",
        frameworks=("CIS_2.1", "ISO_27001_A.9"),
    ),
    finding("broken", "Divides by nothing", state="Error", because=("div() by 0",)),
    finding("audited", "Has a filter", effect="audit", severity=Severity.WARNING, frameworks=("CIS_2.1",)),
    finding("logs", "Sends its logs", effect="deployIfNotExists", severity=Severity.WARNING),
    finding(
        "keys", "Keys are off", effect="modify", severity=Severity.NOTE,
        changes=("properties.disableLocalAuth: false → true",),
    ),
    finding("attested", "Has been reviewed", state="Unknown", effect="manual", severity=Severity.NOTE),
    finding(
        "later", "Uses approved models", state="Undecided", severity=Severity.NOTE,
        waits_for=("properties.model.version",),
    ),
    finding("kept", "Can't be deleted", state="Protected", effect="denyAction", severity=Severity.NOTE),
    finding("old", "Has a filter", effect="audit", severity=Severity.WARNING, known=True),
    finding(
        "moving", state="Exempt", severity=Severity.NOTE, exemption="migration (Waiver until 2027-01-31)",
    ),
)  # fmt: skip
"""One of each category, in their order."""

REFUSED = Finding(
    "policy.assignment-refused",
    Severity.WARNING,
    "there is no such definition at hand",
    path="tags: policyDefinitions/x",
    remedy="add the definition's JSON to the library",
)


@pytest.fixture(scope="session")
def rule() -> Rule:
    """A finding: chat is denied by 'Stay near'; whatever is given differs."""
    return finding


@pytest.fixture(scope="session")
def audited() -> Report:
    """An audit with a finding of every category, and a policy that could not be put to work."""
    return Report(
        command="audit",
        stack="dev",
        destination=Destination("sandbox", "6d0c1b0e", "5a9db0c5"),
        findings=(REFUSED,),
        policy_findings=RULINGS,
        text="stack dev: 23 resources, 4 assignments, 12 policies, 130 verdicts",
        resources=23,
        evaluated=20,
        policies=(
            PolicySummary(policy="Stay near", assignment="Rules of the house", assignment_id=ASSIGNMENT, resources=6),
            PolicySummary(policy="Elsewhere", assignment="Rules of others", assignment_id="elsewhere"),
        ),
        baseline=True,
    )


@pytest.fixture(scope="session")
def unread() -> Failure:
    """Something that stopped a command."""
    return Unread("the scope can't be read", where=SUBSCRIPTION)


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Compares what was written with the golden file of that name, whatever the version."""

    def compare(name: str, written: str) -> None:
        file, found = GOLDEN / name, written.replace(__version__, "VERSION")
        if os.environ.get("MODELYARD_ACCEPT"):
            file.write_text(found, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == found, f"{name} is written in another way: read the difference"

    return compare
