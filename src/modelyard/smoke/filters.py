"""Content filters as they show from outside: annotations on replies, and blocklists that refuse their entries.

No harmful text is sent: of the categories only the annotations are looked at, and a blocklist is tried with an entry of
its own. That a new entry takes up to five minutes to be known is documented (Microsoft docs, use-blocklists), so an
entry that gets through is tried again as long as propagation explains it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.catalog.content_filters import of_the_system
from modelyard.smoke.caller import Answered, Asked
from modelyard.smoke.outputs import Deployed, Outputs, StackFilter
from modelyard.smoke.planned_check import Planned
from modelyard.smoke.requests import of, operation_of
from modelyard.smoke.verdicts import Judge, Verdict, failed, inconclusive, not_answered, passed

ANNOTATES = "filter.annotates"
BLOCKS = "filter.blocks"
PASSES = "filter.passes"

FILTERED = (400, "content_filter")
BLOCKLISTS = "customblocklists"
NO_SAMPLE = "the list has no entry that is a text, and an expression says of none for certain that it matches"
NOT_REFUSED = "the filter doesn't block it in prompts, and nothing is sent to provoke a completion"

SURE = frozenset(
    {
        "hate",
        "sexual",
        "violence",
        "selfharm",
        "jailbreak",
        "profanity",
        "protectedmaterialtext",
        "protectedmaterialcode",
    }
)
"""Categories that are in every reply of a filter that has them (captured); others only where they have a reason."""


def annotates(outputs: Outputs, deployment: Deployed) -> Iterator[Planned]:
    """That a reply is annotated with all that its filter looks for."""
    own = outputs.filters.get(deployment.content_filter) or _of_the_system(deployment)
    if not (own.prompt or own.completion):
        return
    wanted = {"prompt": own.prompt, "completion": own.completion}
    shown = "; ".join(f"{source}: {', '.join(names)}" for source, names in wanted.items() if names)
    subject = f"{deployment.name}: annotations of {own.name}"
    yield Planned(ANNOTATES, subject, shown, deployment.name, judge=_annotated(wanted))


def _of_the_system(deployment: Deployed) -> StackFilter:
    """The system's policy that a deployment names. Whether replies of other publishers' models tell it isn't known."""
    known = of_the_system(deployment.content_filter) if deployment.format == "OpenAI" else ()
    prompt, completion = (
        tuple(one.arm_name for one in known if one.source == source) for source in ("Prompt", "Completion")
    )
    return StackFilter(deployment.content_filter, (), (), prompt, completion)


def checks(outputs: Outputs, deployment: Deployed, propagation: float) -> Iterator[Planned]:
    """For each blocklist: that it blocks here, or that it doesn't because it isn't attached here."""
    operation = operation_of(deployment)
    endpoint = next((name for name in deployment.endpoints if name in outputs.urls), None)
    own = outputs.filters.get(deployment.content_filter)
    if operation is None or endpoint is None:
        return
    for name in own.blocklists if own else ():
        reason = NO_SAMPLE if name not in outputs.samples else "" if own and name in own.refuses else NOT_REFUSED
        if reason:
            subject = f"{deployment.name}: an entry of {name}"
            yield Planned(BLOCKS, subject, "", deployment.name, skipped=reason)
    for name, sample in outputs.samples.items():
        asked = of(deployment, endpoint, outputs.urls[endpoint], operation, sample)
        if own and name in own.refuses:
            yield Planned(
                BLOCKS,
                f"{deployment.name}: an entry of {name} on {asked.shown.partition(' on ')[2]}",
                "400 content_filter, custom_blocklists",
                deployment.name,
                asked,
                judge=_blocked(name, propagation),
                awaited=is_filtered,
            )
        elif not (own and name in own.blocklists) and _compared(outputs, deployment, name):
            yield Planned(
                PASSES,
                f"{deployment.name}: an entry of {name}, which its filter doesn't attach",
                "200",
                deployment.name,
                asked,
                judge=_let_through(name, propagation),
            )


