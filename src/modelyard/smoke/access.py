"""Who may call and who may not, for principals beside the one that runs the checks.

Whose access is asked for is the caller's to say, with a token for each: a stack says which roles it gives, not who else
has some from above it.
"""

from collections.abc import Iterable, Iterator

from modelyard.smoke import verdicts
from modelyard.smoke.model_match import expected
from modelyard.smoke.outputs import Outputs
from modelyard.smoke.planned_check import Planned
from modelyard.smoke.refusals import answering
from modelyard.smoke.requests import of

ALLOWS = "access.allows"
REFUSES = "access.refuses-without-role"


def credential(name: str) -> str:
    """What calls in this principal's name are made with."""
    return f"principal {name}"


def allows(outputs: Outputs, names: Iterable[str], propagation: float) -> Iterator[Planned]:
    """Each is answered, on every endpoint that a deployment of the stack answers on."""
    judges = {"chat": verdicts.chat, "embeddings": verdicts.embeddings, "responses": verdicts.responses}
    for name in names:
        for endpoint, deployment, operation in answering(outputs):
            asked = of(deployment, endpoint, outputs.urls[endpoint], operation)
            yield Planned(
                ALLOWS,
                f"{name}: {asked.shown}, {deployment.name}",
                expected(deployment),
                question=asked,
                credential=credential(name),
                judge=judges[operation](deployment, propagation),
            )


def refuses(outputs: Outputs, names: Iterable[str]) -> Iterator[Planned]:
    """Each is turned away for want of a role, and for nothing else."""
    meanings = {
        200: "somebody without a role was answered",
        401: "the token was refused, so nothing is known of roles",
        403: "the account's network or authentication settings refuse the caller, so nothing is known of roles",
    }
    for name in names:
        for endpoint, deployment, operation in answering(outputs):
            asked = of(deployment, endpoint, outputs.urls[endpoint], operation)
            yield Planned(
                REFUSES,
                f"{name}: {asked.shown}, {deployment.name}",
                "401 PermissionDenied",
                question=asked,
                credential=credential(name),
                judge=verdicts.refused(401, "PermissionDenied", otherwise=meanings),
            )
