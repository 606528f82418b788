"""What a saved plan was made from, so that what was approved is what runs.

The engine's plan holds the steps. What it doesn't hold stands in a member of the same file, which the engine doesn't
read: digests of what the change was computed from, the versions that computed it, the operations with their values, and
until when it counts. A secret's value is in none of it, so that a secret that changes is seen in its file's ciphertext
only.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from modelyard import __version__, files
from modelyard.catalog import market
from modelyard.config.loader import Loaded
from modelyard.engine.failures import EngineFailure
from modelyard.engine.plans import blinded
from modelyard.files import JsonDocument, JsonObject
from modelyard.operations.output_files import write
from modelyard.operations.stack_operation import StackOperation
from modelyard.policy.evaluation import policy_snapshot
from modelyard.report.result import Step

MEMBER = "modelyard"
LASTING = timedelta(days=7)
"""How long a plan counts: an approval of last month is one of other circumstances."""
TIMES = frozenset({"created", "modified"})
"""Members of a resource in an exported state that say when it was written (apitype.ResourceV3 of pulumi/sdk)."""
PROVIDER = "pulumi-azure-native"


def basis(operation: StackOperation, loaded: Loaded) -> JsonDocument:
    """What a change of a stack is computed from at this moment. The stack has to exist."""
    project, destination = operation.project, operation.target.destination
    layers = project.stacks / "layers"
    stack = project.stack_file(operation.stack.name)
    configuration = [project.root / "Pulumi.yaml", stack, *sorted(project.main.glob("*.py"))]
    configuration += sorted(layers / Path(each.file).name for each in loaded.documents if each.file != str(loaded.file))
    policies = [*_below(project.root / policy_snapshot.FOLDER), *_below(project.definitions)]
    return {
        "stack": operation.stack.name,
        "project": project.name,
        "destination": str(destination),
        "configuration": _digests(configuration, project.root),
        "policies": _digests(policies, project.root),
        "catalog": _digest(b"".join(files.read(each) for each in _below(Path(market.__file__).with_name("data")))),
        "versions": {
            "modelyard": __version__,
            "engine": str(operation.stack.workspace.engine.version),
            "provider": _provider(),
        },
        "state": _state(operation.stack.state()),
    }


def keep(file: Path, basis: JsonObject, steps: Sequence[Step], now: datetime) -> None:
    """Write the record into the plan that the engine has saved. Raises FileUnwritable, `engine.plan-unreadable`."""
    document = _document(file)
    operations = [
        {"op": each.op, "resource": each.resource, "changes": [asdict(change) for change in each.changes]}
        for each in steps
    ]
    record = {"version": 1, "expires": (now + LASTING).isoformat(timespec="seconds"), "operations": operations}
    write(file, json.dumps({**document, MEMBER: {**record, "basis": basis}}, indent=2) + "\n")


def hold(file: Path, basis: JsonObject, now: datetime) -> None:
    """Raise `engine.plan-differs` where a plan has expired, or where anything it was made from is another now.

    Raises `engine.plan-unreadable` for a plan without a record: what it was made from isn't known.
    """
    record: Any = _document(file).get(MEMBER)
    try:
        until, before = record["expires"], dict(record["basis"])
        late = datetime.fromisoformat(until) < now
    except (KeyError, TypeError, ValueError):
        problem = "it doesn't say what it was made from; `modelyard preview` saves that beside the engine's plan"
        raise EngineFailure.of("engine.plan-unreadable", file=file, problem=problem) from None
    lines = [f"it expired at {until}"] * late
    lines += _differences(before, basis)
    if lines:
        raise EngineFailure.of("engine.plan-differs", case="basis", file=file, differences=lines)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, f"{key}: ")
        elif old != new:
            yield f"{within}{key} {_change(old, new)}"


def _change(old: Any, new: Any) -> str:
    if old is None or new is None:
        return "is new" if old is None else "is gone"
    digests = all(isinstance(each, str) and each.startswith("sha256:") for each in (old, new))
    return "has changed" if digests else f"was {old}, and is {new}"


def _document(file: Path) -> dict[str, Any]:
    try:
        document = files.json_of(file)
    except files.FileUnreadable as wrong:
        raise EngineFailure.of("engine.plan-unreadable", file=file, problem=wrong.problem) from None
    return document if isinstance(document, dict) else {}


def _below(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file() and "__pycache__" not in each.parts)


def _digests(found: Iterable[Path], root: Path) -> dict[str, str]:
    return {each.relative_to(root).as_posix(): _digest(files.read(each)) for each in found if files.is_file(each)}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _provider() -> str:
    try:
        return version(PROVIDER)
    except PackageNotFoundError:
        return "unknown"


def _state(export: Mapping[str, Any]) -> str:
    """Digest of an exported state without its times; ciphertext is left out, for the engine encrypts values anew."""
    deployment = export.get("deployment") or {}
    resources = [
        {name: each for name, each in resource.items() if name not in TIMES}
        for resource in deployment.get("resources") or ()
    ]
    what = blinded({"resources": resources, "pending": deployment.get("pending_operations") or []})
    return _digest(json.dumps(what, sort_keys=True).encode())
