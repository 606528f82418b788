"""Why regorus and our evaluator differ on a pair: the conditions on which they do, each of a kind.

A kind is a row of "Where Azure doesn't say" in docs/policy-language.md, a sentence of Microsoft's documentation, or
what regorus itself can't do. A pair is explained where there is such a condition, and each is of a kind.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.policy import CONTEXT
from bench.policy_pairs import Json, Table
from bench.policy_questions import Pair, Questions, Subject

from modelyard.policy.documents.definition import Definition
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language import paths

LOGICAL = ("allof", "anyof")
NAMED = re.compile(r"(?:field|current)\(\s*'([^']+)'\s*\)")
OF_GROUP = re.compile(r"resourcegroup\(\)\.(\w+)", re.IGNORECASE)


REFUSED = {"error": "refused"}
UNREAD = "a definition that regorus refuses"
FAILS = "an expression or a comparison that fails"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A condition on which they differ. `places` are the paths of the fields it names, by name as written."""

    condition: Mapping[str, Any]
    document: Json
    ours: Any
    theirs: Any
    places: Mapping[str, str]


def same(ours: Any, theirs: Any) -> bool:
    """Whether two answers are the same: an effect without regard to case, none, or a failure."""
    return bool(_plain(ours) == _plain(theirs))


def kinds(questions: Questions, theirs: Sequence[Any], ask: Callable[[Questions], Json]) -> Counter[str]:
    """How many pairs differ, by the kinds of their conditions; under "" those that nothing explains."""
    different = [
        (pair, one, other)
        for pair, one, other in zip(questions.pairs, questions.ours(), theirs, strict=True)
        if not same(one, other)
    ]
    probes, owners = _probes(questions, [pair for pair, _, _ in different])
    found: dict[int, set[str]] = {number: set() for number in range(len(different))}
    answers = ask(probes)["verdicts"] if probes.pairs else []
    for owner, pair, ours, other in zip(owners, probes.pairs, probes.ours(), answers, strict=True):
        if not same(ours, other):
            condition = probes.subjects[pair[0]].document["properties"]["policyRule"]["if"]
            document = probes.resources[pair[1]]
            places = _places(questions.aliases, document, condition)
            found[owner].add(kind(Disagreement(condition, document, ours, other, places)))
    for number, (_, ours, other) in enumerate(different):
        if not found[number]:
            found[number].add(_of_whole(ours, other))
    return Counter("" if "" in each else " and ".join(sorted(each)) for each in found.values())


def kind(one: Disagreement) -> str:
    """The first kind that fits; empty where none does."""
    return next((name for name, fits in KINDS.items() if fits(one)), "")


def _of_whole(ours: Any, theirs: Any) -> str:
    """The kind of a pair whose conditions come out the same: what differs is in the effect's details."""
    if theirs == REFUSED:
        return UNREAD
    return FAILS if isinstance(ours, dict) else ""


def _plain(answer: Any) -> Any:
    return "failed" if isinstance(answer, dict) else answer.lower() if answer else None


def _probes(questions: Questions, pairs: Sequence[Pair]) -> tuple[Questions, list[int]]:
    """Each condition of the pairs' rules as a definition of its own, and the number of the pair that it is of."""
    probes = replace(questions, subjects=[], resources=[], related=[], pairs=[])
    owners: list[int] = []
    for owner, (number, at, related) in enumerate(pairs):
        subject = questions.subjects[number]
        rule = subject.document["properties"]["policyRule"]
        asked = [(rule["if"], questions.resources[at])]
        details = rule["then"].get("details")
        if related is not None and isinstance(details, dict) and "existenceCondition" in details:
            asked.append((details["existenceCondition"], questions.related[related]))
        for whole, document in asked:
            for condition in _conditions(whole):
                probe = _probe(questions, subject, condition)
                if probe is not None:
                    probes.pairs.append((len(probes.subjects), len(probes.resources), None))
                    probes.subjects.append(probe)
                    probes.resources.append(document)
                    owners.append(owner)
    return probes, owners


