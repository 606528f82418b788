"""What can be wrong with a file as YAML."""

from modelyard.config.codes.code import error

CODES = (
    error(
        "config.yaml-syntax",
        "Invalid YAML",
        "The file can't be read as YAML, so nothing else in it could be checked.",
    ),
    error(
        "config.yaml-tab",
        "Tab in the indentation",
        "YAML forbids tabs in indentation. Most editors can be told to insert spaces.",
    ),
    error(
        "config.yaml-documents",
        "More than one YAML document in a file",
        "Pulumi reads one document from a stack file; what stands after `---` would be ignored or refused.",
    ),
    error(
        "config.yaml-alias",
        "Alias or merge key",
        "Anchors, aliases and `<<` are lost or written out when Pulumi rewrites the file. Layers do the same "
        "job and survive.",
    ),
    error(
        "config.yaml-tag",
        "YAML tag",
        "A tag such as !!str or !include changes how a value is read; Pulumi drops it when it rewrites the file.",
    ),
    error(
        "config.duplicate-key",
        "Duplicate key",
        "YAML libraries disagree on which one counts. Most keep the last silently.",
    ),
    error(
        "config.empty-value",
        "Key without a value",
        "An empty value is null in YAML, and here null removes what a layer has set. So it has to be written: null.",
    ),
    error(
        "config.unquoted-text",
        "Text that needs quotes",
        "Pulumi reads the file with YAML's types and writes it back: 2024-11-20 becomes a timestamp, 1.10 "
        "becomes 1.1. Quotes keep the text.",
    ),
)
