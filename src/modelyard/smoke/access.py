"""Who may call and who may not: with no credential, with a wrong key, and in the names of further principals.

Asked of endpoints that some deployment of the stack serves, with names of deployments that exist. `/models` is asked
only where a deployment is served there and not on `/openai/v1`: where the route is gone it refuses everybody, which
proves nothing.

Whose access is asked for is the caller's to say, with a token for each: a stack says which roles it gives, not who else
has some from above it.
"""

from collections.abc import Iterable, Iterator

from modelyard.smoke import verdicts
from modelyard.smoke.outputs import Deployed, Outputs
from modelyard.smoke.planned_check import Planned
from modelyard.smoke.requests import SHOWN, Operation, Question, of, operation_of, question
from modelyard.smoke.verdicts import expected

ALLOWS = "access.allows"
REFUSES = "access.refuses-without-role"


REFUSES_KEYS = "account.refuses-keys"
REFUSES_WRONG_KEY = "account.refuses-wrong-key"
REFUSES_ANONYMOUS = "endpoint.refuses-anonymous"
REFUSES_UNKNOWN = "endpoint.refuses-unknown-model"

UNKNOWN = "modelyard-no-such-deployment"


def refusals(outputs: Outputs) -> Iterator[Planned]:
    """What nobody may do, three checks for each endpoint: a bad key, no credential, a name that doesn't exist."""
    for endpoint, known, operation in answering(outputs):
        asked = of(known, endpoint, outputs.urls[endpoint], operation)
        where = SHOWN[endpoint]
        yield _with_key(outputs, asked, where)
        yield Planned(
            REFUSES_ANONYMOUS,
            f"{where}, with no credential",
            "401",
            question=asked,
            credential="nothing",
            judge=verdicts.refused(401, otherwise={200: "anybody can call this account"}),
        )
        yield Planned(
            REFUSES_UNKNOWN,
            f"{where}, a deployment that doesn't exist",
            "404 DeploymentNotFound or unknown_model",
            question=question(endpoint, outputs.urls[endpoint], operation, UNKNOWN),
            judge=verdicts.no_such_model,
        )


def answering(outputs: Outputs) -> Iterator[tuple[str, Deployed, Operation]]:
    """Each endpoint to be asked, with the first deployment that answers on it and how it does."""
    for endpoint in outputs.urls:
        for deployment in outputs.deployments:
            operation = operation_of(deployment)
            if operation is not None and endpoint in _asked_on(outputs, deployment):
                yield endpoint, deployment, operation
                break


def _asked_on(outputs: Outputs, deployment: Deployed) -> tuple[str, ...]:
    served = tuple(name for name in deployment.endpoints if name in outputs.urls)
    return tuple(name for name in served if name != "models") if "openai-v1" in served else served


def _with_key(outputs: Outputs, asked: Question, where: str) -> Planned:
    if outputs.keys or outputs.keys_lost:
        meanings = {200: "a key that isn't the account's was taken", 403: "keys are refused, though they are on"}
        judge = verdicts.refused(401, otherwise=meanings)
        return Planned(
            REFUSES_WRONG_KEY,
            f"{where}, with a key that isn't the account's",
            "401",
            question=asked,
            credential="wrong key",
            judge=judge,
        )
    meanings = {200: "a key was taken, though keys are off", 401: "the key was looked at, so keys are not off"}
    judge = verdicts.refused(403, "AuthenticationTypeDisabled", otherwise=meanings)
    return Planned(
        REFUSES_KEYS,
        f"{where}, with a key",
        "403 AuthenticationTypeDisabled",
        question=asked,
        credential="wrong key",
        judge=judge,
    )


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
