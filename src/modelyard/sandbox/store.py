"""What the sandbox remembers: JSON documents by collection and key, in memory for reading and in SQLite for keeping.

A write is in the database before `put` returns, so a killed server has lost nothing it acknowledged. All access is
from one thread (the server's event loop), so reads need no lock and a transaction can't interleave with another.
"""

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, key)
) WITHOUT ROWID
"""


class Store:
    """Collections of documents. Keys that are ARM ids are in lower case, for ARM ignores case in them."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the database at `path`, or one in memory. sqlite3.DatabaseError tells a file that is not a database."""
        if path is not None:
            # The log beside the file gets the file's own mode: keys and tokens' secrets are nobody else's.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        # With a write-ahead log, NORMAL survives the death of the process; only a loss of power needs FULL.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(SCHEMA)
        self._versions: defaultdict[str, int] = defaultdict(int)
        self.changes = 0
        """Grows with every write to any collection: one look tells that nothing at all has changed."""
        self._depth = 0
        self._load()

    def _load(self) -> None:
        self._documents: defaultdict[str, dict[str, Document]] = defaultdict(dict)
        rows = self._database.execute("SELECT collection, key, document FROM documents ORDER BY collection, key")
        for collection, key, document in rows:
            self._documents[collection][key] = json.loads(document)

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

    def _changed(self, collection: str) -> None:
        self._versions[collection] += 1
        self.changes += 1

    def put(self, collection: str, key: str, document: Document) -> None:
        """Keep the document; it is on disk when this returns, or when the transaction around it ends."""
        self._database.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (collection, key, json.dumps(document))
        )
        self._documents[collection][key] = document
        self._changed(collection)

    def delete(self, collection: str, key: str) -> bool:
        """Forget the document; tells whether there was one."""
        self._database.execute("DELETE FROM documents WHERE collection = ? AND key = ?", (collection, key))
        self._changed(collection)
        return self._documents[collection].pop(key, None) is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several writes, all or nothing; a transaction inside another belongs to the outer one."""
        if self._depth:
            yield
            return
        self._database.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            self._load()
            for collection in list(self._versions):
                self._changed(collection)
            raise
        else:
            self._database.execute("COMMIT")
        finally:
            self._depth -= 1

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction():
            self._database.execute("DELETE FROM documents")
            for collection, documents in self._documents.items():
                documents.clear()
                self._changed(collection)

    def close(self) -> None:
        """Fold the write-ahead log into the one file, so that a stopped sandbox is a snapshot that can be copied."""
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()
