"""Capacity and rates."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    error(
        "config.rate-limit-empty",
        "Rate limit without a rate",
        "A rate limit has to say tokens or requests a minute to be turned into capacity.",
    ),
    error(
        "config.capacity-missing",
        "Missing capacity",
        "A deployment without capacity gets the smallest there is, which serves almost nobody.",
    ),
    error(
        "config.unit-unknown",
        "Rate limit for a model with an unknown unit",
        "Nobody publishes what one unit of capacity is for this model and SKU, so a rate can't be turned into "
        "capacity.",
    ),
    warning(
        "config.unit-inferred",
        "Inferred unit of capacity",
        "No source states the unit for this model. It is inferred from the quota table, where tokens and "
        "requests stand in the same ratio; Azure's reply after deployment is the truth, and the smoke test "
        "compares it.",
    ),
    error(
        "config.rate-limit-inexact",
        "Rate limit between two capacities",
        "Capacity comes in whole units, so the rate asked for can't be had exactly.",
    ),
    error(
        "config.rate-limit-disagrees",
        "Tokens and requests disagree",
        "Tokens and requests a minute come together in one unit; these two need different capacities.",
    ),
    error(
        "config.capacity-disagrees",
        "Capacity and rate limit disagree",
        "Both are stated, and the rate limit comes to another capacity.",
    ),
    error(
        "config.provisioned-size",
        "Capacity that Azure does not sell",
        "Provisioned throughput is sold from a minimum upwards in fixed steps.",
    ),
    note(
        "config.above-tier-1-quota",
        "Capacity above the quota of tier 1",
        "New subscriptions start in quota tier 1. With less quota than asked for, Azure answers InsufficientQuota.",
    ),
    error(
        "config.too-many-deployments",
        "Too many deployments",
        "Azure allows 32 standard deployments on one account.",
    ),
)
