"""Query options of lists: `$filter`, `$top` and `$skipToken` are honoured, or refused by name, and never ignored.

A filter is one or several alternatives of terms that are joined by `and`: a comparison with one word or text
(`resourceType eq '…'`, `startswith(name, '…')`), or a function (`atScope()`, `assignedTo('…')`). Which members and
functions a list takes, the list says. That `$top` pages, so that a client which follows `nextLink` sees everything, is
inferred (R).
"""

import base64
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from modelyard.arm.json_path import ArmObject
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import AUTHORITY, ArmCall, ArmReply

TEXT = r"'(?:[^']|'')*'"
LITERAL = rf"{TEXT}|true|false|null|[\w.-]+"
COMPARISON = re.compile(rf"\s*([\w./]+)\s+(eq|ne)\s+({LITERAL})\s*", re.IGNORECASE)
FUNCTION = re.compile(rf"\s*(\w+)\s*\(\s*({TEXT})?\s*\)\s*", re.IGNORECASE)
PART = re.compile(rf"\s*(startswith|contains)\s*\(\s*([\w./]+)\s*,\s*({TEXT})\s*\)\s*", re.IGNORECASE)
IN = re.compile(rf"\s*({TEXT})\s+(in)\s+([\w./]+)\s*", re.IGNORECASE)
PART_OF = re.compile(rf"\s*(substringof)\s*\(\s*({TEXT})\s*,\s*([\w./]+)\s*\)\s*", re.IGNORECASE)
SPLIT = re.compile(rf"({TEXT})|\b(and|or)\b", re.IGNORECASE)

TOP, SKIP_TOKEN, FILTER = "$top", "$skiptoken", "$filter"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A member, how it is compared, and with what; texts compare without regard to case."""

    member: str
    operator: str
    value: str

    def holds(self, found: object) -> bool:
        """Whether this is true of what the member is."""
        wanted = self.value.lower()
        if self.operator == "in":
            return isinstance(found, list | tuple) and wanted in {str(each).lower() for each in found}
        text = str("" if found is None else found).lower()
        if self.operator == "startswith":
            return text.startswith(wanted)
        if self.operator in ("contains", "substringof"):
            return wanted in text
        return (text == wanted) is (self.operator == "eq")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is asked for. `functions` are names in lower case with their argument, empty for none."""

    alternatives: tuple[tuple[Comparison, ...], ...] = ()
    functions: Mapping[str, str] = field(default_factory=dict)

    def keeps(self, member: Callable[[str], object]) -> bool:
        """Whether the comparisons are true of a resource; `member` gives what a member of this name is."""
        return not self.alternatives or any(
            all(one.holds(member(one.member)) for one in together) for together in self.alternatives
        )

    def equal(self, member: str) -> str | None:
        """What the member must be equal to, where there is one alternative that says so."""
        together = self.alternatives[0] if len(self.alternatives) == 1 else ()
        return next((one.value for one in together if (one.member, one.operator) == (member, "eq")), None)


TAGS = ("tagName", "tagValue")


def tag(document: ArmObject, wanted: Filter, member: str) -> object:
    """`tagName` or `tagValue` of a document: the tag that the filter names, and the value of that one."""
    name = str(wanted.equal("tagName"))
    tags = {key.lower(): (key, value) for key, value in (document.get("tags") or {}).items()}
    return tags.get(name.lower(), (None, None))[TAGS.index(member)]


def option(call: ArmCall, name: str) -> str:
    """A query option, whose name is in any case; empty where there is none."""
    return next((value for key, value in call.query.items() if key.lower() == name), "")


def wanted(call: ArmCall, members: Collection[str] = (), functions: Collection[str] = ()) -> Filter:
    """The `$filter` of a call on a list that takes these members and functions.

    Raises the refusals of what can't be read, and of what the list doesn't take here.
    """
    return read(option(call, FILTER), members, functions)


