"""Saved plans: reading one, and what a new preview would do beyond it.

The engine itself holds an update to its plan, but step by step: what stands before the first difference has been
written by then. So a plan is compared with a new one before the update begins. The shape is `apitype.DeploymentPlanV1`
of pulumi/sdk v3.250.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.arm import pulumi_sentinels
from modelyard.engine.events import name_of
from modelyard.engine.failures import EngineFailure
from modelyard.files import FileUnreadable, JsonObject, json_of
from modelyard.report.change import SECRET

SAME = ["same"]
PREFIX = "urn:pulumi:"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan allows: each resource's own plan, by URN."""

    resources: Mapping[str, JsonObject]

    @classmethod
    def read(cls, file: Path) -> "Plan":
        """The plan in a file. Raises `engine.plan-unreadable`."""
        try:
            document = json_of(file)
        except FileUnreadable as wrong:
            raise EngineFailure.of("engine.plan-unreadable", file=file, problem=wrong.problem) from None
        resources = document.get("resourcePlans") if isinstance(document, dict) else None
        if not isinstance(document, dict) or "manifest" not in document:
            raise EngineFailure.of("engine.plan-unreadable", file=file, problem="this is JSON, but no plan")
        resources = {} if resources is None else resources  # Go writes an empty map as null
        if not isinstance(resources, dict) or not all(isinstance(each, dict) for each in resources.values()):
            raise EngineFailure.of("engine.plan-unreadable", file=file, problem="its resourcePlans are none")
        return cls(resources)

    @classmethod
    def of_stack(cls, file: Path, stack: str) -> "Plan":
        """The same, of this stack. Raises `engine.plan-differs` for a plan of another one."""
        plan = cls.read(file)
        if plan.stacks - {stack}:
            raise EngineFailure.of(
                "engine.plan-differs",
                case="beyond",
                file=file,
                differences=[f"it is a plan of stack {', '.join(sorted(plan.stacks))}, not of {stack}"],
            )
        return plan

    @property
    def stacks(self) -> frozenset[str]:
        """The stacks that its resources belong to: one, in a plan that the engine wrote."""
        return frozenset(urn.removeprefix(PREFIX).partition("::")[0] for urn in self.resources)

    def waits(self) -> Mapping[str, frozenset[str]]:
        """By URN, everything that has to be done before it, at any distance."""
        direct = {urn: _dependencies(each) for urn, each in self.resources.items()}
        found: dict[str, frozenset[str]] = {}
        for urn, first in direct.items():
            seen: set[str] = set()
            open_ = list(first)
            while open_:
                one = open_.pop()
                if one not in seen:
                    seen.add(one)
                    open_ += direct.get(one, ())
            found[urn] = frozenset(seen)
        return found

    def exceeded_by(self, now: "Plan") -> tuple[str, ...]:
        """What a new preview would do that this plan doesn't hold, a line a resource. To do less is allowed."""
        lines = []
        for urn, wanted in now.resources.items():
            steps = wanted.get("steps") or SAME
            planned = self.resources.get(urn)
            if steps == SAME:
                continue
            if planned is None or (planned.get("steps") or SAME) != steps:
                was = "nothing" if planned is None else ", ".join(planned.get("steps") or SAME)
                lines.append(f"{name_of(urn)}: {', '.join(steps)}, where the plan has {was}")
            elif _inputs(planned) != _inputs(wanted):
                lines.append(f"{name_of(urn)}: {', '.join(steps)} with other values than the plan has")
        return tuple(sorted(lines))


def _dependencies(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the resource, and those of single properties, which are among them where the SDK says so."""
    goal = resource.get("goal") or {}
    of_properties = (urn for urns in (goal.get("propertyDependencies") or {}).values() for urn in urns or ())
    return (*(goal.get("dependencies") or ()), *of_properties)


def _inputs(resource: Mapping[str, Any]) -> Any:
    """What the resource is to be; a secret is encrypted anew each time, so that its text can't be compared."""
    goal = resource.get("goal") or {}
    return blinded(goal.get("inputDiff") or {})


def blinded(value: Any) -> Any:
    """A value of the engine's without its ciphertext, which is another each time."""
    if isinstance(value, dict):
        if value.get(pulumi_sentinels.SIGNATURE):
            return SECRET
        return {name: blinded(item) for name, item in value.items()}
    return [blinded(item) for item in value] if isinstance(value, list) else value
