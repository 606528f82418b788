"""The account."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    error(
        "config.identity-incomplete",
        "Incomplete identity",
        "User-assigned identities are named exactly when the type of identity says so; ARM refuses anything else.",
    ),
    note(
        "config.keys-on",
        "Access keys are enabled",
        "Whoever holds a key has access, without a name and until it is rotated. Entra tokens work with keys off.",
    ),
    error(
        "config.ip-rule-not-public",
        "IP rule for an address that isn't public",
        "Azure refuses IP rules for private networks: a caller comes from a public address, by a subnet or through a "
        "private endpoint.",
    ),
    error(
        "config.region-of-another-cloud",
        "Region of another Azure cloud",
        "China and the United States' government have clouds of their own, with other endpoints, logins and "
        "subscriptions. Modelyard speaks to the public cloud.",
    ),
    warning(
        "config.region-misspelt",
        "Region probably misspelt",
        "The catalog has no such region of Azure's, and one that is written almost alike.",
    ),
    note(
        "config.region-unknown",
        "Region that is not in the catalog",
        "The region is in no availability matrix, so nothing could be checked about it.",
    ),
)
