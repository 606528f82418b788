"""Install the clients of package.json into a folder of this user's cache, outside the tree: `python install.py`.

The folder is named by what it holds, so a second run finds it and does nothing, and a changed package.json gets its
own. No lock file is kept, for npm writes registries' addresses into it; the versions in package.json are exact.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from modelyard.operations.context import UserFolders

PACKAGE = Path(__file__).with_name("package.json")
FLAGS = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


def folder(cache: Path) -> Path:
    """Where the clients are, or would be."""
    return cache / "clients" / f"node-{hashlib.sha256(PACKAGE.read_bytes()).hexdigest()[:12]}"


def missing(cache: Path) -> str:
    """Why the clients can't be used; empty when they can."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    if absent:
        return f"{' and '.join(absent)} not found: the clients for Node are not tried"
    if not (folder(cache) / ".ready").is_file():
        return "the clients for Node are not installed: python tests/clients/node/install.py"
    return ""


def main() -> int:
    """Install what is missing. A machine without Node is none of our business, so that is no failure."""
    cache = UserFolders.of(os.environ).cache
    where = folder(cache)
    reason = missing(cache)
    if not reason or "not found" in reason:
        sys.stdout.write(f"{reason}\n" if reason else "")
        return 0
    sys.stdout.write(f"installing the clients for Node into {where}\n")
    where.mkdir(parents=True, exist_ok=True)
    shutil.copy(PACKAGE, where / "package.json")
    npm = shutil.which("npm") or "npm"
    status = subprocess.run([npm, "install", *FLAGS], cwd=where, check=False).returncode
    if status == 0:
        (where / ".ready").touch()
    return status


if __name__ == "__main__":
    sys.exit(main())