def read(text: str, members: Collection[str] = (), functions: Collection[str] = ()) -> Filter:
    """A filter that is written like this; see `wanted`."""
    if not text.strip():
        return Filter()
    spelt = {name.lower(): name for name in members}
    allowed = ", ".join([*members, *(f"{name}()" for name in functions)])
    alternatives: list[tuple[Comparison, ...]] = []
    called: dict[str, str] = {}
    for terms in _alternatives(text):
        comparisons = []
        for term in terms:
            found = _comparison(term)
            function = FUNCTION.fullmatch(term) if found is None else None
            if found is not None and found.member.lower() in spelt:
                comparisons.append(Comparison(spelt[found.member.lower()], found.operator, found.value))
            elif function and function[1].lower() in {name.lower() for name in functions}:
                called[function[1].lower()] = _text(function[2] or "")
            elif found is None and function is None:
                raise refuse("bad-filter", filter=text, advice=f"terms joined by and; here: {allowed or 'none'}")
            else:
                raise refuse("not-emulated", what=f"$filter={term.strip()} on this list", advice=allowed)
        alternatives.append(tuple(comparisons))
    if len(alternatives) > 1 and called:
        raise refuse("not-emulated", what=f"$filter={text} with a function and `or`", advice=allowed)
    return Filter(tuple(alternatives) if any(alternatives) else (), called)


def _alternatives(text: str) -> Iterator[list[str]]:
    """The terms of each alternative; words within texts separate nothing."""
    terms, at = [""], 0
    for mark in SPLIT.finditer(text):
        terms[-1] += text[at : mark.start()]
        at = mark.end()
        if mark[1]:
            terms[-1] += mark[1]
        elif mark[2].lower() == "and":
            terms.append("")
        else:
            yield terms
            terms = [""]
    terms[-1] += text[at:]
    yield terms


def _comparison(term: str) -> Comparison | None:
    if found := COMPARISON.fullmatch(term):
        return Comparison(found[1], found[2].lower(), _text(found[3]))
    if found := PART.fullmatch(term):
        return Comparison(found[2], found[1].lower(), _text(found[3]))
    if found := PART_OF.fullmatch(term):
        return Comparison(found[3], found[1].lower(), _text(found[2]))
    found = IN.fullmatch(term)
    return Comparison(found[3], found[2].lower(), _text(found[1])) if found else None


def _text(literal: str) -> str:
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal


# --- pages -----------------------------------------------------------------------------------------------------------


def page(call: ArmCall, options: Collection[str], reply: ArmReply) -> ArmReply:
    """The reply to a GET with the options it was asked for; `options` are those that the answer has honoured itself.

    Raises the refusal of an option that a list doesn't have here. On a single document it is noted only.
    """
    asked = {name.lower(): name for name in call.query if name.startswith("$")}
    if not asked:
        return reply
    if reply.status != 200 or not isinstance(reply.body, dict) or not isinstance(reply.body.get("value"), list):
        for name in asked.keys() - set(options):
            call.note(f"{asked[name]} is not read here")
        return reply
    unknown = sorted(asked[name] for name in asked.keys() - {*options, TOP, SKIP_TOKEN})
    if unknown:
        advice = ", ".join(sorted({*options, TOP, "$skipToken"}))
        raise refuse("not-emulated", what=f"{', '.join(unknown)} on this list", advice=advice)
    values, most, start = reply.body["value"], top(call), _start(call)
    end = len(values) if most is None else start + most
    body: dict[str, Any] = {**reply.body, "value": values[start:end]}
    if end < len(values):
        query = {name: value for name, value in call.query.items() if name.lower() != SKIP_TOKEN}
        query["$skiptoken"] = base64.urlsafe_b64encode(json.dumps({"after": end}).encode()).decode()
        body["nextLink"] = f"{AUTHORITY}{quote(call.path)}?{urlencode(query, quote_via=quote, safe='$')}"
    return ArmReply(200, body, reply.headers)


def top(call: ArmCall) -> int | None:
    """How many `$top` asks for at most; None where it says nothing."""
    written = option(call, TOP)
    if not written:
        return None
    if not written.isdecimal() or not 0 < int(written) <= 2**31:
        raise refuse("bad-query-option", option=f"$top={written}", advice="a whole number from 1 on")
    return int(written)


def _start(call: ArmCall) -> int:
    written = option(call, SKIP_TOKEN)
    if not written:
        return 0
    try:
        after = json.loads(base64.urlsafe_b64decode(written))["after"]
    except (ValueError, KeyError, TypeError):
        after = None
    if not isinstance(after, int) or after < 0:
        raise refuse("bad-query-option", option=f"$skipToken={written}", advice="take it from a nextLink")
    return after
