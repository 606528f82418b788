"""Would Azure take a stack, here, from this caller? Judged from `live_answers`, before anything is written.

Each answer is a check: passed, failed with the way out, or inconclusive with the permission that is missing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import by_type
from modelyard.azure.arm_reader import ArmReader
from modelyard.catalog import regions
from modelyard.catalog.model import FROM_DOCUMENTS, ArmLifecycle
from modelyard.catalog.roles import granted
from modelyard.findings import Finding
from modelyard.inventory import deleted_accounts, live_answers, model_capacities, region_offers
from modelyard.inventory.live_accounts import AT_ONCE, Unread
from modelyard.inventory.live_answers import Answers, StackInAzure
from modelyard.inventory.quota import Draw
from modelyard.report.result import Check, Outcome

READ_USAGES = f"{region_offers.READ_USAGES}: the role Cognitive Services Usages Reader at the subscription"
WayOut = Callable[[Draw, int], str]
"""Says where there is room for so many units of what a deployment draws on."""
CLOSED = frozenset({ArmLifecycle.DEPRECATING.value.lower(), ArmLifecycle.DEPRECATED.value.lower()})
"""Lifecycles, as ARM writes them, in which a model takes no new deployment; the first takes some of old customers."""


def ask(arm: ArmReader, stack: StackInAzure, reach: Callable[[str], str]) -> list[Check]:
    """Every check, in the order in which a deployment would meet them. `reach` tells why a host can't be reached."""
    answers = live_answers.read(arm, stack, reach)

    def way_out(draw: Draw, room: int) -> str:
        return model_capacities.elsewhere(arm, stack, answers, draw, room)

    return [*checks(stack, answers, way_out), *_name(stack, answers), *_quota(stack, answers, way_out)]


def checks(stack: StackInAzure, answers: Answers, way_out: WayOut) -> list[Check]:
    """The checks of what the stack writes, but for quota and soft-deleted accounts."""
    return [
        *_registered(stack, answers),
        *_permitted(stack, answers),
        *_account_sku(stack, answers),
        *_subdomain(stack, answers),
        *_models(stack, answers, way_out),
        *_reached(stack, answers),
    ]


# --- the account -----------------------------------------------------------------------------------------------------


def _name(stack: StackInAzure, answers: Answers) -> list[Check]:
    name, expected = str(stack.account["name"]), "no soft-deleted account holds the name"
    if isinstance(answers.account, dict):
        return [Check("live.name", name, Outcome.PASSED, expected, "the account exists")]
    new = deleted_accounts.New(
        name, stack.group.rpartition("/")[2], stack.subdomain, restore=stack.restore, purge=stack.purge
    )
    found = [
        Check(
            "live.name",
            name,
            Outcome.INCONCLUSIVE if each.unverified else Outcome.FAILED,
            expected,
            each.message,
            each.remedy,
        )
        for each in deleted_accounts.findings(answers.deleted, new)
    ]
    return found or [Check("live.name", name, Outcome.PASSED, expected, "nothing of that name is soft-deleted")]


def _account_sku(stack: StackInAzure, answers: Answers) -> Iterator[Check]:
    """Whether the region has the kind of account with its SKU, for this subscription. ARM has a row for each region, in
    capitals (captured 2026-06), and says by `restrictions` where it is closed to the subscription.
    """
    kind, sku = str(stack.account.get("kind")), str((stack.account.get("sku") or {}).get("name") or "")
    if not sku or stack.account not in stack.writes or answers.account is not None:
        return
    subject, expected = f"{kind} with {sku}", f"{stack.region} has it for this subscription"
    if isinstance(answers.skus, Unread):
        yield _unknown("live.account", subject, expected, answers.skus)
        return
    rows = [
        each
        for each in answers.skus
        if (str(each.get("kind")).lower(), str(each.get("name")).lower()) == (kind.lower(), sku.lower())
    ]
    here = [each for each in rows if stack.region in map(regions.normal, each.get("locations") or ())]
    if any(not each.get("restrictions") for each in here):
        yield Check("live.account", subject, Outcome.PASSED, expected, "listed")
        return
    said = "closed to this subscription" if here else "not listed"
    there = {regions.normal(str(place)) for each in rows if not each.get("restrictions") for place in each["locations"]}
    way = (
        f"it is to be had in {model_capacities.first(sorted(there))}"
        if there
        else "take another kind or SKU of account"
    )
    yield Check("live.account", subject, Outcome.FAILED, expected, said, way)


