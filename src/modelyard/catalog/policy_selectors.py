"""What Azure lets assignments, their overrides and exemptions select by, and which effects may take another's place.

Source: Microsoft docs, assignment-structure, "Resource selectors" and "Overrides", exemption-structure, "Resource
selectors", and effect-basics, "Interchanging effects" (A).
"""

from collections.abc import Collection

RESOURCES = ("resourceLocation", "resourceType", "resourceWithoutLocation")
"""Kinds of selectors of a resource selector."""

REFERENCES = "policyDefinitionReferenceId"
OVERRIDES = (REFERENCES, "resourceLocation")
"""Kinds of selectors of an override of an effect."""

PRINCIPALS = ("userPrincipalId", "groupPrincipalId")
"""Kinds of selectors of whoever makes a request."""

APART = frozenset({"resourceLocation", "resourceWithoutLocation"})
"""Kinds that can't stand in one group."""

WITHOUT_LOCATION = "subscriptionLevelResources"
"""The one value of resourceWithoutLocation."""

MOST_VALUES, MOST_SELECTORS, MOST_OVERRIDES = 50, 10, 10

EFFECTS = (
    "append", "audit", "auditAction", "auditIfNotExists", "deny", "denyAction", "deployIfNotExists", "disabled",
    "manual", "modify",
)  # fmt: skip
"""Every effect, written as Azure's docs do."""

KIN = (("append", "audit", "deny", "modify"), ("auditIfNotExists", "deployIfNotExists"), ("auditAction", "denyAction"))
DISABLED = "disabled"


def replacements(own: str, allowed: Collection[str] = ()) -> tuple[str, ...]:
    """The effects that an override may give a definition whose effect is `own`.

    `allowed` are those its effect's parameter allows, where it has one: then they are the only ones.
    """
    if allowed:
        return tuple(allowed)
    folded = own.lower()
    for group in KIN:
        if folded in map(str.lower, group):
            return tuple(sorted({*group, DISABLED}))
    known = {effect.lower(): effect for effect in EFFECTS}
    return EFFECTS if folded == DISABLED or folded not in known else tuple(sorted({known[folded], DISABLED}))
