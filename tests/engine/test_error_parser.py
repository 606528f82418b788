"""A user acts on the failure, not on the engine's text; each text here is one that the engine or the plugin writes."""

import json
from pathlib import Path
from typing import Any

import pytest

from modelyard.arm.errors import ArmError
from modelyard.azure.failures import AzureRefused
from modelyard.engine import error_parser, failures
from modelyard.engine.events import Diagnostic, Violation
from modelyard.failures import ExitStatus
from modelyard.sandbox.arm.answers import ANSWERS

PROJECT = Path("/home/team/yard")
URN = "urn:pulumi:dev::tried::modelyard:index:Yard$azure-native:cognitiveservices:Deployment::chat"
ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a/deployments/chat"

LOCKED = """error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete \
the lock file with `pulumi cancel`.
  file:///s/.pulumi/locks/organization/tried/dev/0782.json: created by ann@vm (pid 1234) at 2026-11-23T10:47:32Z"""
NO_PASSPHRASE = """error: getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or \
PULUMI_CONFIG_PASSPHRASE_FILE environment variables"""


@pytest.mark.parametrize(
    ("text", "code", "status", "part"),
    [
        ("error: no stack named 'nope' found", "engine.no-stack", ExitStatus.USAGE, "nope"),
        ("error: stack 'organization/tried/dev' already exists", "engine.stack-exists", ExitStatus.USAGE, "tried/dev"),
        (
            LOCKED,
            "engine.stack-locked",
            ExitStatus.ENGINE,
            "ann@vm (pid 1234) at 2026-11-23T10:47:32Z",
        ),
        ("error: getting stack configuration: incorrect passphrase", "engine.wrong-passphrase", ExitStatus.USAGE, ""),
        (
            NO_PASSPHRASE,
            "engine.wrong-passphrase",
            ExitStatus.USAGE,
            "PULUMI_CONFIG_PASSPHRASE",
        ),
        (
            "error: no Pulumi.yaml project file found (searching upwards from /tmp). If you have not created a project",
            "engine.no-project",
            ExitStatus.USAGE,
            "/tmp",
        ),
        (
            "error: --yes or --skip-preview must be passed in to proceed when running in non-interactive mode",
            "engine.not-confirmed",
            ExitStatus.USAGE,
            "`confirm`",
        ),
        (
            "error: no resource plugin 'pulumi-resource-azure-native' found in the workspace at version v3.29.0",
            "engine.no-plugin",
            ExitStatus.ENGINE,
            "azure-native",
        ),
        ("error: something new", "engine.failed", ExitStatus.ENGINE, "status 255: something new"),
        ("", "engine.failed", ExitStatus.ENGINE, "said nothing"),
    ],
)
def test_last_words_become_failures(text, code, status, part):
    found = error_parser.failure(text, 255)
    assert (found.code, found.status) == (code, status)
    assert part in str(found)


def diagnosed(message: str, urn: str = URN) -> list[failures.EngineFailure]:
    return list(error_parser.from_diagnostics([Diagnostic("error", message, urn)], PROJECT))


REFUSALS = {
    "azure-native 3": 'Status=409 Code="RequestConflict" Message="Another operation is "being" performed."',
    "azcore": f"""PUT https://management.azure.com{ID}
---
RESPONSE 409: 409 Conflict
ERROR CODE: RequestConflict
---
{{
  "error": {{
    "code": "RequestConflict",
    "message": "Another operation is \\"being\\" performed."
  }}
}}
---
""",
}


@pytest.mark.parametrize("form", REFUSALS)
def test_azures_refusal_is_told_in_azures_words_with_advice(form):
    (found,) = diagnosed(REFUSALS[form])
    assert isinstance(found, failures.RefusedByAzure)
    assert found.status is ExitStatus.REFUSED
    assert (found.http_status, found.arm_code) == (409, "RequestConflict")
    assert found.message == 'Another operation is "being" performed.'
    assert "chat (azure-native:cognitiveservices:Deployment)" in found.what
    assert "wait for it" in found.remedy


VIOLATION: dict[str, Any] = {
    "type": "PolicyViolation",
    "info": {
        "policyDefinitionDisplayName": "Allowed SKUs",
        "policyDefinitionEffect": "Deny",
        "policyAssignmentName": "skus",
        "policyAssignmentId": "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/skus",
        "evaluationDetails": {
            "evaluatedExpressions": [
                {"expression": "sku.name", "expressionValue": "Batch", "operator": "NotIn", "targetValue": ["Standard"]}
            ]
        },
    },
}


@pytest.mark.parametrize("form", ["the stand-in's", "azcore's long one"])
def test_a_policys_refusal_says_which_policy_and_which_condition_decided(form):
    """The policy is another team's: without these two lines its owner is asked what the machine knew."""
    error = ArmError(403, "RequestDisallowedByPolicy", "No.", target="chat", additional_info=(VIOLATION,))
    body = f"RESPONSE 403: 403\nERROR CODE: RequestDisallowedByPolicy\n---\n{json.dumps(error.body(), indent=2)}\n---\n"
    (found,) = diagnosed(str(AzureRefused(error, ID, {"x-ms-request-id": "r1"})) if form == "the stand-in's" else body)
    assert isinstance(found, failures.RefusedByAzure)
    assert found.message.splitlines()[:3] == [
        "No.",
        f"  policy:  Allowed SKUs (Deny), assigned as skus: {VIOLATION['info']['policyAssignmentId']}",
        '  because: sku.name is "Batch"; NotIn ["Standard"] is ?',
    ]
    assert ("r1" in found.message) == (form == "the stand-in's"), "support asks for the request's id"