def _subdomain(stack: StackInAzure, answers: Answers) -> list[Check]:
    name, expected, said = stack.subdomain, "the subdomain is free, in all of Azure", answers.subdomain
    if not name or stack.account not in stack.writes:
        return []
    account = answers.account if isinstance(answers.account, dict) else {}
    if _holds(account, name):
        return [Check("live.subdomain", name, Outcome.PASSED, expected, "the account has it")]
    if isinstance(said, Unread):
        return [_unknown("live.subdomain", name, expected, said)]
    if not isinstance(answers.deleted, Unread) and any(_holds(each, name) for each in answers.deleted):
        return []  # `live.name` tells of it, and of an account that is restored it is no obstacle
    if said.get("isSubdomainAvailable") is True:
        return [Check("live.subdomain", name, Outcome.PASSED, expected, "free")]
    observed = f"taken: {said.get('reason') or 'Azure gives no reason'}"
    way = "choose another account.customSubDomainName"
    return [Check("live.subdomain", name, Outcome.FAILED, expected, observed, way)]


def _holds(account: ArmDocument, subdomain: str) -> bool:
    return str((account.get("properties") or {}).get("customSubDomainName") or "").lower() == subdomain.lower()


def _reached(stack: StackInAzure, answers: Answers) -> list[Check]:
    """Whether this machine reaches the account's endpoint, where there is one."""
    expected = "this machine reaches the endpoint, which smoke tests need"
    if answers.endpoint is None:
        why = answers.account.why if isinstance(answers.account, Unread) else "the account doesn't exist yet"
        return [Check("live.endpoint", str(stack.account["name"]), Outcome.SKIPPED, expected, reason=why)]
    host, problem = answers.endpoint
    if not problem:
        return [Check("live.endpoint", host, Outcome.PASSED, expected, "it answers")]
    way = "run smoke where the account's network lets it through, or open the account for this address"
    return [Check("live.endpoint", host, Outcome.INCONCLUSIVE, expected, problem, way)]


# --- the caller ------------------------------------------------------------------------------------------------------


def _registered(stack: StackInAzure, answers: Answers) -> Iterator[Check]:
    expected = "the subscription is registered for the resource provider"
    written = {str(each["type"]).partition("/")[0] for each in stack.writes}
    for namespace, state in answers.providers.items():
        if namespace not in written:
            continue
        if isinstance(state, Unread):
            yield _unknown("live.provider", namespace, expected, state)
        elif state.lower() == "registered":
            yield Check("live.provider", namespace, Outcome.PASSED, expected, state)
        else:
            outcome = Outcome.INCONCLUSIVE if state.lower() == "registering" else Outcome.FAILED
            way = f"az provider register --namespace {namespace}"
            yield Check("live.provider", namespace, outcome, expected, state, way)


def _permitted(stack: StackInAzure, answers: Answers) -> Iterator[Check]:
    """Whether the caller may write each type that the stack declares, by what ARM says he may do at the place."""
    expected = "whoever is signed in may write it"
    places: dict[str, dict[str, None]] = {}
    for each in stack.writes:
        row = by_type().get(str(each["type"]).lower())
        action = f"{row.rbac_type if row else each['type']}/write"
        places.setdefault(live_answers.place(stack, each), {})[action] = None
    above = answers.permissions.get(stack.subscription.lower(), ())
    for at, actions in places.items():
        found = answers.permissions.get(at.lower(), ()) or above
        if isinstance(found, Unread):
            yield _unknown("live.permissions", at, expected, found)
        elif missing := [action for action in actions if not granted(found, action)]:
            said = f"not permitted: {', '.join(missing)}"
            yield Check("live.permissions", at, Outcome.FAILED, expected, said, ROLES)
        else:
            said = f"{len(actions)} type{'s' * (len(actions) != 1)} may be written"
            yield Check("live.permissions", at, Outcome.PASSED, expected, said)


