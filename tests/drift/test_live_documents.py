"""What may not be read is unknown: neither gone nor as declared, and the permission is named."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.drift.conftest import project_in

from modelyard.azure.failures import ScopeUnreadable
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import load
from modelyard.drift import live_documents
from modelyard.resources.graph import graph

SUBSCRIPTION = "5a9db0c5-0000-4000-8000-000000000001"
FILE = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account: {name: contoso-ai, resourceGroup: rg-ai, network: {publicNetworkAccess: Disabled}}
  modelyard:blocklists:
    words: {entries: {one: {text: falcon}}}
"""


class Reader:
    """ARM that refuses the paths in which one of these words is, and has nothing elsewhere."""

    def __init__(self, *refused: str) -> None:
        self._refused = refused

    def find(self, path: str, _: str) -> dict[str, Any] | None:
        self._refuse(path)
        return None

    def list(self, path: str, _: str, *, optional: bool = False) -> Iterator[dict[str, Any]]:
        self._refuse(path)
        yield from [{"id": f"{path}/words", "name": "words"}] if path.endswith("raiBlocklists") else []

    def _refuse(self, path: str) -> None:
        if any(path.endswith(each) for each in self._refused):
            raise ScopeUnreadable.of("azure.unreadable", place=path, problem="AuthorizationFailed")


def read(folder: Any, *refused: str) -> tuple[live_documents.LiveDocuments, set[str]]:
    project = project_in(folder / "team", dev=FILE)
    loaded = load(project, "dev", calendar=Calendar.on(date(2026, 11, 23)), market=Market.load())
    assert loaded.stack is not None, loaded.findings
    resources = graph(loaded.stack, SUBSCRIPTION)
    live = live_documents.read(Reader(*refused), {"dev": (resources, SUBSCRIPTION)})["dev"]  # type: ignore[arg-type] # reads
    return live, {each.name for each in resources if each.id(SUBSCRIPTION).lower() in live.documents}


def test_what_is_not_there_is_none(tmp_path: Any) -> None:
    live, known = read(tmp_path)
    assert known == {"resource-group", "account", "words", "words/one"}
    assert [each for each in live.documents.values() if each is not None] == [{"id": live_id(live), "name": "words"}]
    assert live.unread == ()


def live_id(live: live_documents.LiveDocuments) -> str:
    return next(str(each["id"]) for each in live.documents.values() if each is not None)


def test_a_list_that_is_refused_leaves_what_is_in_it_unknown(tmp_path: Any) -> None:
    live, known = read(tmp_path, "raiBlocklists")
    assert known == {"resource-group", "account"}
    (unread,) = live.unread
    assert unread.permission == "Microsoft.CognitiveServices/accounts/raiBlocklists/read"


def test_an_account_that_is_refused_is_not_gone(tmp_path: Any) -> None:
    live, known = read(tmp_path, "/accounts/contoso-ai")
    assert "account" not in known
    assert [each.permission for each in live.unread] == ["Microsoft.CognitiveServices/accounts/read"]
