"""Spillover from a provisioned deployment."""

from modelyard.config.codes.code import error, warning

CODES = (
    error(
        "config.spillover-not-possible",
        "Spillover that Azure does not support",
        "A provisioned deployment spills over to a standard one of the same model and version, on the same account.",
    ),
    warning(
        "config.spillover-crosses-level",
        "Spillover to another processing level",
        "Requests that spill over are processed where the other deployment processes; with another level that may be "
        "another country. Azure asks for the same level.",
    ),
)
