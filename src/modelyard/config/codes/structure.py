"""What is written where: keys, types, names and secrets."""

from modelyard.config.codes.code import error

CODES = (
    error(
        "config.unknown-key",
        "Unknown key",
        "Nothing is known under this name, so it would have no effect. Tools that ignore such keys deploy "
        "something else than was meant.",
    ),
    error(
        "config.misplaced-key",
        "Misplaced key",
        "The key exists, but elsewhere. ARM itself drops a `sku` that stands too deep and silently uses Standard.",
    ),
    error(
        "config.missing-key",
        "Missing required key",
        "The key has no default, because no default would be right for everybody.",
    ),
    error(
        "config.target-missing",
        "Missing target",
        "A stack is for Azure or for the sandbox, and no default would be right: a pipeline that goes to the sandbox "
        "is green although nothing happened in Azure, and a trial that goes to Azure costs money.",
    ),
    error(
        "config.wrong-type",
        "Wrong type of value",
        "The key expects another type of value: text, a whole number, true or false, a list or a map.",
    ),
    error(
        "config.value-not-allowed",
        "Value not allowed",
        "The key takes one of a few values, or a number within limits.",
    ),
    error(
        "config.name-not-allowed",
        "Name not allowed",
        "Azure refuses the name. It would say so only after minutes of deployment.",
    ),
    error(
        "config.name-twice",
        "Duplicate resource name",
        "Azure compares names without regard to case, so the second would overwrite the first.",
    ),
    error(
        "config.secret-not-allowed",
        "Secret not allowed here",
        "The value becomes part of a name or of plain properties in Azure, where it can't be kept secret.",
    ),
    error(
        "config.plain-secret",
        "Secret in plain text",
        "The stack file is committed. A credential in it must be encrypted, or better: not be there at all.",
    ),
)