def _conditions(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    parts = {name.lower(): value for name, value in rule.items()}
    inner = next((parts[name] for name in LOGICAL if name in parts), [parts["not"]] if "not" in parts else None)
    if inner is None:
        yield rule
    for each in inner or ():
        yield from _conditions(each)


def _probe(questions: Questions, subject: Subject, condition: Mapping[str, Any]) -> Subject | None:
    document: Json = {
        "properties": {
            "displayName": "a condition",
            "mode": "All",
            "parameters": subject.document["properties"].get("parameters", {}),
            "policyRule": {"if": condition, "then": {"effect": "audit"}},
        }
    }
    try:
        return Subject(document, subject.values, Definition.load(document, questions.fields).bind(subject.values))
    except PolicyFailure:
        return None


def _places(aliases: Table, document: Json, condition: Any) -> dict[str, str]:
    kind = str(document.get("type", "")).lower()
    return {name: aliases.get((kind, name.lower()), "") for name in dict.fromkeys(_names(condition))}


def _names(condition: Any) -> Iterator[str]:
    """The fields that a condition names, in expressions and inside counts too."""
    if isinstance(condition, Mapping):
        for part, value in condition.items():
            if part.lower() == "field" and isinstance(value, str) and not value.startswith("["):
                yield value
            else:
                yield from _names(value)
    elif isinstance(condition, list):
        for each in condition:
            yield from _names(each)
    elif isinstance(condition, str):
        yield from NAMED.findall(condition)


def _fails(one: Disagreement) -> bool:
    return isinstance(one.ours, dict)


def _refuses(one: Disagreement) -> bool:
    return bool(one.theirs == REFUSED)


def _foreign(one: Disagreement) -> bool:
    """Whether a field is an alias that the resource's type doesn't have."""
    return any(not path and "/" in name for name, path in one.places.items())


def _lacks(one: Disagreement) -> bool:
    members = {name.lower() for name in CONTEXT.resource_group}
    return any(name.lower() not in members for name in OF_GROUP.findall(str(one.condition)))


def _spread(one: Disagreement) -> bool:
    return any("[*]" in path and "[*]" not in name for name, path in one.places.items())


def _no_array(one: Disagreement) -> bool:
    return any(_is_open(one.document, paths.parse(path or name)) for name, path in one.places.items() if "[*]" in name)


def _is_open(node: Any, segments: paths.Segments) -> bool:
    """Whether an array on the way isn't there; of an alias that the table lacks nothing is."""
    first, *rest = segments
    for step in first:
        node = node.get(step.name) if isinstance(node, dict) and isinstance(step, paths.PropertyKey) else None
    if not rest:
        return False
    return not isinstance(node, list) or any(_is_open(each, tuple(rest)) for each in node)


def _missing(one: Disagreement) -> bool:
    """Whether an expression reads a field that isn't there, or is null."""
    named = {name: one.places.get(name, "") for name in NAMED.findall(str(one.condition))}
    return any(_value(one.document, path or name) is None for name, path in named.items())


def _value(node: Any, path: str) -> Any:
    for step in paths.parse(path)[0]:
        node = node.get(step.name) if isinstance(node, dict) and isinstance(step, paths.PropertyKey) else None
    return node


def _elsewhere(one: Disagreement) -> bool:
    """Whether an array stands in another place than its name says: the table counts, and regorus looks by the name."""
    arrays = ((name, path) for name, path in one.places.items() if "[*]" in name and path)
    return any(
        path.partition("[*]")[0].removeprefix("properties.").lower() != _last(name).partition("[*]")[0].lower()
        for name, path in arrays
    )


def _last(name: str) -> str:
    head, bracket, rest = name.partition("[")
    return head.rpartition("/")[2] + bracket + rest


KINDS: Mapping[str, Callable[[Disagreement], bool]] = {
    UNREAD: _refuses,
    FAILS: _fails,
    "a member that resourceGroup() lacks": _lacks,
    "an alias without [*] that leads through an array": _spread,
    "[*] of an array that isn't there": _no_array,
    "a missing field in an expression": _missing,
    "an array that isn't where its alias' name says": _elsewhere,
    "an alias of another type": _foreign,
}
