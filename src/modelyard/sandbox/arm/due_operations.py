"""What happens by itself as time passes: operations that are due take effect, deleted accounts are purged.

Everything that reads the store on behalf of a caller calls `settle` first. When nothing is due it costs two look-ups
and a look at the clock.
"""

from collections.abc import Mapping
from datetime import datetime

from modelyard.sandbox.arm import crud, deleted_account, operations
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document


def settle(azure: LocalAzure) -> None:
    """Bring the store up to the sandbox's present."""
    due = [at for at in (operations.next_event(azure), deleted_account.next_purge(azure)) if at is not None]
    if not due or min(due) > azure.clock.now():
        return
    operations.finish(azure, EFFECTS)
    deleted_account.purge_expired(azure)


def _succeed(azure: LocalAzure, operation: Document) -> None:
    document = azure.store.get("resources", operation["resource"])
    if document is not None:
        properties = {**document["properties"], "provisioningState": "Succeeded"}
        azure.store.put("resources", operation["resource"], {**document, "properties": properties})


def _remove(azure: LocalAzure, operation: Document) -> None:
    # A resource is deleted when the operation was due, however late somebody asks.
    crud.remove(azure, operation["resource"], datetime.fromisoformat(operation["due"]))


def _purge(azure: LocalAzure, operation: Document) -> None:
    deleted_account.purge(azure, operation["resource"])


EFFECTS: Mapping[str, operations.Effect] = {crud.SUCCEED: _succeed, crud.REMOVE: _remove, deleted_account.PURGE: _purge}