ROLES = (
    "ask for a role that has them: Contributor for resources, Role Based Access Control Administrator for roles, "
    "Resource Policy Contributor for policies"
)

# --- models and quota ------------------------------------------------------------------------------------------------


def _declared(stack: StackInAzure) -> list[tuple[str, Draw]]:
    """The deployments that are written by id, those of which model and SKU are known."""
    kind = kinds.DEPLOYMENT.type.lower()
    drawn = ((str(each["id"]), Draw.of(each)) for each in stack.writes if str(each["type"]).lower() == kind)
    return [(id_, draw) for id_, draw in drawn if draw is not None]


def _models(stack: StackInAzure, answers: Answers, way_out: WayOut) -> list[Check]:
    with ThreadPoolExecutor(AT_ONCE) as pool:  # each refusal asks where else there is room
        return list(pool.map(lambda each: _deployment(stack, answers, way_out, *each), _declared(stack)))


def _deployment(stack: StackInAzure, answers: Answers, way_out: WayOut, id_: str, draw: Draw) -> Check:
    """Whether the region has the model, the version and the SKU."""
    subject = f"{id_.rpartition('/')[2]}: {draw.model}@{draw.version} with {draw.sku}"
    expected = f"{stack.region} offers it"
    if answers.offers.models is None:
        return _unknown("live.model", subject, expected, answers.offers.unread[0])
    model = answers.offers.model(draw.format, draw.model, draw.version)
    if runs_so(answers, id_, draw):
        said = model.lifecycle if model is not None and draw.sku.lower() in model.skus else "no longer listed"
        return Check("live.model", subject, Outcome.PASSED, expected, f"{said}, and running")
    if model is not None and draw.sku.lower() in model.skus:
        if model.lifecycle.lower() == ArmLifecycle.DEPRECATED.value.lower():
            said = f"{model.lifecycle}: Azure makes no deployment of it any more"
            return Check("live.model", subject, Outcome.FAILED, expected, said, way_out(draw, 1))
        return Check("live.model", subject, Outcome.PASSED, expected, model.lifecycle)
    if model is not None:
        said = f"only with {', '.join(sorted(each.name for each in model.skus.values())) or 'no SKU'}"
    else:
        others = [each for each in answers.offers.models.values() if each.name.lower() == draw.model.lower()]
        said = f"only {', '.join(sorted(each.version for each in others))}" if others else "not listed"
        if others:
            newest = max(others, key=lambda each: each.version)
            skus = ", ".join(sorted(each.name for each in newest.skus.values())) or "no SKU"
            way = f"take version {newest.version}, which {stack.region} has with {skus}"
            return Check("live.model", subject, Outcome.FAILED, expected, said, way)
    return Check("live.model", subject, Outcome.FAILED, expected, said, way_out(draw, 1))


def runs_so(answers: Answers, id_: str, draw: Draw) -> bool:
    """Whether the deployment runs already with this model, version and SKU; its capacity may change."""
    there = Draw.of(answers.running.get(id_.lower(), {}))
    return there is not None and _same(there, draw)


def _same(one: Draw, other: Draw) -> bool:
    return (one.model, one.version, one.sku) == (other.model, other.version, other.sku)


