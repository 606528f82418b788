"""What nobody may do: call with a key that is no good, with nothing, or call what doesn't exist.

Asked of endpoints that some deployment of the stack serves, with names of deployments that exist. `/models` is asked
only where a deployment is served there and not on `/openai/v1`: where the route is gone it refuses everybody, which
proves nothing.
"""

from collections.abc import Iterator

from modelyard.smoke import verdicts
from modelyard.smoke.outputs import Deployed, Outputs
from modelyard.smoke.planned_check import Planned
from modelyard.smoke.requests import SHOWN, Operation, Question, of, operation_of, question

REFUSES_KEYS = "account.refuses-keys"
REFUSES_WRONG_KEY = "account.refuses-wrong-key"
REFUSES_ANONYMOUS = "endpoint.refuses-anonymous"
REFUSES_UNKNOWN = "endpoint.refuses-unknown-model"

UNKNOWN = "modelyard-no-such-deployment"


def checks(outputs: Outputs) -> Iterator[Planned]:
    """Three for each endpoint to be asked."""
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
