"""The live check as a step of `preview` and `up`: what Azure says of a change before it is made.

Azure is asked while the engine previews, so that nobody waits for it, and its answers are held against what the preview
says will be written. What may not be read is a note: Azure decides then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelyard.arm import kinds, pulumi_sentinels
from modelyard.audit.source import AuditSource
from modelyard.azure.arm_reader import reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.catalog.market import Market
from modelyard.config.loader import Loaded
from modelyard.config.stack import Stack
from modelyard.engine.events import Started, name_of, type_of
from modelyard.failures import Failure
from modelyard.files import JsonDocument
from modelyard.findings import Finding, Severity
from modelyard.inventory import deleted_accounts, live_answers, live_checks, model_capacities, quota
from modelyard.inventory.live_answers import Answers, StackInAzure
from modelyard.report.result import Check, Outcome

WRITES = frozenset({"create", "update", "create-replacement"})
DELETES = frozenset({"delete", "delete-replaced"})


@dataclass(frozen=True, slots=True)
class LiveAnswers:
    """What was asked of Azure and what it said: None where it wasn't asked, or nothing came back, as `failed` says."""

    asked: StackInAzure
    said: Answers | None
    failed: str = ""


def stack_in_azure(stack: Stack, target: Target) -> StackInAzure:
    """A stack as the documents that it declares, in the subscription that it goes to."""
    from modelyard.resources.graph import declared

    subscription = stack.subscription_id or target.subscription_id
    every = (each.document(subscription) for each in declared(stack, subscription))
    documents = tuple(each for each in every if each is not None)
    account = next(each for each in documents if str(each["type"]).lower() == kinds.ACCOUNT_TYPE.lower())
    purge = (
        "modelyard sandbox clock advance 2d"
        if target.name == "sandbox"
        else f"az cognitiveservices account purge --name {account['name']} --location {account.get('location')} "
        f"--resource-group {str(account['id']).split('/')[4]}"
    )
    restore = bool((account.get("properties") or {}).get("restore"))
    return StackInAzure(f"/subscriptions/{subscription}", documents, restore, purge, Market.load())


def reach(target: Target) -> Callable[[str], str]:
    """Tells why a host can't be reached from here, and is empty where it can."""

    def why(host: str) -> str:
        import httpx2

        try:
            with target.transport.client(timeout=10.0) as client:
                client.get(f"https://{host}/", follow_redirects=False)
        except httpx2.HTTPError as failed:
            return f"{type(failed).__name__}: {failed}"
        return ""

    return why


def ask(target: Target, stack: Stack) -> LiveAnswers:
    """Everything at once, for as long as the engine previews. Raises nothing."""
    asked = stack_in_azure(stack, target)
    try:
        with reader(target) as arm:
            return LiveAnswers(asked, live_answers.read(arm, asked, reach(target)))
    except Failure as failure:
        return LiveAnswers(asked, None, failure.what)


def running(target: Target, loaded: Loaded) -> tuple[str, ...]:
    """Which deployments of models that take no new one run as they are written. Asks nothing where there is none."""
    if loaded.stack is None or not loaded.closed or len(loaded.closed) < len(loaded.errors):
        return ()
    asked = stack_in_azure(loaded.stack, target)
    path = f"{asked.account['id']}/deployments"
    try:
        with reader(target) as arm:
            listed = arm.list(path, kinds.DEPLOYMENT.api_version, optional=True)
            there = {str(each["id"]).lower(): quota.Draw.of(each) for each in listed}
    except ScopeUnreadable:
        return ()
    declared = {str(each["id"]).rpartition("/")[2]: each for each in asked.documents}
    return tuple(
        name
        for name in loaded.closed
        if (draw := quota.Draw.of(declared.get(name, {}))) and there.get(str(declared[name]["id"]).lower()) == draw
    )


def tell(
    target: Target, live: LiveAnswers, planned: Sequence[Started], source: AuditSource, allow_loss: Sequence[str]
) -> tuple[tuple[Check, ...], tuple[Finding, ...]]:
    """The checks of what the change writes, and what of them the reader has to know."""
    steps = [each for each in planned if type_of(each.urn) == kinds.DEPLOYMENT.token and each.op in WRITES | DELETES]
    there = live.said.running if live.said else {}
    ids = {each.urn: each.id.lower() for each in source.subjects}
    capacities = list(_capacity_steps(steps, there, ids))
    going = {
        each.name: each.before
        for each in capacities
        if each.before and any(name_of(one.urn) == each.name and one.op in DELETES for one in steps)
    }
    lost = live_checks.lost(live.asked, live.said, going, allow_loss)
    if live.said is None:
        why = f"Azure can't be asked whether it would take the change: {live.failed}"
        return (), (*lost, *([Finding.of(UNVERIFIED, why)] if live.failed else []))
    written = {each.urn for each in planned if each.op in WRITES}
    if not written:
        return (), tuple(lost)
    asked, said = replace(live.asked, written=frozenset(ids[urn] for urn in written if urn in ids)), live.said
    new = next(
        (each for each in planned if type_of(each.urn) == kinds.ACCOUNT.token and each.op in WRITES - {"update"}), None
    )

    def way_out(draw: quota.Draw, room: int) -> str:
        with reader(target) as arm:
            return model_capacities.elsewhere(arm, asked, said, draw, room)

    checks = live_checks.checks(asked, said, way_out)
    found = [
        *(deleted_accounts.findings(said.deleted, _new_account(new, asked)) if new else ()),
        *quota.findings(said.offers, capacities, way_out),
    ]
    own = [*lost, *(finding for each in checks if (finding := _finding(each)))]
    return (
        (*checks, *_as_checks(found, new=new is not None, grows=bool(quota.growth(capacities)))),
        (*own, *map(_noted, found)),
    )


