"""The model of a deployment."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    error(
        "config.model-version-missing",
        "Model without a version",
        "Left out, Azure picks a default version, which may have expired and changes without notice.",
    ),
    error(
        "config.model-format-unknown",
        "Unknown format of the model",
        "The short form leaves ARM's format to the catalog, which doesn't know this name.",
    ),
    note(
        "config.model-format-inferred",
        "Inferred format of the model",
        "No source states ARM's format for this model; the publisher's name is used.",
    ),
    warning(
        "config.model-format-differs",
        "Format of the model differs from the catalog",
        "The catalog has this model under another format. Azure refuses a model it doesn't find under the format.",
    ),
    error(
        "config.model-spelling",
        "Model name in other capital letters",
        "The catalog has this name with other capitals.",
    ),
    note(
        "config.model-unknown",
        "Model that is not in the catalog",
        "The catalog is dated; a newer model, a fine-tuned one or a private offer isn't in it. Nothing could "
        "be checked about it.",
    ),
    error(
        "config.version-latest",
        "A word instead of a version",
        "ARM knows no such version: it takes one by its name only, and a stack says which, so that it never moves by "
        "itself.",
    ),
    warning(
        "config.version-unknown",
        "Version that is not in the catalog",
        "The catalog knows the model and not this version, which is no later than those it knows: probably mistyped.",
    ),
    note(
        "config.version-not-in-catalog",
        "Version not in the catalog",
        "A version newer than the catalog, or one that another source spells otherwise, as versions of models of "
        "others than OpenAI often are.",
    ),
    error(
        "config.model-retired",
        "Model retired",
        "Azure refuses new deployments of a retired model, and existing ones answer with an error.",
    ),
    error(
        "config.model-deprecated",
        "Model closed to new customers",
        "Azure refuses to create a deployment in subscriptions that have none of this model yet. Whether yours has one "
        "can't be seen in a file: allowDeprecatedModel says so.",
    ),
    warning(
        "config.model-deprecating",
        "Model closed to new customers, and used all the same",
        "The stack says that its subscription has a deployment of this model already. Azure judges by model and "
        "version, and refuses all others.",
    ),
    warning(
        "config.model-retirement-passed",
        "Retirement date passed",
        "The date that was known when the catalog was made has passed. Microsoft has moved such dates by months, so "
        "the model may still be there; once it isn't, its deployments answer with an error.",
    ),
    warning(
        "config.catalog-old",
        "Catalog older than 120 days",
        "Dates have moved since then and newer models are missing, so less can be said for sure about any model.",
    ),
    warning(
        "config.model-retires-soon",
        "Model retires within 90 days",
        "After that day its deployments answer with an error.",
    ),
    note(
        "config.version-moves",
        "Azure may move the version",
        "With this option Azure upgrades the deployment past the version stated here.",
    ),
)