def _compared(outputs: Outputs, deployment: Deployed, blocklist: str) -> bool:
    """Whether this is the one on which the list should find nothing: the first without it, where some have it."""
    having = {name for name, one in outputs.filters.items() if blocklist in one.refuses}
    used = {one.content_filter for one in outputs.deployments}
    without = [one.name for one in outputs.deployments if one.content_filter not in having and operation_of(one)]
    return bool(having & used) and without[:1] == [deployment.name]


def is_filtered(answer: Answered) -> bool:
    """Whether a content filter refused it."""
    return (answer.status, answer.code) == FILTERED


def _annotated(wanted: Mapping[str, tuple[str, ...]]) -> Judge:
    def judge(asked: Asked) -> Verdict:
        body: Any = asked.answer.body if isinstance(asked.answer.body, Mapping) else {}
        found = {"prompt": _first(body, "prompt_filter_results"), "completion": _first(body, "choices")}
        if not any(found.values()):
            return inconclusive("200, no annotations", "the reply has no annotations, so its filter is unknown")
        shown = "; ".join(f"{source}: {', '.join(sorted(names))}" for source, names in found.items())
        there = {source: {_plain(name) for name in names} for source, names in found.items()}
        missing = [
            f"{name} ({source})"
            for source, names in wanted.items()
            for name in names
            if _plain(name) in SURE and _plain(name) not in there[source]
        ]
        if missing:
            return failed(shown, f"not annotated: {', '.join(missing)}")
        return passed(shown)

    return judge


def _first(body: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    entries = body.get(member)
    first = entries[0] if isinstance(entries, list) and entries else {}
    results = first.get("content_filter_results") if isinstance(first, Mapping) else None
    return results if isinstance(results, Mapping) else {}


def _blocked(name: str, propagation: float) -> Judge:
    def judge(asked: Asked) -> Verdict:
        answer = asked.answer
        if is_filtered(answer):
            lists = _lists(answer.body)
            if lists is None or name in lists:
                return passed(answer.shown if lists is None else f"400 content_filter by {name}")
            by = f"400 content_filter by {', '.join(lists) or 'something else than a blocklist'}"
            return inconclusive(by, f"the entry was refused before {name} was evaluated")
        if answer.status != 200:
            return not_answered(asked, propagation)
        reason = f"an entry of {name} was not refused; waited {asked.waited:.0f} s"
        if asked.waited < propagation:
            return inconclusive("200", f"{reason}, and Azure may need {propagation:.0f} s before a new entry applies")
        return failed("200", reason)

    return judge


def _let_through(name: str, propagation: float) -> Judge:
    def judge(asked: Asked) -> Verdict:
        answer = asked.answer
        if answer.status == 200:
            return passed("200")
        if not is_filtered(answer):
            return not_answered(asked, propagation)
        lists = _lists(answer.body)
        if lists is not None and name in lists:
            return failed(answer.shown, f"{name} blocks, though the deployment's filter doesn't attach it")
        return inconclusive(answer.shown, "the entry was refused for another reason")

    return judge


def _lists(body: object) -> tuple[str, ...] | None:
    """The blocklists that an error names; None where it says nothing at all of what was found."""
    results = _results(body)
    if results is None:
        return None
    found = next((value for name, value in results.items() if _plain(name) == BLOCKLISTS), None)
    if isinstance(found, Mapping):
        found = found.get("details")
    entries = found if isinstance(found, list) else []
    return tuple(str(entry.get("id")) for entry in entries if isinstance(entry, Mapping) and entry.get("filtered"))


def _results(body: object) -> Mapping[str, Any] | None:
    """What was found, in any of the forms in which errors were seen to tell it."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return None
    for member in ("innererror", "inner_error"):
        inner = error.get(member)
        if isinstance(inner, Mapping):
            found = inner.get("content_filter_result", inner.get("content_filter_results"))
            if isinstance(found, Mapping):
                return found
    entries = error.get("content_filters")
    first = entries[0] if isinstance(entries, list) and entries else None
    found = first.get("content_filter_results") if isinstance(first, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _plain(name: str) -> str:
    """A category without what its spellings differ in: selfHarm, self_harm, Selfharm."""
    return "".join(character for character in name.lower() if character.isalnum())
