"""The stack file that Pulumi works on in the sandbox: a copy, without the settings of another secrets provider.

Pulumi writes its secrets provider's settings (`encryptionsalt`, `secretsprovider`, `encryptedkey`) into that file.
Those of the sandbox have no place in a committed file, and those of a real one mean nothing to the sandbox, which has
a passphrase of its own. The program itself reads the committed file.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from modelyard.config.project import Project
from modelyard.files import inside

SETTINGS = re.compile(r"^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n?(?:[ \t]+.*\n?)*", re.MULTILINE)
OPERATIONS = frozenset({"destroy", "import", "preview", "refresh", "up", "update", "watch"})
GROUPS = frozenset({"config", "env", "org", "package", "plugin", "policy", "stack", "state"})
"""Groups of Pulumi's commands: `stack import` is none of its operations, and knows no `--config-file`."""


def copy(project: Project, stack: str, home: Path) -> Path:
    """The copy for this stack, made anew from the committed file; the sandbox's own settings in it are kept."""
    written = project.stack_file(stack)
    kept = inside(home, "stacks", project.name, written.name)
    settings = "".join(SETTINGS.findall(kept.read_text(encoding="utf-8"))) if kept.exists() else ""
    committed = SETTINGS.sub("", written.read_text(encoding="utf-8")) if written.exists() else ""
    content = f"{committed.rstrip()}\n{settings}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists() or kept.read_text(encoding="utf-8") != content:
        kept.write_text(content, encoding="utf-8")
    return kept


def instead(words: Sequence[str], start: Path, home: Path) -> list[str]:
    """Pulumi's words with the copy named, where they name an operation and a stack, and no file of their own."""
    words = list(words)
    stack = named(words)
    operation = next((word for word in words if word in OPERATIONS | GROUPS), None)
    if stack is None or operation not in OPERATIONS or any(word.startswith("--config-file") for word in words):
        return words
    position = words.index(operation) + 1
    return [*words[:position], "--config-file", str(copy(Project.find(start), stack, home)), *words[position:]]


def named(words: Sequence[str]) -> str | None:
    """The stack that Pulumi's words name."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in {"--stack", "-s"}:
            return following or None
        if word.startswith("--stack="):
            return word.partition("=")[2] or None
    return None
