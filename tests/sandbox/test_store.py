"""The store keeps what it acknowledged, all of it or nothing, and a stopped sandbox is one file."""

import json
import sqlite3
import stat
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from modelyard.sandbox.local_azure import Clock
from modelyard.sandbox.store import MIGRATIONS, SCHEMA, NewerDatabase, NotWritten, Store


def give_up(store: Store, collection: str, key: str, document: dict[str, object]) -> int:
    """Write, and fail before the transaction ends; gives the version that was seen meanwhile."""
    seen = 0
    with suppress(RuntimeError), store.transaction():
        store.put(collection, key, document)
        seen = store.version(collection)
        raise RuntimeError
    return seen


def test_documents_come_back_in_the_order_of_their_keys():
    store = Store()
    for key in ("/b/2", "/a", "/b/1"):
        store.put("resources", key, {"key": key})
    assert [key for key, _ in store.scan("resources", "/b/")] == ["/b/1", "/b/2"]
    assert store.get("resources", "/c") is None
    store.close()


def test_a_failed_transaction_leaves_nothing_behind():
    store = Store()
    store.put("resources", "/a", {"n": 1})

    def half() -> None:
        with store.transaction():
            store.put("resources", "/a", {"n": 2})
            with store.transaction():
                store.put("resources", "/b", {"n": 3})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert dict(store.scan("resources")) == {"/a": {"n": 1}}, "an account half made would be there for good"
    store.close()


@pytest.mark.parametrize("write", ["put", "delete", "clear", "rollback"])
def test_every_write_is_seen_by_caches(write):
    """What is derived from a collection, permissions for one, must not outlive a change of it."""
    store = Store()
    store.put("resources", "/a", {})
    before = store.version("resources")
    if write == "put":
        store.put("resources", "/a", {"n": 1})
    elif write == "delete":
        store.delete("resources", "/a")
    elif write == "clear":
        store.clear()
    else:
        before = give_up(store, "resources", "/a", {"n": 1})
    assert store.version("resources") > before
    store.close()


def test_a_closed_store_is_one_file_that_only_its_owner_reads(tmp_path: Path):
    """So that a copy of it is a snapshot, and the keys in it are nobody else's."""
    path = tmp_path / "azure.sqlite"
    store = Store(path)
    store.put("settings", "signing-key", {"d": "secret"})
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["azure.sqlite"]


def test_a_file_that_is_no_database_is_told_apart(tmp_path: Path):
    path = tmp_path / "azure.sqlite"
    path.write_text("this was never a database, but it is long enough to be taken for one" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Store(path)


def test_a_write_that_the_disk_refuses_is_not_in_memory_either(tmp_path: Path):
    """Reads would tell of a deployment that the next start has forgotten."""
    store = Store(tmp_path / "azure.sqlite")
    store.put("resources", "/a", {"n": 1})
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count = {pages}")
    large = {"padding": "x" * 100_000}
    with pytest.raises(NotWritten, match="full"):
        store.put("resources", "/a", large)

    def several() -> None:
        with store.transaction():
            store.put("resources", "/b", {"n": 2})
            store.delete("resources", "/a")
            store.put("resources", "/c", large)

    with pytest.raises(NotWritten, match="full"):
        several()
    assert dict(store.scan("resources")) == {"/a": {"n": 1}}
    store.put("resources", "/b", {"n": 2})
    held = dict(store.scan("resources"))
    store.close()
    again = Store(tmp_path / "azure.sqlite")
    assert dict(again.scan("resources")) == held == {"/a": {"n": 1}, "/b": {"n": 2}}
    again.close()


def first_version(path: Path, advanced: float) -> None:
    """A database as the first version wrote it, which had no number for itself."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(SCHEMA)
        rows = [
            ("settings", "clock", json.dumps({"advancedSeconds": advanced})),
            ("resources", "/a", json.dumps({"n": 1})),
        ]
        raw.executemany("INSERT INTO documents VALUES (?, ?, ?)", rows)
        raw.commit()


@pytest.mark.parametrize(("advanced", "kept"), [(90.0, 90.0), (3_000_000 * 86400.0, 0.0)])
def test_an_older_database_is_migrated(tmp_path: Path, advanced: float, kept: float):
    """The first version stored an advance that it then refused, and never started again."""
    path = tmp_path / "azure.sqlite"
    first_version(path, advanced)
    store = Store(path)
    assert Clock(store).advanced.total_seconds() == kept
    assert store.get("resources", "/a") == {"n": 1}
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "azure.sqlite"
    first_version(path, 0)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(NewerDatabase, match="newer Modelyard"):
        Store(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)


class Reopened(RuleBasedStateMachine):
    """Whatever is written, a store opened on the same file holds the same."""

    keys = st.sampled_from(["/a", "/a/b", "/c"])
    collections = st.sampled_from(["resources", "settings"])
    documents = st.dictionaries(st.text(max_size=3), st.integers() | st.none() | st.text(max_size=5), max_size=3)

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "azure.sqlite"
        self.store = Store(self.path)
        self.model: dict[tuple[str, str], object] = {}

    @rule(collection=collections, key=keys, document=documents)
    def put(self, collection, key, document):
        self.store.put(collection, key, document)
        self.model[collection, key] = document

    @rule(collection=collections, key=keys)
    def delete(self, collection, key):
        assert self.store.delete(collection, key) == (self.model.pop((collection, key), None) is not None)

    @rule(collection=collections, key=keys, document=documents)
    def give_up(self, collection, key, document):
        give_up(self.store, collection, key, document)

    @rule()
    def reopen(self):
        self.store.close()
        self.store = Store(self.path)

    @invariant()
    def is_as_written(self):
        held = {(name, key): doc for name in ("resources", "settings") for key, doc in self.store.scan(name)}
        assert held == self.model

    def teardown(self):
        self.store.close()
        self.folder.cleanup()


TestReopened = Reopened.TestCase
TestReopened.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
