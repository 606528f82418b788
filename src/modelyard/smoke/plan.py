"""Which questions follow from a stack: the checks, each with what it expects. Ids are stable; pipelines select by them.

    deployment.answers              with a token, on every endpoint that its model serves
    deployment.keeps-limits         the limits that its replies state are the declared ones
    deployment.answers-with-key     the same with a key, where keys are on
    account.refuses-keys            where keys are off: a key gets 403, without regard to what it is
    account.refuses-wrong-key       where keys are on: a key that isn't the account's gets 401
    endpoint.refuses-anonymous      nothing gets 401
    endpoint.refuses-unknown-model  a deployment that doesn't exist gets 404

Liveness asks the first only, on one endpoint of each deployment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from modelyard.smoke import verdicts
from modelyard.smoke.matching import expected
from modelyard.smoke.options import Options, Profile
from modelyard.smoke.outputs import Deployed, Outputs
from modelyard.smoke.requests import SHOWN, Credential, Operation, Question, of, question
from modelyard.smoke.verdicts import Judge

ANSWERS = "deployment.answers"
KEEPS_LIMITS = "deployment.keeps-limits"
ANSWERS_WITH_KEY = "deployment.answers-with-key"
REFUSES_KEYS = "account.refuses-keys"
REFUSES_WRONG_KEY = "account.refuses-wrong-key"
REFUSES_ANONYMOUS = "endpoint.refuses-anonymous"
REFUSES_UNKNOWN = "endpoint.refuses-unknown-model"

UNKNOWN = "modelyard-no-such-deployment"


@dataclass(frozen=True, slots=True)
class Planned:
    """One check to come. `skipped` says why it isn't asked; `also` is judged from the same answer.

    One that isn't `reported` is asked for the sake of `also` alone.
    """

    id: str
    subject: str
    expected: str
    deployment: str = ""
    question: Question | None = None
    credential: Credential = "token"
    judge: Judge | None = None
    also: "Planned | None" = None
    skipped: str = ""
    reported: bool = True

    @property
    def negative(self) -> bool:
        """Whether a refusal is what is expected."""
        return ".refuses-" in self.id


def plan(outputs: Outputs, options: Options) -> tuple[Planned, ...]:
    """Every selected check, in the order in which they are reported."""
    behaviour = options.profile is Profile.BEHAVIOUR
    found: list[Planned] = []
    for deployment in outputs.deployments:
        found.extend(_positive(outputs, deployment, options))
    if behaviour and found:
        found.extend(_negative(outputs))
    narrowed = (_narrowed(one, options.select) for one in found)
    return tuple(one for one in narrowed if one.reported or one.also)


def _narrowed(planned: Planned, select: tuple[str, ...]) -> Planned:
    also = planned.also if planned.also is not None and _selected(planned.also, select) else None
    return replace(planned, also=also, reported=_selected(planned, select))


def _selected(planned: Planned, select: tuple[str, ...]) -> bool:
    names = (planned.id, planned.deployment) if planned.deployment else (planned.id,)
    return not select or any(fnmatchcase(name, pattern) for pattern in select for name in names)


def _positive(outputs: Outputs, deployment: Deployed, options: Options) -> Iterator[Planned]:
    operation = _operation(deployment)
    if operation is None:
        yield Planned(
            ANSWERS,
            f"{deployment.name}: {' or '.join(deployment.serving.operations)}",
            expected(deployment),
            deployment.name,
            skipped=deployment.serving.reason or "no request is known that would prove this model",
        )
        return
    endpoints = [name for name in deployment.endpoints if name in outputs.urls]
    if options.profile is Profile.LIVENESS:
        endpoints = endpoints[:1]
    judge = (verdicts.chat if operation == "chat" else verdicts.embeddings)(deployment, options.propagation)
    credentials: tuple[Credential, ...] = ("token",)
    if outputs.keys and options.profile is Profile.BEHAVIOUR:
        credentials = ("token", "key")
    for credential in credentials:
        for number, endpoint in enumerate(endpoints):
            asked = of(deployment, endpoint, outputs.urls[endpoint], operation)
            first = credential == "token" and number == 0
            yield Planned(
                ANSWERS if credential == "token" else ANSWERS_WITH_KEY,
                f"{deployment.name}: {asked.shown}, with a {credential}",
                expected(deployment),
                deployment.name,
                asked,
                credential,
                judge,
                also=_limits(deployment) if first and options.profile is Profile.BEHAVIOUR else None,
            )


def _limits(deployment: Deployed) -> Planned | None:
    declared = [
        f"{figure} {name} a minute"
        for name, figure in (("tokens", deployment.tokens_per_minute), ("requests", deployment.requests_per_minute))
        if figure
    ]
    if not declared:
        return None
    subject = f"{deployment.name}: limits that its replies state"
    return Planned(KEEPS_LIMITS, subject, ", ".join(declared), deployment.name, judge=verdicts.limits(deployment))


def _negative(outputs: Outputs) -> Iterator[Planned]:
    """Asked of endpoints that some deployment of the stack serves, with names of deployments that exist."""
    for endpoint, url in outputs.urls.items():
        known = next((one for one in outputs.deployments if endpoint in one.endpoints and _operation(one)), None)
        if known is None:
            continue
        operation = _operation(known) or "chat"
        asked = of(known, endpoint, url, operation)
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
            question=question(endpoint, url, operation, UNKNOWN),
            judge=verdicts.no_such_model,
        )


def _with_key(outputs: Outputs, asked: Question, where: str) -> Planned:
    if outputs.keys:
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


def _operation(deployment: Deployed) -> Operation | None:
    """The operation that proves the deployment; None where only another kind of request could."""
    operations = deployment.serving.operations
    if "chat" in operations:
        return "chat"
    return "embeddings" if "embeddings" in operations else None
