"""Policy states: what every policy says of every resource now, for a management group, subscription, group or resource,
or of one assignment, definition or initiative; one by one, and summed up.

They are of now, so there is no `$from` and `$to`. Of the other options `$filter` and `$top` are honoured, and
`$expand=PolicyEvaluationDetails`.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from modelyard.arm import resource_types
from modelyard.sandbox import management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import odata, scope
from modelyard.sandbox.arm.account_parts import content_filter_of
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import AUTHORITY, ArmCall, ArmReply
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.scope import scope_of
from modelyard.sandbox.policy import active_assignments, request_admission, states

TYPE = "Microsoft.PolicyInsights/policyStates"
PATH = f"/{{scope}}/providers/{TYPE}/{{policyStatesResource}}"
EXPAND = "$expand"
DETAILS = "policyevaluationdetails"
OPTIONS = (odata.FILTER, odata.TOP, EXPAND)
OF_ONE = {
    "policyassignments": "policyAssignmentId",
    "policydefinitions": "policyDefinitionName",
    "policysetdefinitions": "policySetDefinitionName",
}
"""Types whose path asks for the states of one, with the member that names it there."""
OF_ONE_AT = "/providers/microsoft.authorization/"


def _query(call: ArmCall) -> ArmReply:
    _check(call, ("latest", "default"), OPTIONS)
    rows = islice(_rows(call), odata.top(call))
    return ArmReply(200, states.page(call.azure, list(rows)), _headers(call))


def _summarize(call: ArmCall) -> ArmReply:
    """One summary of all of them; `$top` bounds the assignments that it lists (R)."""
    _check(call, ("latest",), (odata.FILTER, odata.TOP))
    where = f"{AUTHORITY}{call.path.rpartition('/')[0]}/queryResults?api-version={call.api_version}"
    summary = states.summary(call.azure, list(_rows(call)), where, odata.top(call))
    return ArmReply(200, summary, _headers(call))


def _check(call: ArmCall, resources: tuple[str, ...], options: tuple[str, ...]) -> None:
    """Refuses states that aren't the latest, and options that aren't honoured."""
    asked = call.parameters["policyStatesResource"]
    if asked.lower() not in resources:
        raise refuse("not-emulated", what=f"policy states called {asked}", advice=", ".join(resources))
    for name in call.query:
        if name.startswith("$") and name.lower() not in options:
            raise refuse("not-emulated", what=f"{name} of policy states", advice=", ".join(options))
    if EXPAND in options and odata.option(call, EXPAND).lower() not in ("", DETAILS):
        raise refuse("not-emulated", what=f"$expand={odata.option(call, EXPAND)}", advice="PolicyEvaluationDetails")


def _rows(call: ArmCall) -> Iterator[dict[str, Any]]:
    """The states that are asked for."""
    at, member, one = _scope(call)
    wanted = odata.wanted(call, states.FILTERED)
    details = odata.option(call, EXPAND).lower() == DETAILS
    found = states.compliance(call.azure, at, lambda each: content_filter_of(call.azure, each), version_of)
    for each in found:
        row = states.row(call.azure, each, details=details)
        if (not member or str(row[member]).lower() == one) and wanted.keeps(row.get):
            yield row


def _headers(call: ArmCall) -> dict[str, str]:
    working = active_assignments.at_work(call.azure, scope_of(call))
    unevaluated = [request_admission.unevaluated(one) for one in working.unevaluated]
    return {"x-modelyard-policy": request_admission.told(unevaluated)} if unevaluated else {}


def _scope(call: ArmCall) -> tuple[str, str, str]:
    """The scope whose resources are meant, empty for everything below the management group; then the member by which
    one assignment, definition or initiative is meant, and what that must be in lower case.
    """
    at = scope_of(call)
    above, middle, below = at.lower().rpartition(OF_ONE_AT)
    kind, _, name = below.partition("/")
    member = OF_ONE.get(kind, "") if middle and name and "/" not in name else ""
    one = at.lower() if member == "policyAssignmentId" else name
    if member:
        at = at[: len(above)] or management_groups.root(call.azure)
    scope.check(call, at)
    return ("" if at.lower() == management_groups.root(call.azure) else at), member, one


def version_of(arm_type: str) -> str:
    """The api-version that a type's resources are seen in."""
    row = resource_types.by_type().get(arm_type.lower())
    return row.api_version if row else ""


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
    _route("summarize", _summarize, "summarize/read"),
    _route("triggerEvaluation", _trigger, "triggerEvaluation/action"),
)
