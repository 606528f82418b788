"""The effects there are, and which of them a mode takes.

Source: Microsoft docs, effect-basics and definition-structure-basics (A); auditAction as built-in definitions use it.
"""

from collections.abc import Mapping
from enum import StrEnum


class Effect(StrEnum):
    """What a definition does to a resource its rule matches; written as Azure's docs do."""

    APPEND = "append"
    AUDIT = "audit"
    AUDIT_ACTION = "auditAction"
    AUDIT_IF_NOT_EXISTS = "auditIfNotExists"
    DENY = "deny"
    DENY_ACTION = "denyAction"
    DEPLOY_IF_NOT_EXISTS = "deployIfNotExists"
    DISABLED = "disabled"
    MANUAL = "manual"
    MODIFY = "modify"


BY_NAME: Mapping[str, Effect] = {effect.value.lower(): effect for effect in Effect}

IF_NOT_EXISTS = frozenset({Effect.AUDIT_IF_NOT_EXISTS, Effect.DEPLOY_IF_NOT_EXISTS})
CHANGES = frozenset({Effect.APPEND, Effect.MODIFY})
ON_ACTION = frozenset({Effect.DENY_ACTION, Effect.AUDIT_ACTION})
REMEDIATING = frozenset({Effect.MODIFY, Effect.DEPLOY_IF_NOT_EXISTS})
"""Those that mend what is there already, in the name of the assignment's identity (remediate-resources, A)."""

_RESOURCE_MANAGER = frozenset(Effect)
_COMPONENTS = frozenset({Effect.AUDIT, Effect.DENY, Effect.DISABLED})

MODES: Mapping[str, tuple[str, frozenset[Effect]]] = {
    name.lower(): (name, effects)
    for name, effects in {
        "All": _RESOURCE_MANAGER,
        "Indexed": _RESOURCE_MANAGER,
        "Microsoft.CognitiveServices.Data": _COMPONENTS,
        "Microsoft.DataFactory.Data": _COMPONENTS,
        "Microsoft.KeyVault.Data": _COMPONENTS,
        "Microsoft.LoadTestService.Data": _COMPONENTS,
        "Microsoft.MachineLearningServices.v2.Data": _COMPONENTS,
        "Microsoft.ManagedHSM.Data": _COMPONENTS,
    }.items()
}
"""Modes whose rules are of this language, by folded name: the name as written, and the effects it takes.

The Kubernetes modes carry rules of another language (Gatekeeper's: `mutate` is theirs), and Microsoft.Network.Data says
which network a machine is a member of (`addToNetworkGroup`), not how anything should be: both are refused.
"""
