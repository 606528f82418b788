"""Which questions follow from a stack: the checks, each with what it expects. Ids are stable; pipelines select by them.

    deployment.answers              with a token, on every endpoint that its model serves, /openai/v1 first
    deployment.keeps-limits         the limits that its replies state are the declared ones
    deployment.answers-with-key     the same with a key, where keys are on
    filter.annotates                its replies are annotated with what its content filter has
    filter.blocks                   an entry of a blocklist that its content filter attaches is refused
    filter.passes                   and isn't where no filter attaches the list
    spillover.routes                what a full provisioned deployment can't take is answered by the one it names
    access.allows                   somebody who should have access is answered
    limits.429-honoured             calls that met a limit waited as long as they were told, and were answered
    account.refuses-keys            where keys are off: a key gets 403, without regard to what it is
    account.refuses-wrong-key       where keys are on: a key that isn't the account's gets 401
    endpoint.refuses-anonymous      nothing gets 401
    endpoint.refuses-unknown-model  a deployment that doesn't exist gets 404
    access.refuses-without-role     somebody who should have no access gets 401 PermissionDenied

Liveness asks the first only, on the first endpoint of each deployment, and of access only for those whom somebody
named. Nothing is done to provoke a limit: `limits.429-honoured` and `spillover.routes` make no calls of their own, and
are skipped where no limit was met.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from modelyard.failures import Failure
from modelyard.smoke import access, filters, verdicts
from modelyard.smoke.options import Profile, SmokeOptions
from modelyard.smoke.outputs import Deployed, Outputs
from modelyard.smoke.planned_check import Planned, narrowed
from modelyard.smoke.requests import Credential, Operation, of, operation_of
from modelyard.smoke.verdicts import expected

ANSWERS = "deployment.answers"
KEEPS_LIMITS = "deployment.keeps-limits"
ANSWERS_WITH_KEY = "deployment.answers-with-key"
SPILLOVER = "spillover.routes"
HONOURS_LIMITS = "limits.429-honoured"

IN_LIVENESS = (ANSWERS, access.ALLOWS, access.REFUSES)
IDS = (
    ANSWERS,
    KEEPS_LIMITS,
    ANSWERS_WITH_KEY,
    filters.ANNOTATES,
    filters.BLOCKS,
    filters.PASSES,
    SPILLOVER,
    HONOURS_LIMITS,
    access.ALLOWS,
    access.REFUSES,
    access.REFUSES_KEYS,
    access.REFUSES_WRONG_KEY,
    access.REFUSES_ANONYMOUS,
    access.REFUSES_UNKNOWN,
)

JUDGES = {"chat": verdicts.chat, "embeddings": verdicts.embeddings, "responses": verdicts.responses}


def plan(
    outputs: Outputs, options: SmokeOptions, *, allowed: tuple[str, ...] = (), strangers: tuple[str, ...] = ()
) -> tuple[Planned, ...]:
    """Every selected check, in the order in which they are reported; the names are those of further principals.

    `smoke.nothing-selected` tells patterns that could choose nothing of any stack with these deployments.
    """
    _check_selection(outputs, options)
    behaviour = options.profile is Profile.BEHAVIOUR
    found: list[Planned] = []
    for deployment in outputs.deployments:
        found.extend(_positive(outputs, deployment, options))
        if behaviour:
            found.extend(filters.checks(outputs, deployment, options.propagation))
    found.extend(_unproved(outputs, behaviour=behaviour))
    found.extend(access.allows(outputs, allowed, options.propagation))
    if behaviour and found:
        found.append(
            Planned(HONOURS_LIMITS, "limits that calls met", "the wait that each 429 asked for, then an answer")
        )
        found.extend(access.refusals(outputs))
    found.extend(access.refuses(outputs, strangers))
    chosen = (narrowed(one, options.select) for one in found)
    return tuple(one for one in chosen if one.reported or one.also)


def _check_selection(outputs: Outputs, options: SmokeOptions) -> None:
    names = [*(one.name for one in outputs.deployments), *outputs.missing]
    asked = (*(IDS if options.profile is Profile.BEHAVIOUR else IN_LIVENESS), *names)
    idle = [one for one in options.select if not any(fnmatchcase(name, one) for name in asked)]
    if idle:
        elsewhere = [one for one in idle if any(fnmatchcase(name, one) for name in IDS)]
        unknown = [one for one in idle if one not in elsewhere]
        parts = (("nothing is called", unknown), ("profile liveness doesn't ask", elsewhere))
        raise Failure.of(
            "smoke.nothing-selected",
            case="elsewhere" if elsewhere else "unknown",
            reasons=[f"{what} {', '.join(map(repr, patterns))}" for what, patterns in parts if patterns],
            ids=list(IDS),
            deployments=names or "none",
        )


def _unproved(outputs: Outputs, *, behaviour: bool) -> Iterator[Planned]:
    """What the last run declared and didn't bring about: nobody can ask it, and silence would look like a proof."""
    for name in outputs.missing:
        reason = "it doesn't exist: the last run declared it and didn't create it"
        yield Planned(ANSWERS, f"{name}: not deployed", "an answer", name, unproved=reason)
    if outputs.keys_lost and behaviour:
        reason = "the last run failed and left the account's keys unknown; run `modelyard up` again"
        yield Planned(ANSWERS_WITH_KEY, "the account's keys", "an answer to a key", unproved=reason)


