"""What stops the provider: a configuration that can't work, an unknown type, a write that was done in part.

What stops a request to Azure is in `modelyard.azure.failures`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.failures import ExitStatus, Failure


class ConfigurationInvalid(Failure):
    """The provider can't reach Azure with what it was told."""

    code = "provider.configuration-invalid"
    status = ExitStatus.USAGE


class ResourceTypeUnknown(Failure):
    """A Pulumi type or function that the table has no row for."""

    code = "provider.type-unknown"
    status = ExitStatus.USAGE

    def __init__(self, token: str, known: Sequence[str]) -> None:
        super().__init__(
            f"this stand-in for azure-native does not know '{token}'",
            allowed=", ".join(known),
            remedy="use the official azure-native plugin for other types",
        )


class ValueUnsupported(Failure):
    """A property value of a kind that no ARM resource takes, such as an asset."""

    code = "provider.value-unsupported"
    status = ExitStatus.USAGE


class IdMalformed(Failure):
    """An id that was given does not have the form of its type."""

    code = "provider.id-malformed"
    status = ExitStatus.USAGE

    def __init__(self, id: str, path: str) -> None:  # noqa: A002 - ARM calls it id
        super().__init__(f"resource id '{id}' does not have the form of its type", allowed=path)


class AlreadyExists(Failure):
    """A create of something that is there. The words are the official plugin's: tools look for them."""

    code = "provider.already-exists"
    status = ExitStatus.REFUSED

    def __init__(self, id: str) -> None:  # noqa: A002 - ARM calls it id
        super().__init__(
            f"cannot create already existing resource '{id}'",
            remedy="take it into the stack: pulumi import <type> <name> <id>",
        )


class LoginFailed(Failure):
    """No access token could be had."""

    code = "provider.login-failed"
    status = ExitStatus.REFUSED


class PartlyDone(Failure):
    """The resource exists in Azure, yet its operation did not end well: the state must remember it.

    `properties` and `inputs` are what goes into the state.
    """

    code = "provider.partly-done"
    status = ExitStatus.REFUSED

    def __init__(self, reason: Failure, id: str, properties: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:  # noqa: A002 - ARM calls it id
        super().__init__(str(reason))
        self.id = id
        self.properties = properties
        self.inputs = inputs

    def __str__(self) -> str:
        return self.what
