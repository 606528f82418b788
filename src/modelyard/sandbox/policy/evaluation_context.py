"""Resources as policies see them: the document with its group, its subscription, the request and what is around it."""

from typing import Any

from modelyard.catalog.calendar import SANDBOX
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation import data_plane_resource
from modelyard.policy.evaluation.related_resources import Estate
from modelyard.policy.language.context import EvaluationContext, RelatedQuery
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown
from modelyard.sandbox.entra.directory import PrincipalKind
from modelyard.sandbox.entra.tokens import Caller
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document


def resource(
    azure: LocalAzure, document: Document, api_version: str, caller: Caller | None = None
) -> EvaluatedResource:
    """A resource as it is, or as a request of `caller` would have it."""
    return EvaluatedResource(dict(document), _context(azure, document, api_version, caller))


def deployment(azure: LocalAzure, document: Document, content_filter: Any, api_version: str) -> EvaluatedResource:
    """A deployment as resource-provider mode sees it."""
    parts = data_plane_resource.deployment(dict(document), market=azure.market, rai_policy=content_filter)
    return EvaluatedResource(parts, _context(azure, document, api_version))


def _context(
    azure: LocalAzure, document: Document, api_version: str, caller: Caller | None = None
) -> EvaluationContext:
    id_ = str(document.get("id") or "")
    group = scopes.resource_group(id_)
    return EvaluationContext(
        now=azure.clock.now(),
        market_time=azure.calendar.market_time(SANDBOX),
        resource_group=_group(azure, group, document),
        subscription=_subscription(azure, scopes.subscription(id_)),
        request={"apiVersion": api_version, **_identity(caller)},
        principals=frozenset() if caller is None else frozenset(each.lower() for each in caller.principals),
        related=lambda query: _related(azure, query),
    )


def _identity(caller: Caller | None) -> dict[str, Any]:
    """Who asks, in the claims that `requestContext().identity` has (definition-structure-policy-rule, A)."""
    if caller is None:
        return {}
    return {"identity": {"appid": caller.app_id, "idtyp": "user" if caller.kind is PrincipalKind.USER else "app"}}


def _group(azure: LocalAzure, id: str, document: Document) -> Any:  # noqa: A002 - ARM calls it id
    """The resource group; of one that is being written, what is written."""
    if id and str(document.get("id")).lower() == id.lower():
        return dict(document)
    found = azure.store.get("resources", id.lower()) if id else None
    return dict(found) if found else {}


def _subscription(azure: LocalAzure, id: str) -> dict[str, Any]:  # noqa: A002 - ARM calls it id
    kept = azure.store.get("resources", id.lower()) or {}
    return {
        "id": id,
        "subscriptionId": id.rpartition("/")[2],
        "tenantId": azure.tenant_id,
        "displayName": kept.get("displayName", ""),
        "tags": kept.get("tags") or {},
    }


def _related(azure: LocalAzure, query: RelatedQuery) -> list[dict[str, Any]] | Unknown:
    """What there is in this Azure is all there is: of a type that it doesn't serve, nothing."""
    estate = azure.derived(
        "estate", ("resources",), lambda: Estate(dict(one) for _, one in azure.store.scan("resources"))
    )
    return estate.related(query)