def _positive(outputs: Outputs, deployment: Deployed, options: SmokeOptions) -> Iterator[Planned]:
    operation = operation_of(deployment)
    endpoints = [name for name in deployment.endpoints if name in outputs.urls]
    if operation is None:
        yield Planned(
            ANSWERS,
            f"{deployment.name}: {' or '.join(deployment.serving.operations)}",
            expected(deployment),
            deployment.name,
            skipped=f"no check exists for this operation; {deployment.serving.reason or 'see the card of the model'}",
            callable=False,
        )
        return
    if options.profile is Profile.LIVENESS:
        endpoints = endpoints[:1]
    credentials: tuple[Credential, ...] = ("token",)
    if outputs.keys and options.profile is Profile.BEHAVIOUR:
        credentials = ("token", "key")
    judge = JUDGES[operation](deployment, options.propagation)
    for credential in credentials:
        for number, endpoint in enumerate(endpoints):
            asked = of(deployment, endpoint, outputs.urls[endpoint], operation)
            first = credential == "token" and number == 0 and options.profile is Profile.BEHAVIOUR
            yield Planned(
                ANSWERS if credential == "token" else ANSWERS_WITH_KEY,
                f"{deployment.name}: {asked.shown}, with a {credential}",
                expected(deployment),
                deployment.name,
                asked,
                credential,
                judge,
                also=tuple(_from_the_same(outputs, deployment, operation)) if first else (),
            )


def _from_the_same(outputs: Outputs, deployment: Deployed, operation: Operation) -> Iterator[Planned]:
    """What one answer of the deployment says beside the answer."""
    declared = [
        f"{figure} {name} a minute"
        for name, figure in (("tokens", deployment.tokens_per_minute), ("requests", deployment.requests_per_minute))
        if figure
    ]
    if declared:
        subject = f"{deployment.name}: limits that its replies state"
        yield Planned(KEEPS_LIMITS, subject, ", ".join(declared), deployment.name, judge=verdicts.limits(deployment))
    if operation == "chat":
        yield from filters.annotates(outputs, deployment)
    if deployment.spillover:
        yield Planned(
            SPILLOVER,
            f"{deployment.name}: spillover to {deployment.spillover}",
            f"answered by {deployment.spillover} where {deployment.name} is full",
            deployment.name,
            judge=verdicts.spillover(deployment),
            telling=verdicts.SPILLOVER_FAILED,
        )
