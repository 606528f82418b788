"""Text for people: where, what and what to do; each thing once, and in the end a line that counts."""

from inline_snapshot import snapshot

from modelyard.destination import Destination
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Position, Severity
from modelyard.report import text
from modelyard.report.result import Check, Outcome, Report, Step

MISPLACED = Finding(
    "config.unknown-key",
    Severity.ERROR,
    "a deployment has no key 'size'",
    Position("stacks/Pulumi.dev.yaml", 12, 7),
    path="deployments.chat.size",
    found="size",
    allowed="model, sku, capacity",
    remedy="did you mean 'sku'?",
)
INFERRED = Finding("config.unit-inferred", Severity.WARNING, "the unit of gpt-5.4 is inferred")


class Locked(Failure):
    code = "engine.locked"
    status = ExitStatus.ENGINE


def check(outcome: Outcome) -> Check:
    return Check(
        "deployment.answers", "chat on /models", outcome, "200 from gpt-5.4", "503", "the service is busy", 3, 1.5, 2.0
    )


FULL = Report(
    command="smoke",
    stack="dev",
    destination=Destination("sandbox", "6d0c1b0e", "5a9db0c5"),
    findings=(MISPLACED, INFERRED),
    checks=tuple(check(outcome) for outcome in Outcome),
    steps=(Step("check", Outcome.PASSED, 0.34, "no findings"),),
    failures=(Locked("the stack is locked", where="dev", remedy="modelyard up dev"),),
    data={"answer": 42},
)


def test_text_says_where_what_and_what_to_do() -> None:
    assert text.write(FULL) == snapshot("""\
target: sandbox, tenant 6d0c1b0e, subscription 5a9db0c5
stacks/Pulumi.dev.yaml:12:7: error: a deployment has no key 'size' [config.unknown-key]
  at:      deployments.chat.size
  found:   size
  allowed: model, sku, capacity
  do:      did you mean 'sku'?
warning: the unit of gpt-5.4 is inferred [config.unit-inferred]
✗ deployment.answers  chat on /models
    expected: 200 from gpt-5.4
    observed: 503
    reason:   the service is busy
    asked:    3 calls, 2.0 s of waiting between them
– deployment.answers  chat on /models: 503; the service is busy
? deployment.answers  chat on /models
    expected: 200 from gpt-5.4
    observed: 503
    reason:   the service is busy
    asked:    3 calls, 2.0 s of waiting between them
○ deployment.answers  chat on /models: 503; the service is busy
the stack is locked [engine.locked]
  where:   dev
  do:      modelyard up dev
1 error, 1 warning; 1 passed, 1 failed, 1 skipped, 1 inconclusive, 1 not proved; failed: engine.locked
""")


def test_what_was_seen_before_is_not_told_again() -> None:
    assert INFERRED.message not in text.write(FULL, least=Severity.ERROR)
    assert INFERRED.message in text.write(FULL, least=Severity.ERROR, verbose=True)
    assert "1 warning" in text.write(FULL, least=Severity.ERROR), "but it is counted"
