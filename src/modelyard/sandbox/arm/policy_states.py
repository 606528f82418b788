"""Policy states: what every policy says of every resource now, for a management group, subscription, group or resource.

Of `$filter` the sandbox takes equality with one word or text, joined by `and`; `$top` and
`$expand=PolicyEvaluationDetails` besides.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modelyard.arm import resource_types
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import scope
from modelyard.sandbox.arm.account_parts import content_filter_of
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.scope import scope_of
from modelyard.sandbox.authorization import root_group
from modelyard.sandbox.policy import active_assignments, request_admission, states

TYPE = "Microsoft.PolicyInsights/policyStates"
PATH = f"/{{scope}}/providers/{TYPE}/{{policyStatesResource}}"
TERM = re.compile(r"\s*(\w+)\s+(eq|ne)\s+('(?:[^']|'')*'|true|false)\s*", re.IGNORECASE)
SUPPORTED = ("$filter", "$top", "$expand", "api-version")


def _query(call: ArmCall) -> ArmReply:
    if call.parameters["policyStatesResource"].lower() not in ("latest", "default"):
        raise refuse("bad-states-query", query=call.parameters["policyStatesResource"], advice="latest, default")
    unknown = next((name for name in call.query if name.lower() not in SUPPORTED), None)
    if unknown is not None:
        raise refuse("bad-states-query", query=unknown, advice=", ".join(SUPPORTED[:3]))
    at = _scope(call)
    wanted, top = _filter(call.query.get("$filter", "")), _top(call.query.get("$top"))
    details = "policyevaluationdetails" in call.query.get("$expand", "").lower()
    rows: list[dict[str, Any]] = []
    found = states.compliance(call.azure, at, lambda one: content_filter_of(call.azure, one), version_of)
    for one in found:
        row = states.row(call.azure, one, details=details)
        if all(_equal(row.get(name), value) is equal for name, value, equal in wanted):
            rows.append(row)
        if top is not None and len(rows) >= top:
            break
    unevaluated = [request_admission.unevaluated(one) for one in active_assignments.at_work(call.azure).unevaluated]
    return ArmReply(
        200,
        states.page(call.azure, rows),
        {"x-modelyard-policy": request_admission.told(unevaluated)} if unevaluated else {},
    )


def _scope(call: ArmCall) -> str:
    """The scope whose resources are meant; empty for everything below the management group."""
    at = scope_of(call)
    scope.check(call, at)
    return "" if at.lower() == root_group(call.azure) else at


def version_of(arm_type: str) -> str:
    """The api-version that a type's resources are seen in."""
    row = resource_types.by_type().get(arm_type.lower())
    return row.api_version if row else ""


def _top(written: str | None) -> int | None:
    if written is None:
        return None
    if not written.isdecimal() or not int(written):
        raise refuse("bad-states-query", query=f"$top={written}", advice="a whole number from 1 on")
    return int(written)


def _filter(written: str) -> tuple[tuple[str, str, bool], ...]:
    """Name, value and whether they must be equal, of each term."""
    return tuple(_terms(written)) if written.strip() else ()


def _terms(written: str) -> Iterator[tuple[str, str, bool]]:
    names: Mapping[str, str] = {name.lower(): name for name in states.FILTERED}
    for term in re.split(r"\band\b", written, flags=re.IGNORECASE):
        found = TERM.fullmatch(term)
        if found is None or found[1].lower() not in names:
            raise refuse(
                "bad-states-query", query=term.strip(), advice=f"<name> eq '<text>'; {', '.join(names.values())}"
            )
        yield names[found[1].lower()], found[3].strip("'").replace("''", "'"), found[2].lower() == "eq"


def _equal(value: object, wanted: str) -> bool:
    return str(value).lower() == wanted.lower()


def _trigger(_call: ArmCall) -> ArmReply:
    """A scan is done as soon as it is asked for, since states are evaluated when they are read."""
    return ArmReply(200)


def _route(name: str, answer: Callable[[ArmCall], ArmReply], right: str) -> ArmRoute:
    return ArmRoute(
        verb="POST",
        path=f"{PATH}/{name}",
        answer=answer,
        action=f"{TYPE}/{right}",
        type=TYPE,
        grade=Grade.A,
        source="Microsoft docs, REST reference of policy states",
    )


ROUTES = (
    _route("queryResults", _query, "queryResults/read"),
    _route("triggerEvaluation", _trigger, "triggerEvaluation/action"),
)
