"""What ARM shows, as edits of the text of a stack's own file; candidates, which the caller reads again and compares."""

from collections.abc import Iterator

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.config import stack_edits
from modelyard.config.key_path import KeyPath
from modelyard.config.stack_edits import EditImpossible
from modelyard.drift import stack_keys
from modelyard.drift.comparison import ResourceComparison
from modelyard.resources.resource import Resource

MODEL = ("model",)


def edits(
    text: str, resource: Resource, comparison: ResourceComparison | None, shown: ArmDocument | None
) -> Iterator[str]:
    """Texts of the file that may say what ARM shows of a resource, the shortest way first."""
    for whole in (False, True):
        try:
            yield _edited(text, resource, comparison, shown, whole_model=whole)
        except EditImpossible:
            return


def _edited(
    text: str,
    resource: Resource,
    comparison: ResourceComparison | None,
    shown: ArmDocument | None,
    *,
    whole_model: bool,
) -> str:
    at = stack_keys.resource_key(resource.row, resource.name)
    if shown is None:
        return stack_edits.without(text, at) if stack_edits.has(text, at) else stack_edits.with_value(text, at, None)
    if resource.row is kinds.BLOCKLIST_ITEM:
        about = shown.get("properties") or {}
        return stack_edits.with_value(text, at, {"regex" if about.get("isRegex") else "text": about.get("pattern")})
    for each in comparison.differences if comparison else ():
        path = stack_keys.member_key(resource, each)
        if path == at:
            raise EditImpossible(f"no key says {each.place}")
        value = stack_keys.accepted(resource, each, shown)
        if path[len(at) :] == MODEL and resource.row is kinds.DEPLOYMENT:
            value = _model(value, whole=whole_model)
        if path[len(at) :] == ("capacity",):
            text = _without_rate(text, (*at, "rateLimit"))
        text = _with(text, path, value)
    return text


def _with(text: str, path: KeyPath, value: object) -> str:
    """A member that ARM no longer has is taken out of the file; a null takes away what a layer says."""
    if value is None and stack_edits.has(text, path):
        return stack_edits.without(text, path)
    return stack_edits.with_value(text, path, value)


def _without_rate(text: str, path: KeyPath) -> str:
    """A capacity stands instead of a rate, which the file or a layer may say."""
    return stack_edits.without(text, path) if stack_edits.has(text, path) else text


def _model(value: ArmDocument, *, whole: bool) -> object:
    known = {name: str(value[name]) for name in ("format", "name", "version") if value.get(name)}
    return known if whole else f"{known.get('name', '')}@{known.get('version', '')}"