def _quota(stack: StackInAzure, answers: Answers, way_out: WayOut) -> list[Check]:
    """What all deployments of the stack want more of each quota than they have, against what is left."""
    expected = "the quota has room for what the stack adds"
    if answers.offers.usages is None:
        unread = answers.offers.unread[-1]
        return [_inconclusive("live.quota", stack.region, expected, unread.why, READ_USAGES)]
    wanted: dict[str, list[tuple[str, Draw, int]]] = {}
    found = []
    for id_, draw in _declared(stack):
        usage = answers.offers.usage(draw.format, draw.model, draw.version, draw.sku)
        before = Draw.of(answers.running.get(id_.lower(), {}))
        more = draw.capacity - (before.capacity if before and _same(before, draw) else 0)
        if usage is not None:
            wanted.setdefault(usage.name.lower(), []).append((id_.rpartition("/")[2], draw, more))
        elif answers.offers.model(draw.format, draw.model, draw.version) is not None and more > 0:
            subject, said = (
                f"{id_.rpartition('/')[2]}: {draw.model} with {draw.sku}",
                "the region lists no quota for it",
            )
            found.append(Check("live.quota", subject, Outcome.INCONCLUSIVE, expected, said))
    for key, draws in sorted(wanted.items()):
        usage = answers.offers.usages[key]
        asked = sum(more for _, _, more in draws if more > 0) - sum(-more for _, _, more in draws if more < 0)
        subject = f"{usage.name} ({', '.join(name for name, _, _ in draws)})"
        if asked <= usage.left:
            said = f"{usage.left:g} of {usage.limit:g} are left, {max(0, asked)} more wanted"
            found.append(Check("live.quota", subject, Outcome.PASSED, expected, said))
            continue
        fits = int(usage.left) + sum(draw.capacity - more for _, draw, more in draws)
        way = f"at most {fits} units of sku.capacity fit together; {way_out(draws[0][1], asked)}"
        said = f"{asked} more wanted, {usage.left:g} of {usage.limit:g} are left"
        found.append(Check("live.quota", subject, Outcome.FAILED, expected, said, way))
    return found


# --- what can't be made again ----------------------------------------------------------------------------------------


def lost(
    stack: StackInAzure, answers: Answers | None, going: Mapping[str, Draw], allowed: Sequence[str]
) -> list[Finding]:
    """Deployments that a change deletes or replaces, by name, and that Azure would not make again.

    By ARM's list of the region where it was read, else by the word of the catalog; a mere day that has passed is none.
    """
    names = {each.lower() for each in allowed}
    return [
        Finding.of(
            "inventory.not-made-again",
            f"{name} goes, and Azure makes no deployment of {draw.model}@{draw.version} with {draw.sku} again: {why}",
            path=f"deployments.{name}",
            found=f"{draw.model}@{draw.version}",
            remedy=f"leave it as it is until nobody calls it; or let it go by name: `--allow-loss {name}`",
        )
        for name, draw in going.items()
        if name.lower() not in names and (why := _closed(stack, answers, draw))
    ]


def _closed(stack: StackInAzure, answers: Answers | None, draw: Draw) -> str:
    """Why Azure makes no deployment of it; empty where it does, or nobody says."""
    if answers is not None and answers.offers.models:
        model = answers.offers.model(draw.format, draw.model, draw.version)
        if model is None:
            return f"{stack.region} doesn't list it any more"
        if model.lifecycle.lower() in CLOSED:
            return f"{stack.region} lists it as {model.lifecycle}"
        return "" if draw.sku.lower() in model.skus else f"{stack.region} lists it without this SKU"
    entry = stack.market.entry(draw.model, draw.version)
    known = stack.market.lifecycle(entry, draw.sku, stack.market.date) if entry else None
    word = FROM_DOCUMENTS.get(known.documented) if known else None
    return f"the catalog of {stack.market.date} has it as {word.value}" if word and word.value.lower() in CLOSED else ""


def _unknown(id_: str, subject: str, expected: str, unread: Unread) -> Check:
    return _inconclusive(id_, subject, expected, unread.why, unread.permission)


def _inconclusive(id_: str, subject: str, expected: str, why: str, permission: str) -> Check:
    return Check(id_, subject, Outcome.INCONCLUSIVE, expected, why, f"ask for {permission}")