REFUSED, UNVERIFIED = "inventory.live-refused", "inventory.live-unverified"


def _finding(check: Check) -> Finding | None:
    """A refusal as an error, what nobody could say as a note."""
    if check.outcome not in (Outcome.FAILED, Outcome.INCONCLUSIVE):
        return None
    failed = check.outcome is Outcome.FAILED
    path = f"deployments.{check.subject.partition(':')[0]}" if check.id == "live.model" else "account"
    message = f"{check.subject}: {check.observed}" if failed else f"{check.subject}: {check.id} is unknown"
    return Finding.of(
        REFUSED if failed else UNVERIFIED,
        message,
        path=path,
        found="" if failed else check.observed,
        allowed=check.expected,
        remedy=check.reason,
    )


def _noted(finding: Finding) -> Finding:
    """What can't be verified before a change is only a note on it."""
    return replace(finding, severity=Severity.NOTE, unverified=False) if finding.unverified else finding


def _as_checks(found: Iterable[Finding], *, new: bool, grows: bool) -> Iterator[Check]:
    """The same questions' answers as checks, passed where there is no finding."""
    asked = {"live.name": new, "live.quota": grows}
    for each in found:
        id_ = "live.quota" if ".quota-" in each.code else "live.name"
        outcome = Outcome.FAILED if each.severity is Severity.ERROR else Outcome.INCONCLUSIVE
        asked[id_] = False
        yield Check(id_, each.path, outcome, EXPECTED[id_], each.message, each.remedy)
    yield from (Check(id_, "", Outcome.PASSED, EXPECTED[id_]) for id_, passed in asked.items() if passed)


EXPECTED = {
    "live.name": "no soft-deleted account holds the name or the subdomain",
    "live.quota": "the quota has room for what the change adds",
}


def document(check: Check) -> JsonDocument:
    """A check for machines."""
    return {
        "id": check.id,
        "subject": check.subject,
        "outcome": check.outcome.value,
        "expected": check.expected,
        "observed": check.observed,
        "remedy": check.reason,
    }


def summary(checks: Iterable[Check]) -> str:
    """`live check: 9 ok, 1 refused, 2 unverified`; empty where nothing was asked."""
    words = {Outcome.PASSED: "ok", Outcome.FAILED: "refused", Outcome.INCONCLUSIVE: "unverified"}
    counts = {word: sum(each.outcome is outcome for each in checks) for outcome, word in words.items()}
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"live check: {said}" if said else ""


def _new_account(step: Started, asked: StackInAzure) -> deleted_accounts.New:
    inputs = pulumi_sentinels.plain(dict(step.inputs), None)
    properties = inputs.get("properties") or {}
    return deleted_accounts.New(
        name=str(inputs.get("accountName")),
        group=str(inputs.get("resourceGroupName")),
        subdomain=str(properties.get("customSubDomainName") or ""),
        restore=properties.get("restore") is True,
        purge=asked.purge,
    )


def _capacity_steps(
    steps: Sequence[Started], there: Mapping[str, Any], ids: Mapping[str, str]
) -> Iterator[quota.CapacityStep]:
    """What becomes of each deployment; one that is replaced is one step."""
    written = {each.urn: each for each in steps if each.op in WRITES}
    for each in {**{each.urn: each for each in steps}, **written}.values():
        inputs = pulumi_sentinels.plain(dict(each.inputs), None)
        now = there.get(ids.get(each.urn, "")) or there.get(each.id.lower())
        old = next((one for one in steps if one.urn == each.urn and one.op in DELETES), None)
        before = quota.Draw.of(now) if now else None
        if before is None and old is not None and not there:
            before = quota.Draw.of(pulumi_sentinels.plain(dict(old.inputs), None))
        after = quota.Draw.of(inputs) if each.urn in written else None
        yield quota.CapacityStep(name_of(each.urn), before, after)
