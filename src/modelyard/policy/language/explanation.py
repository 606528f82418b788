"""Why a rule came out as it did: every condition with the values it compared, and which of them decided.

Made on demand, by walking the rule again; a result alone costs nothing of it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from modelyard.files import JsonDocument
from modelyard.policy.language.nodes import Hidden, Node
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown

DECIDES = {"anyOf": True, "allOf": False}
"""The result of one condition inside that is enough for the whole."""

TOO_DEEP = "the resource is nested too deeply to be evaluated"


class Explanation(NamedTuple):
    """One condition's outcome. `result` is None where evaluation failed (`error` says why) or never came by.

    `actual` and `target` are the values compared; `member` names the array member inside a count (`[2]`), or the
    related resource inside an `existence`, which is true where none is as it should be; its `actual` is their number.
    """

    kind: str
    place: str
    result: Truth | None
    subject: str = ""
    path: str = ""
    operator: str = ""
    actual: Any = None
    target: Any = None
    error: str = ""
    member: str = ""
    children: tuple["Explanation", ...] = ()

    def decisive(self) -> "Explanation":
        """The same with only the branches that decided."""
        if not self.children:
            return self
        if self.kind not in {"allOf", "anyOf"}:
            kept = tuple(child.decisive() for child in self.children)
        elif any(child.result is None and child.error for child in self.children) and self.result is None:
            kept = tuple(child.decisive() for child in self.children if child.error)
        else:
            kept = self._deciding()
        return self._replace(children=kept)

    def _deciding(self) -> tuple["Explanation", ...]:
        if isinstance(self.result, Unknown):
            return tuple(child.decisive() for child in self.children if isinstance(child.result, Unknown))
        alike = [child for child in self.children if child.result is self.result]
        one_is_enough = (self.kind == "anyOf") is (self.result is True)
        return tuple(child.decisive() for child in (alike[:1] if one_is_enough else alike))

    def leaves(self) -> Iterator["Explanation"]:
        """The conditions that compare something."""
        if self.kind in {"allOf", "anyOf", "not"}:
            for child in self.children:
                yield from child.leaves()
        else:
            yield self

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The tree as text, a condition a line."""
        yield "  " * indent + self.line()
        for child in self.children:
            yield from child.lines(indent + 1)

    def line(self) -> str:
        """One condition in words: `false  field location (eastus) in ["westus"]`."""
        return f"{_result(self.result):<9}{self.condition()}"

    def condition(self) -> str:
        """The same without its result: `field location (eastus) in ["westus"]`."""
        member = f"{self.member} " if self.member else ""
        if self.kind in {"allOf", "anyOf", "not"}:
            text = f"{member}{self.kind}"
        elif self.kind == "existence":
            text = f"no related {self.subject} is as it should be ({shown(self.actual)} found)"
        else:
            compared = f"({shown(self.actual)}) {self.operator} {shown(self.target)}"
            text = f"{member}{self.kind} {self.subject} {compared}"
        return f"{text}  error: {self.error}" if self.error else text

    def document(self) -> JsonDocument:
        """The tree for machines; what isn't known yet is `{"waitsFor": [places]}`."""
        parts: dict[str, Any] = {"kind": self.kind, "place": self.place, "result": _plain(self.result)}
        if self.kind not in {"allOf", "anyOf", "not"}:
            parts |= {"actual": _plain(self.actual), "target": _plain(self.target)}
        named = {"subject": self.subject, "operator": self.operator, "member": self.member, "error": self.error}
        parts |= {name: text for name, text in named.items() if text}
        return {**parts, "children": [child.document() for child in self.children]}


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return {"waitsFor": sorted(value.waits_for)}
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _result(result: Truth | None) -> str:
    if result is None:
        return "-"
    return "unknown" if isinstance(result, Unknown) else str(result).lower()


def shown(value: Any) -> str:
    """A value for people, as definitions write it, and cut where it is long."""
    if isinstance(value, Unknown):
        return f"not known: {', '.join(sorted(value.waits_for)) or 'a value inside'}"
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 120 else text[:117] + "..."


def explain(
    node: Node, resource: EvaluatedResource, known: bool | None = None, *, decisive: bool = False
) -> Explanation:
    """The outcome of a node and everything below it. `known` is its result, where somebody has it already.

    `decisive` leaves conditions out that can't have decided, as far as that is told without looking at them; what is
    left still has to be narrowed by `Explanation.decisive`.
    """
    result, error = _test(node, resource) if known is None else (known, "")
    children: tuple[Explanation, ...]
    if node.kind == "count":
        children = tuple(_members(node, resource)) if node.where is not None else ()
    elif decisive and (one := _deciding(node, resource, result)) is not None:
        children = (explain(one, resource, DECIDES[node.kind], decisive=True),)
    else:
        implied = _implied(node.kind, result)
        children = tuple(explain(child, resource, implied, decisive=decisive) for child in node.children)
    actual = target = None
    if node.actual is not None:
        actual, failed = _read(node.actual, resource)
        error = error or failed
    if node.target is not None:
        target, failed = _read(node.target.get, resource)
        error = error or failed
    inner = any(child.error for child in children)
    return Explanation(
        node.kind, node.place, result, node.subject, node.path, node.operator, actual, target,
        "" if inner and node.children else error, "", children,
    )  # fmt: skip


def _deciding(node: Node, resource: EvaluatedResource, result: Truth | None) -> Node | None:
    """The condition inside that decided alone, the first to come out so; None where none did, or one before failed."""
    if node.kind not in DECIDES or result is not DECIDES[node.kind]:
        return None
    for child in node.children:
        found, error = _test(child, resource)
        if found is result:
            return child
        if error:
            return None
    return None


def _implied(kind: str, result: Truth | None) -> bool | None:
    """What every condition inside has come out as, where the result leaves no choice; else each has to be asked."""
    if kind == "not" and isinstance(result, bool):
        return not result
    leaves_no_choice = (kind == "allOf" and result is True) or (kind == "anyOf" and result is False)
    return bool(result) if leaves_no_choice else None


def _members(node: Node, resource: EvaluatedResource) -> Iterator[Explanation]:
    if node.each is None or node.where is None:
        return
    try:
        for at, member in enumerate(node.each(resource)):
            if isinstance(member, Hidden):
                return
            found = explain(node.where, resource)
            yield found._replace(member=f"[{at}]")
    except EvaluationFailed:
        return


def _test(node: Node, resource: EvaluatedResource) -> tuple[Truth | None, str]:
    try:
        return node.test(resource), ""
    except EvaluationFailed as wrong:
        return None, str(wrong)
    except RecursionError:
        return None, TOO_DEEP


def _read(get: Any, resource: EvaluatedResource) -> tuple[Any, str]:
    try:
        return get(resource), ""
    except EvaluationFailed as wrong:
        return None, str(wrong)
    except RecursionError:
        return None, TOO_DEEP
