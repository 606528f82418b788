"""Twenty deployments refused for one reason are one thing to read, and the last line says what was refused."""

from modelyard.engine.failures import Interrupted, RefusedByAzure
from modelyard.report import failures, text
from modelyard.report.result import Report


def refused(name: str, code: str = "AuthorizationFailed", message: str = "no right to write {}") -> RefusedByAzure:
    request = f"\n  request: {hash(name)}"
    return RefusedByAzure(
        name=name,
        type_="azure-native:cognitiveservices:Deployment",
        urn=f"urn::{name}",
        http_status=403,
        arm_code=code,
        message=message.format(name) + request,
        advice="get the right",
    )


def test_failures_that_differ_in_their_subject_only_are_told_once():
    found = [refused(f"chat-{number}") for number in range(20)] + [refused("embed", "Conflict")]
    first, other = failures.blocks(found)
    assert "no right to write chat-0" in first
    assert "19 more failed in the same way: chat-1, chat-2," in first
    assert "Conflict" in other


def test_another_reason_is_no_other_subject():
    assert len(failures.blocks([refused("a"), refused("b", message="no quota for {}")])) == 2


def test_the_last_line_names_what_was_refused():
    found = (*(refused(f"chat-{number}") for number in range(7)), refused("embed", "Conflict"))
    last = text.write(Report(command="up", text="1 created, 8 failed", failures=found)).splitlines()[-1]
    assert last == (
        "refused by Azure: chat-0, chat-1, chat-2, chat-3, chat-4 and 2 more (AuthorizationFailed); "
        "refused by Azure: embed (Conflict)"
    )


def test_a_failure_without_a_subject_is_named_by_its_code():
    report = Report(command="up", text="3 created", failures=(Interrupted("up", killed=False),))
    assert text.write(report).splitlines()[-1] == "failed: engine.interrupted"
