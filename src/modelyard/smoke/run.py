"""All checks of a stack: what is asked, with whose tokens, and in which order the outcomes are given."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import anyio
import anyio.to_thread

from modelyard.arm.translation import PropertyMap
from modelyard.azure.target import DATA_PLANE_SCOPE, Target
from modelyard.failures import Failure
from modelyard.report.result import Check
from modelyard.smoke import access
from modelyard.smoke import outputs as stack
from modelyard.smoke.caller import Asker
from modelyard.smoke.check_plan import ANSWERS, plan
from modelyard.smoke.options import SmokeOptions
from modelyard.smoke.planned_check import Planned
from modelyard.smoke.requests import Credential
from modelyard.smoke.session import SmokeSession

TokenProvider = Callable[[], str]
"""Gives a token for the data plane, or raises; azure-identity's `get_bearer_token_provider` makes such."""


def run(
    outputs: PropertyMap,
    target: Target,
    options: SmokeOptions | None = None,
    *,
    principals: Mapping[str, TokenProvider] | None = None,
    strangers: Mapping[str, TokenProvider] | None = None,
    missing: tuple[str, ...] = (),
    keys_lost: bool = False,
) -> tuple[Check, ...]:
    """Ask everything that follows from the stack's outputs, and give the checks in the order of the plan.

    `missing` are deployments that a run declared and that aren't there: they are told as not proved, and so are keys
    that are on and were lost by a failed run. `principals` are others who should be answered, `strangers` such as
    should not be for want of a role; both by a name that reports show. Nothing that a network, an endpoint or a
    credential does raises: it is some check's outcome. `smoke.missing-output` tells outputs that name no endpoint,
    `smoke.nothing-selected` patterns that choose nothing, and `smoke.both-allowed-and-refused` names that stand on both
    sides. `options.progress` gets each check as it ends, from this thread.
    """
    chosen = options or SmokeOptions()
    known = replace(stack.read(outputs), missing=missing, keys_lost=keys_lost)
    return anyio.run(_run, known, target, chosen, dict(principals or {}), dict(strangers or {}))


async def _run(
    known: stack.Outputs,
    target: Target,
    options: SmokeOptions,
    principals: Mapping[str, TokenProvider],
    strangers: Mapping[str, TokenProvider],
) -> tuple[Check, ...]:
    if both := sorted(principals.keys() & strangers.keys()):
        raise Failure.of("smoke.both-allowed-and-refused", names=both)
    planned = plan(known, options, allowed=tuple(principals), strangers=tuple(strangers))
    needed = {one.credential for one in planned if one.question is not None}
    if any(one.negative for one in planned):
        needed.add("token")
    providers = {access.credential(name): one for name, one in {**strangers, **principals}.items()}
    providers["token"] = lambda: target.credential().get_token(DATA_PLANE_SCOPE).token
    tokens, troubles = await _tokens({name: one for name, one in providers.items() if name in needed})
    credentials = {**tokens, "key": known.keys[0]} if known.keys else tokens
    async with target.transport.async_client(timeout=options.timeout, connections=options.concurrency) as client:
        asker = Asker(client, credentials, budget=options.budget, propagation=options.propagation, wait=options.wait)
        session = SmokeSession(asker, options, troubles)
        negative = any(one.negative for one in planned)
        proof = plan(known, replace(options, select=(ANSWERS,))) if negative and not _asks_with_token(planned) else ()
        await session.ask(planned, sparing=_sparing(known), proof=proof)
    return tuple(check for one in planned for check in session.checks_of(one))


def _asks_with_token(planned: Iterable[Planned]) -> bool:
    """Whether a success among them would show that the endpoint answers whoever has a role."""
    return any(one.question is not None and not one.negative and one.credential == "token" for one in planned)


def _sparing(known: stack.Outputs) -> frozenset[str]:
    """Deployments that allow so little that their checks had better come one after the other."""
    return frozenset(one.name for one in known.deployments if (one.requests_per_minute or FEW) < FEW)


FEW = 30
"""Requests a minute. Azure enforces them over a second or ten (docs, quota), so few allow hardly two at once."""


async def _tokens(providers: Mapping[Credential, TokenProvider]) -> tuple[dict[Credential, str], dict[Credential, str]]:
    """The tokens, and why there is none where there is none: a credential may talk to anything, and raise anything."""
    tokens: dict[Credential, str] = {}
    troubles: dict[Credential, str] = {}

    async def fetch(name: Credential, provider: TokenProvider) -> None:
        try:
            tokens[name] = await anyio.to_thread.run_sync(provider)
        except Exception as error:  # azure-identity documents no common ancestor of what its credentials raise
            lines = str(error).strip().splitlines()
            troubles[name] = f"no token was to be had: {type(error).__name__}: {lines[0][:200] if lines else ''}"

    async with anyio.create_task_group() as tasks:
        for name, provider in providers.items():
            tasks.start_soon(fetch, name, provider)
    return tokens, troubles
