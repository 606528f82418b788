"""The account."""

from modelyard.config.codes.code import error, note

CODES = (
    error(
        "config.identity-incomplete",
        "Identity incomplete",
        "User-assigned identities are named exactly when the type of identity says so; ARM refuses anything else.",
    ),
    note(
        "config.keys-on",
        "Keys are on",
        "Whoever holds a key has access, without a name and until it is rotated. Entra tokens work with keys off.",
    ),
    note(
        "config.region-unknown",
        "Region unknown to the catalog",
        "The region is in no availability matrix, so nothing could be checked about it.",
    ),
)
