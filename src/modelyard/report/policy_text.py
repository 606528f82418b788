"""Policy findings as text for people: what Azure would stop first, then what it reports or changes, what is open.

Findings of one policy that say the same of many resources are folded: the first few, then how many more. Everything
shown comes from the finding, whose values come from documents that hold UNKNOWN in place of secrets and of what isn't
known yet; a place like that is named (`not known: properties.customSubDomainName`), never its content.
"""

from collections.abc import Iterable, Iterator, Sequence

from modelyard.findings import Severity
from modelyard.report.policy_finding import VIOLATIONS, FindingCategory, PolicyFinding, category, counts

FIRST = 3
"""Policy findings of one policy that are shown before the rest is counted."""

LONGEST = 300
"""Characters of a condition; expressions of retirement dates have twice as many, and say less than the values do."""

NAMED = 5
"""Of the rest, how many are named."""

HEADINGS = {
    FindingCategory.DENIED: "Azure would stop this:",
    FindingCategory.FAILED: "Azure could not evaluate this, and would stop it:",
    FindingCategory.AUDITED: "Azure would report this:",
    FindingCategory.DEPLOYED: "Azure would deploy what is missing here:",
    FindingCategory.CHANGED: "Azure would change this:",
    FindingCategory.ATTESTED: "To be attested in Azure:",
    FindingCategory.UNDECIDED: "Not decided yet:",
    FindingCategory.PROTECTED: "Protected when somebody acts on it:",
    FindingCategory.KNOWN: "Known in the baseline:",
    FindingCategory.EXEMPT: "Exempt:",
}
_WITHIN = {
    FindingCategory.DENIED: "is denied by",
    FindingCategory.FAILED: "can't be evaluated by",
    FindingCategory.AUDITED: "does not comply with",
    FindingCategory.DEPLOYED: "lacks what is deployed by",
    FindingCategory.CHANGED: "would be changed by",
    FindingCategory.ATTESTED: "has to be attested for",
    FindingCategory.UNDECIDED: "is undecided for",
    FindingCategory.PROTECTED: "is protected by",
    FindingCategory.KNOWN: "is known not to comply with",
    FindingCategory.EXEMPT: "is exempt from",
}
KEPT = "may not be deleted because of"
_SINGLE = frozenset(
    {FindingCategory.UNDECIDED, FindingCategory.PROTECTED, FindingCategory.EXEMPT, FindingCategory.ATTESTED}
)
_HIDDEN = frozenset({FindingCategory.KNOWN})


SHOWS_ALL = " (-v shows all)"


def blocks(
    policy_findings: Iterable[PolicyFinding],
    *,
    verbose: bool = False,
    violations_only: bool = False,
    hint: str = SHOWS_ALL,
) -> Iterator[str]:
    """The text, a block a finding or a fold, with a heading before each category. `verbose` folds and hides nothing.

    `hint` stands behind what is folded, and says how to see it.
    The order doesn't depend on the order of the policy findings.
    """
    for where, groups in _grouped(policy_findings).items():
        if (where in _HIDDEN or (violations_only and where not in VIOLATIONS)) and not verbose:
            continue
        yield HEADINGS[where]
        for group in groups:
            shown = group if verbose or len(group) == FIRST + 1 else group[:FIRST]
            for each in shown:
                yield line(each) if where in _SINGLE and not verbose else block(each, whole=verbose)
            if len(group) > len(shown):
                yield _folded(group, len(shown), hint)


def block(each: PolicyFinding, *, whole: bool = False) -> str:
    """`file:line:column: error: chat is denied by …`, which editors and pipelines can jump to, then its parts."""
    return "\n".join([_head(each), *(f"  {label + ':':<12}{said}" for label, said in parts(each, whole=whole))])


def line(each: PolicyFinding) -> str:
    """The same in one line, with what it waits for or why it is exempt."""
    reason = each.exemption or ("waits for " + ", ".join(each.waits_for) if each.waits_for else "")
    return f"{_head(each)}: {reason}" if reason else _head(each)


def sentence(each: PolicyFinding) -> str:
    """What the policy says of the resource: `chat is denied by 'Only these SKUs'`."""
    where = category(each)
    said = KEPT if where is FindingCategory.DENIED and each.effect.lower() == "denyaction" else _WITHIN[where]
    return f"{each.resource_name or each.resource} {said} '{each.policy or each.definition}'"


def parts(each: PolicyFinding, *, whole: bool = False) -> Iterator[tuple[str, str]]:
    """Label and text of all there is to know, in the order in which a reader wants it; `whole` shortens nothing."""
    said = [("resource", f"{each.resource} ({each.resource_type})"), ("at", each.path)]
    said += [("because", because if whole else shortened(because)) for because in each.because]
    said += [("waits for", place) for place in each.waits_for]
    said += [("change", change) for change in each.changes]
    said.append(("message", each.message))
    said.append(("policy", _policy(each)))
    said.append(("assignment", f"{each.assignment or each.assignment_id} at {each.scope}"))
    said.append(("seen in", ", ".join(each.sources)))
    said.append(("controls", ", ".join(each.frameworks)))
    said.append(("exemption", each.exemption))
    said.append(("do", each.remedy))
    return ((label, text) for label, text in said if text)


def shortened(because: str) -> str:
    """A condition without the middle of an expression that goes on and on: what it begins with, what was compared."""
    return because if len(because) <= LONGEST else f"{because[: LONGEST // 2]} … {because[-LONGEST // 2 :]}"


def counted(policy_findings: Sequence[PolicyFinding]) -> str:
    """For the closing line: `3 denied, 5 audited, 1 would change`; empty without policy findings."""
    found = counts(policy_findings)
    return ", ".join(f"{found[where]} {where.value}" for where in FindingCategory if found[where])


def _head(each: PolicyFinding) -> str:
    place = f"{each.position}: " if each.position else ""
    weight = each.severity if category(each) in VIOLATIONS else Severity.NOTE
    effect = f" [{each.effect}{'' if each.enforced else ', not enforced'}]" if each.effect else ""
    return f"{place}{weight}: {sentence(each)}{effect}"


def _policy(each: PolicyFinding) -> str:
    member = f", {each.reference} of '{each.initiative}'" if each.initiative else ""
    return f"{each.definition}{member}"


def _folded(group: Sequence[PolicyFinding], shown: int, hint: str) -> str:
    rest = group[shown:]
    names = ", ".join(each.resource_name or each.resource for each in rest[:NAMED])
    more = ", …" if len(rest) > NAMED else ""
    return f"  … and {len(rest)} more by '{group[0].policy}': {names}{more}{hint}"


def _grouped(policy_findings: Iterable[PolicyFinding]) -> dict[FindingCategory, list[list[PolicyFinding]]]:
    """By category, and there by what one member of one assignment says, the places in files in their order."""
    found: dict[FindingCategory, dict[tuple[str, ...], list[PolicyFinding]]] = {where: {} for where in FindingCategory}
    for each in policy_findings:
        alike = (each.policy, each.assignment_id, each.reference, each.definition, each.effect)
        found[category(each)].setdefault(alike, []).append(each)
    return {
        where: [sorted(groups[alike], key=_order) for alike in sorted(groups)]
        for where, groups in found.items()
        if groups
    }


def _order(each: PolicyFinding) -> tuple[object, ...]:
    place = each.position
    return (place is None, place.file if place else "", place.line if place else 0, each.resource.lower(), each.key)
