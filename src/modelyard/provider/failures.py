"""What stops the provider: a configuration that can't work, an unknown type, a write that was done in part.

What stops a request to Azure is in `modelyard.azure.failures`.
"""

from modelyard.arm.translation import PropertyMap
from modelyard.failures import ExitStatus, Failure


class RequestInvalid(Failure):
    """The engine asks for what can't be done: a wrong setting, an unknown type, an id or a value of another form."""


class AlreadyExists(Failure):
    """A create of something that is there. The words are the official plugin's: tools look for them."""


class PartlyDone(Failure):
    """The resource exists in Azure, yet its operation did not end well: the state must remember it.

    `properties` and `inputs` are what goes into the state.
    """

    code = "provider.partly-done"
    status = ExitStatus.REFUSED

    def __init__(self, reason: Failure, id: str, properties: PropertyMap, inputs: PropertyMap) -> None:  # noqa: A002 - ARM calls it id
        super().__init__(str(reason))
        self.id = id
        self.properties = properties
        self.inputs = inputs

    def __str__(self) -> str:
        return self.what
