"""What a rule may ask about besides the resource: the request, where the resource stands, what is related to it.

Everything is handed in; what isn't stays `UNKNOWN`, and a rule that asks for it is undecided.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from modelyard.arm.resource_types import by_type
from modelyard.policy.language.unknown import UNKNOWN, Unknown


class RelatedQuery(NamedTuple):
    """Which resources an `…IfNotExists` effect looks for, seen from `resource` (the document the rule matched).

    `name` may end in `/?` for any name; `scope` is `resourcegroup` or `subscription`.
    """

    resource: Any
    type: str
    name: str | None = None
    resource_group: str | None = None
    scope: str = "resourcegroup"


Related = Callable[[RelatedQuery], Sequence[Any] | Unknown]


def nobody_knows(query: RelatedQuery) -> Unknown:
    """The answer where related resources can't be seen."""
    return Unknown(f"related {query.type}")


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """Surroundings of one evaluation.

    now             the time of day
    market_time     the same on the market's day, for definitions that carry the catalog's dates; `now` where it is left
    resource_group  what `resourceGroup()` returns: name, location, tags, id …
    subscription    what `subscription()` returns: subscriptionId, id, displayName, tags …
    request         what `requestContext()` returns: apiVersion, identity …
    principals      object ids (folded) of who makes the request, with the groups it belongs to
    related         finds related resources
    """

    now: datetime | Unknown = UNKNOWN
    market_time: datetime | None = None
    resource_group: Any = UNKNOWN
    subscription: Any = UNKNOWN
    request: Any = UNKNOWN
    principals: frozenset[str] | Unknown = UNKNOWN
    related: Related = nobody_knows

    @property
    def api_version(self) -> str | None:
        """The request's api-version, where it is known."""
        version = self.request.get("apiVersion") if isinstance(self.request, dict) else None
        return version if isinstance(version, str) else None


def group_of(id_: str) -> Any:
    """What `resourceGroup()` returns, as far as the group's id tells."""
    return _by_id(id_, "name", "location", "tags")


def subscription_of(id_: str) -> Any:
    """What `subscription()` returns, as far as the subscription's id tells."""
    return _by_id(id_, "subscriptionId", "displayName", "tags", "tenantId", "state")


def request_of(resource_type: str) -> Any:
    """What `requestContext()` returns: the api-version is the one that azure-native sends; who asks isn't known."""
    row = by_type().get(resource_type.lower())
    return UNKNOWN if row is None else {"apiVersion": row.api_version, "identity": UNKNOWN}


def _by_id(id_: str, name: str, *rest: str) -> Any:
    return {"id": id_, name: id_.rpartition("/")[2], **dict.fromkeys(rest, UNKNOWN)} if id_ else UNKNOWN
