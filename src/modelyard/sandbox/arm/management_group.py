"""The management group above every subscription, as far as audits ask for what is below it. Nobody writes one here."""

from typing import Any

from modelyard.arm.kinds import MANAGEMENT_GROUP
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import policy_kinds
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.subscription import shown
from modelyard.sandbox.local_azure import LocalAzure

TYPE = "Microsoft.Management/managementGroups"


def _descendants(call: ArmCall) -> ArmReply:
    """Groups and subscriptions at any depth; whoever may ask sees all of them."""
    return listing([_descendant(call, id_) for id_ in sorted(_subscriptions(call.azure))])


def _subscriptions(azure: LocalAzure) -> set[str]:
    kept = {key for key, _ in azure.store.scan("resources", "/subscriptions/") if key.count("/") == 2}
    return kept | {f"/subscriptions/{azure.subscription_id}".lower()}


def _descendant(call: ArmCall, id_: str) -> dict[str, Any]:
    about = {"displayName": shown(call.azure, id_).get("displayName"), "parent": {"id": policy_kinds.root(call.azure)}}
    return {"id": id_, "type": "/subscriptions", "name": id_.rpartition("/")[2], "properties": about}


ROUTES = (
    ArmRoute(
        verb="GET",
        path=f"{MANAGEMENT_GROUP}/descendants",
        answer=_descendants,
        action=f"{TYPE}/descendants/read",
        type=TYPE,
        grade=Grade.A,
        source="Microsoft docs, management-groups/get-descendants",
    ),
)
