"""Layers, and values that come from elsewhere."""

from modelyard.config.codes.code import error

CODES = (
    error(
        "config.layer-missing",
        "Missing layer",
        "The stack builds on a layer whose file isn't there.",
    ),
    error(
        "config.layer-cycle",
        "Layers that extend each other",
        "A layer builds on itself by way of others, so no order of merging exists.",
    ),
    error(
        "config.layer-foreign-key",
        "Key of another namespace in a layer",
        "Pulumi reads the stack's own file and no layers. Keys of other namespaces, and Pulumi's own, would "
        "have no effect in a layer.",
    ),
    error(
        "config.layer-secret",
        "Secret in a layer",
        "A secret is encrypted with the key of one stack; Pulumi reads no layers, so nobody could decrypt it.",
    ),
    error(
        "config.value-differs",
        "Value differs from the file",
        "Pulumi was given another value than the file holds, with -c or from an environment. What is deployed "
        "must be what was reviewed.",
    ),
)