def test_a_refusal_without_a_code_keeps_its_status():
    (found,) = diagnosed('Status=500 Message="boom"')
    assert isinstance(found, failures.RefusedByAzure)
    assert (found.arm_code, found.remedy) == ("500", error_parser.AGAIN)


def test_what_exists_already_is_told_with_the_command_that_takes_it_in():
    (found,) = diagnosed(f"cannot create already existing resource '{ID}'")
    assert isinstance(found, failures.ResourceExists)
    assert f"pulumi import azure-native:cognitiveservices:Deployment chat {ID}" in found.remedy


def test_a_providers_own_trouble_is_no_refusal():
    (found,) = diagnosed("connection refused")
    assert (type(found), found.status) == (failures.ResourceFailed, ExitStatus.ENGINE)


TRACEBACK = """Program failed with an unhandled exception:
Traceback (most recent call last):
  File "/home/team/yard/infra/__main__.py", line 9, in <module>
    yard(stack)
  File "/home/team/yard/.venv/lib/python3.11/site-packages/modelyard/resources/yard.py", line 3, in yard
    raise ValueError(text)
    ^^^^^^^^^^^^^^^^^^^^^^
ValueError: two
    lines
"""


def test_a_programs_traceback_is_cut_to_the_projects_own_files():
    (found,) = diagnosed(TRACEBACK, urn="")
    assert found.code == "engine.program-failed"
    assert found.what == "the Pulumi program failed: ValueError: two\n    lines"
    assert found.where == 'File "/home/team/yard/infra/__main__.py", line 9, in <module>\nyard(stack)'


def test_an_error_that_a_program_raises_by_the_sdk_is_kept_as_it_is():
    (found,) = diagnosed("the stack file has findings", urn="urn:pulumi:dev::tried::pulumi:pulumi:Stack::tried-dev")
    assert (found.code, found.what) == (
        "engine.program-failed",
        "the Pulumi program failed: the stack file has findings",
    )


@pytest.mark.parametrize(
    "text",
    [
        "resource urn:x violates plan: properties changed: ++[sku]",
        "update is not allowed by the plan: this resource is constrained to create",
    ],
)
def test_a_plan_that_is_exceeded_is_told_as_such(text):
    (found,) = diagnosed(text)
    assert found.code == "engine.plan-exceeded"


def test_closing_words_and_repetitions_add_nothing():
    said = [
        Diagnostic("error", "boom", URN),
        Diagnostic("error", "boom", URN),
        Diagnostic("warning", "careful", URN),
        Diagnostic("error", "update failed", ""),
        Diagnostic("error", "preview failed", ""),
    ]
    assert len(list(error_parser.from_diagnostics(said, PROJECT))) == 1, "one mistake must not look like four"


def test_only_mandatory_policies_stop_a_command():
    said = [Violation("p/a", "mandatory", "no", URN), Violation("p/b", "advisory", "hm", URN)]
    (found,) = error_parser.from_violations(said)
    assert (found.status, "p/a: no" in str(found)) == (ExitStatus.FINDINGS, True)


def test_advice_is_a_sentence_for_each_code():
    for code, text in error_parser.advice().items():
        assert code.replace(" ", "").isalpha()
        assert text
        assert not text.endswith(".")


ASKED_BY_NO_STACK = {
    "BadRequest",  # keys of an account that has them off: the program doesn't ask
    "DeletedAccountNotFound",
    "InvalidApiVersionParameter",
    "InvalidCreateRemediationRequest",
    "InvalidFilterInQueryString",
    "InvalidQueryParameterValue",  # options of lists, which no program gives
    "InvalidRoleAssignmentId",  # names are GUIDs of our own making
    "LocationRequired",
    "MissingApiVersionParameter",
    "NoValidSubscriptionsInQueryRequest",  # Resource Graph is asked by no program
    "NotFound",
    "PolicyAssignmentNotFound",
    "PolicyExemptionNotFound",
    "RemediationNotFound",
    "RoleAssignmentNotFound",
    "RoleDefinitionIsBuiltIn",
}


def test_every_refusal_that_a_stack_can_meet_has_advice():
    """A team reads it in a pipeline's log, and has to know what to change."""
    codes = {answer.code for answer in ANSWERS.values()}
    assert codes - set(error_parser.advice()) == ASKED_BY_NO_STACK


@pytest.mark.parametrize(("status", "remedy"), [(400, error_parser.UNKNOWN_CODE), (503, error_parser.AGAIN)])
def test_a_code_that_nobody_knows_has_a_next_step_too(status, remedy):
    (found,) = diagnosed(f'Status={status} Code="BrandNew" Message="No."')
    assert found.remedy == remedy


def test_a_code_may_have_spaces():
    """As Azure was seen to answer to a content filter that it doesn't take."""
    body = '{"error": {"code": "Resource has invalid content filter", "message": "No."}}'
    (found,) = diagnosed(f"RESPONSE 400: 400 Bad Request\nERROR CODE: Resource has invalid content filter\n---\n{body}")
    assert isinstance(found, failures.RefusedByAzure)
    assert found.arm_code == "Resource has invalid content filter"
    assert "correct the filter" in found.remedy
