"""Policies by the resource type they could match, so that a resource is shown only to those."""

from collections.abc import Iterable, Iterator

from modelyard.policy.documents.policy import Policy
from modelyard.policy.effects.effect import Effect
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Unknown


class Index:
    """Policies, found by resource type. A type's list is made when its first resource comes."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = tuple(policies)
        self._by_type: dict[str, tuple[Policy, ...]] = {}

    def policies_for(self, resource: EvaluatedResource) -> tuple[Policy, ...]:
        """Policies that name the resource's type, or none at all, and are not disabled."""
        kind = resource.type
        known = self._by_type.get(kind)
        if known is None:
            known = self._by_type[kind] = tuple(
                policy
                for policy in self.policies
                if policy.effect is not Effect.DISABLED
                and (policy.types is None or not kind or kind in policy.types)
                and policy.definition.looks_at_type(kind) is not False
            )
        return known

    def effects(self, resource: EvaluatedResource) -> Iterator[tuple[Policy, Effect | Unknown]]:
        """What takes place, without reasons: each policy that matches, with its effect, deny for one that fails, and an
        Unknown for one that is undecided.
        """
        for policy in self._by_type.get(resource.type) or self.policies_for(resource):
            try:
                result = policy.test(resource)
            except (EvaluationFailed, RecursionError):
                if policy.looks_at(resource):
                    yield policy, Effect.DENY
                continue
            if result is not False and policy.looks_at(resource):
                yield policy, policy.effect if result is True else result
