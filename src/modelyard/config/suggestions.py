"""What somebody may have meant by a name or a key that isn't known: a misspelling, or a key that belongs elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from modelyard.catalog import content_filters
from modelyard.config.key_path import KeyPath
from modelyard.config.options import ENTRY, ITEM, Option, options


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The question, for the known name that is most like it; `otherwise` where none is."""
    from difflib import get_close_matches

    by_folded = {each.casefold(): each for each in known}
    close = get_close_matches(name.casefold(), by_folded, n=1)
    return f"did you mean {by_folded[close[0]]}?" if close else otherwise


# Names that ARM, its older versions or other tools have for what is said in another way here.
ELSEWHERE: dict[str, str] = {
    "location": "azure-native:location beside the keys under modelyard:",
    "subscriptionid": "azure-native:subscriptionId beside the keys under modelyard:",
    "properties": "its keys one level up: ARM's properties level isn't written here",
    "raipolicyname": "contentFilter",
    "ratelimits": "rateLimit (ARM's rateLimits is read-only)",
    "tpm": "rateLimit.tokensPerMinute",
    "rpm": "rateLimit.requestsPerMinute",
    "scalesettings": "sku and capacity",
    "scaletype": "sku",
    "skuname": "sku",
    "skucapacity": "capacity",
    "modelname": "model: name@version",
    "modelversion": "model: name@version",
    "modelformat": "model: {format: …, name: …, version: …}",
    "deploymentname": "the key of the deployment: it is the name",
    "raipolicies": "contentFilters",
    "raipolicy": "contentFilters, or contentFilter of a deployment",
    "raiblocklists": "blocklists",
    "customblocklists": "blocklists of the content filter",
    "spillover": "spilloverDeploymentName",
    "roleassignments": "access",
    "principalid": "principal: {group: …}, or user, servicePrincipal, managedIdentity",
    "principaltype": "principal: {group: …}, or user, servicePrincipal, managedIdentity",
    "roledefinitionid": "role: a name or a GUID",
    "roledefinitionname": "role: a name or a GUID",
    "policyassignments": "policies",
    "policydefinitions": "policies, each naming a definition: team/<file>",
    "policydefinitionid": "definition",
    "policysetdefinitions": "initiatives",
    "policyexemptions": "exemptions",
    "exemptioncategory": "category",
    "accountname": "account.name",
    "customsubdomain": "account.customSubDomainName",
    "publicnetworkaccessenabled": "account.network.publicNetworkAccess: Enabled or Disabled",
    "localauthenabled": "account.disableLocalAuth, which says the opposite",
}

IN_LISTS: dict[tuple[str | int, str], str] = {("overrides", "effect"): "value", ("selectors", "values"): "in"}
"""What a key of an item is mostly called, by the list and that name, where another map has a key of the name."""

SHORTEST = 4
"""Letters of the beginning of a key that tell which one is meant, as `severity` does."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One of three, or none: the right name in the same map, the path where the key belongs, or what to use instead."""

    sibling: str = ""
    belongs: KeyPath | None = None
    instead: str = ""


@lru_cache(maxsize=4096)
def folded(key: str) -> str:
    """The key without regard to case and separators: `Rate_Limit`, `rate-limit` and `rateLimit` are one."""
    return key.replace("_", "").replace("-", "").replace(" ", "").casefold()


def meant(path: KeyPath) -> Meant:
    """What the unknown key at `path` may have meant."""
    key = str(path[-1])
    if path[0] == "contentFilters":
        key = content_filters.key(key) or key  # a filter by ARM's name, or by one people use
    siblings = [option.name for option in _within(path[:-1])]
    for sibling in siblings:
        if folded(sibling) == folded(key):
            return Meant(sibling=sibling)
    if len(path) > 2 and (called := IN_LISTS.get((path[-3], folded(key)))):
        return Meant(sibling=called)
    elsewhere = _by_name().get(folded(key))
    if elsewhere:
        return Meant(belongs=_nearest(elsewhere, path))
    if folded(key) in ELSEWHERE:
        return Meant(instead=ELSEWHERE[folded(key)])
    from difflib import get_close_matches

    begun = [sibling for sibling in siblings if len(key) >= SHORTEST and folded(sibling).startswith(folded(key))]
    if len(begun) == 1:
        return Meant(sibling=begun[0])
    close = get_close_matches(folded(key), [folded(sibling) for sibling in siblings], n=1, cutoff=0.7)
    return Meant(sibling=next((name for name in siblings if close and folded(name) == close[0]), ""))


def siblings(path: KeyPath) -> tuple[str, ...]:
    """The keys that are known in the map at `path`."""
    return tuple(option.name for option in _within(path))


def required(path: KeyPath) -> tuple[str, ...]:
    """What has to be stated in the map at `path`, with the values it may have where they are few."""
    within = [option for option in _within(path) if option.default == "required"]
    return tuple(f"{option.name} ({option.allowed})" if " | " in option.allowed else option.name for option in within)


def option(path: KeyPath) -> Option | None:
    """The option that a path is one of; `<name>` matches every key."""
    return next((option for option in _by_length().get(len(path), ()) if _matches(option.path, path)), None)


@lru_cache(maxsize=256)
def _within(path: KeyPath) -> tuple[Option, ...]:
    """The options of the map at `path`; kept, for a map with thousands of unknown keys asks for each of them."""
    return tuple(option for option in _by_length().get(len(path) + 1, ()) if _matches(option.path[:-1], path))


@cache
def _by_length() -> Mapping[int, list[Option]]:
    found: dict[int, list[Option]] = {}
    for each in options():
        found.setdefault(len(each.path), []).append(each)
    return found


@cache
def _by_name() -> Mapping[str, list[Option]]:
    found: dict[str, list[Option]] = {}
    for each in options():
        found.setdefault(folded(each.name), []).append(each)
    return found


def _matches(pattern: tuple[str, ...], path: KeyPath) -> bool:
    return len(pattern) == len(path) and all(
        step in (ENTRY, part) or (step == ITEM and isinstance(part, int))
        for step, part in zip(pattern, path, strict=True)
    )


def _nearest(candidates: list[Option], path: KeyPath) -> KeyPath:
    """The place with the longest common way, in the names of this file as far as they are known."""

    def common(option: Option) -> int:
        count = 0
        for step, part in zip(option.path, path, strict=False):
            if step not in (ENTRY, part):
                break
            count += 1
        return count

    best = max(candidates, key=lambda option: (common(option), -len(option.path)))
    shared = common(best)
    return (*path[:shared], *best.path[shared:])
