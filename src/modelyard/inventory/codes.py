"""The findings of live reads."""

from modelyard.findings import error, warning

CODES = (
    error(
        "inventory.quota-exceeded",
        "Quota doesn't suffice",
        "Azure would refuse the deployments with InsufficientQuota: the subscription's usages have less left.",
    ),
    warning(
        "inventory.quota-late",
        "Quota suffices only after something else is given back",
        "The same change frees quota, and the engine may do that after the write that needs it.",
    ),
    warning(
        "inventory.quota-unverified",
        "Quota can't be verified",
        "The usages or the models of the region can't be read, or don't have this model and SKU.",
    ),
    error(
        "inventory.account-soft-deleted",
        "A soft-deleted account is in the way",
        "Azure keeps a deleted account for 48 hours, with its name and its subdomain, and refuses another one.",
    ),
    error(
        "inventory.nothing-to-restore",
        "No soft-deleted account to restore",
        "`account.restore` is for an account that Azure still keeps; without one the create is refused.",
    ),
    warning(
        "inventory.account-unverified",
        "Whether the account's name is free can't be verified",
        "The subscription's soft-deleted accounts can't be read.",
    ),
)
EXCEEDED, LATE, QUOTA_UNVERIFIED, SOFT_DELETED, NOTHING_TO_RESTORE, ACCOUNT_UNVERIFIED = CODES
