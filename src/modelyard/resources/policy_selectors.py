"""Resource selectors and overrides of assignments and exemptions, as azure-native takes them."""

from collections.abc import Sequence

from pulumi_azure_native import authorization

from modelyard.config.policy_selectors import Override, ResourceSelector, Selector


def resource_selectors(groups: Sequence[ResourceSelector]) -> list[authorization.ResourceSelectorArgs] | None:
    """Groups of selectors; None without any."""
    return [
        authorization.ResourceSelectorArgs(name=each.name, selectors=_selectors(each.selectors)) for each in groups
    ] or None


def overrides(written: Sequence[Override]) -> list[authorization.OverrideArgs] | None:
    """Overrides in their order, which counts; None without any."""
    return [
        authorization.OverrideArgs(kind=each.kind, value=each.value, selectors=_selectors(each.selectors) or None)
        for each in written
    ] or None


def _selectors(written: Sequence[Selector]) -> list[authorization.SelectorArgs]:
    return [
        authorization.SelectorArgs(kind=each.kind, in_=_listed(each.in_), not_in=_listed(each.not_in))
        for each in written
    ]


def _listed(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)
