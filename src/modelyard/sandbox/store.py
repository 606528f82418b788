"""What the sandbox remembers: JSON documents by collection and key, in memory for reading and in SQLite for keeping.

A write is in the database before `put` returns, so a killed server has lost nothing it acknowledged. All access is
from one thread (the server's event loop), so reads need no lock and a transaction can't interleave with another.
Memory holds what is in the database and nothing else: a write that the disk refuses is undone there too.

The database has a version, SQLite's `user_version`. An older one is migrated when it is opened, a newer one refused.
"""

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from modelyard.sandbox_clock import COLLECTION, KEY, MEMBER, MOST

Document = Mapping[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, key)
) WITHOUT ROWID
"""


def _drop_an_advance_without_a_date(database: sqlite3.Connection) -> None:
    """The first version kept what the clock was to be advanced by before it was known whether such a date exists."""
    where = "WHERE collection = ? AND key = ?"
    row = database.execute(f"SELECT document FROM documents {where}", (COLLECTION, KEY)).fetchone()  # noqa: S608 - a constant
    if row is not None and json.loads(row[0])[MEMBER] > MOST.total_seconds():
        database.execute(f"DELETE FROM documents {where}", (COLLECTION, KEY))  # noqa: S608 - the same


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_drop_an_advance_without_a_date,)
"""What makes a database of version n one of version n + 1; the number of them is the version of this release."""


class NewerDatabase(Exception):
    """The database was written by a newer release, which may have put things where this one doesn't look for them."""

    def __init__(self, found: int) -> None:
        super().__init__(f"it has version {found}, of a newer Modelyard; this one reads up to {len(MIGRATIONS)}")


class NotWritten(Exception):
    """The database couldn't be written, mostly because the disk is full. Nothing of the write is kept."""


class Store:
    """Collections of documents. Keys that are ARM ids are in lower case, for ARM ignores case in them."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the database at `path`, or one in memory.

        sqlite3.DatabaseError tells a file that is not a database or can't be written, ValueError and KeyError one with
        what is no document, NewerDatabase one of a newer release.
        """
        if path is not None:
            # The log beside the file gets the file's own mode: keys and tokens' secrets are nobody else's.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        # With a write-ahead log, NORMAL survives the death of the process; only a loss of power needs FULL.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._migrate()
        self._versions: defaultdict[str, int] = defaultdict(int)
        self.changes = 0
        """Grows with every write to any collection: one look tells that nothing at all has changed."""
        self._undo: list[tuple[str, str, Document | None]] | None = None
        self._documents: defaultdict[str, dict[str, Document]] = defaultdict(dict)
        rows = self._database.execute("SELECT collection, key, document FROM documents ORDER BY collection, key")
        for collection, key, document in rows:
            self._documents[collection][key] = json.loads(document)

    def _migrate(self) -> None:
        found = int(self._database.execute("PRAGMA user_version").fetchone()[0])
        if found > len(MIGRATIONS):
            raise NewerDatabase(found)
        if found == len(MIGRATIONS):
            return
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute(SCHEMA)
        for migration in MIGRATIONS[found:]:
            migration(self._database)
        self._database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        self._database.execute("COMMIT")

    def get(self, collection: str, key: str) -> Document | None:
        """The document, to be read and never changed in place; None where there is none."""
        return self._documents[collection].get(key)

    def scan(self, collection: str, prefix: str = "") -> Iterator[tuple[str, Document]]:
        """Keys and documents in the order of the keys, those that begin with `prefix` only."""
        keys = sorted(key for key in self._documents[collection] if key.startswith(prefix))
        for key in keys:
            yield key, self._documents[collection][key]

    def version(self, collection: str) -> int:
        """A number that grows with every write to the collection, for caches of what was derived from it."""
        return self._versions[collection]

    def put(self, collection: str, key: str, document: Document) -> None:
        """Keep the document; it is on disk when this returns, or when the transaction around it ends.

        NotWritten where it can't be kept.
        """
        self._execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (collection, key, json.dumps(document)))
        self._hold(collection, key, document)

    def delete(self, collection: str, key: str) -> bool:
        """Forget the document; tells whether there was one. NotWritten where that can't be kept."""
        self._execute("DELETE FROM documents WHERE collection = ? AND key = ?", (collection, key))
        return self._hold(collection, key, None) is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several writes, all or nothing; a transaction inside another belongs to the outer one."""
        if self._undo is not None:
            yield
            return
        self._execute("BEGIN IMMEDIATE")
        self._undo = []
        try:
            yield
            self._execute("COMMIT")
        except BaseException:
            undo, self._undo = self._undo, None
            for collection, key, document in reversed(undo):
                self._hold(collection, key, document)
            if self._database.in_transaction:  # SQLite gives some up by itself
                self._database.execute("ROLLBACK")
            raise
        finally:
            self._undo = None

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction():
            for collection, documents in list(self._documents.items()):
                for key in list(documents):
                    self.delete(collection, key)

    def _execute(self, statement: str, values: tuple[str, ...] = ()) -> None:
        try:
            self._database.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise NotWritten(str(error)) from error

    def _hold(self, collection: str, key: str, document: Document | None) -> Document | None:
        """Put it into memory, or take it out; gives what was there."""
        documents = self._documents[collection]
        before = documents.get(key)
        if document is None:
            documents.pop(key, None)
        else:
            documents[key] = document
        if self._undo is not None:
            self._undo.append((collection, key, before))
        self._versions[collection] += 1
        self.changes += 1
        return before

    def close(self) -> None:
        """Fold the write-ahead log into the one file, so that a stopped sandbox is a snapshot that can be copied."""
        with suppress(
            sqlite3.OperationalError
        ):  # a disk that is full has no place for it; the log stays beside the file
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()
