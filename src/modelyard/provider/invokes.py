"""Functions that declare nothing: who the provider is, a token, a look at a resource, the table's own (listKeys)."""

from collections.abc import Callable, Mapping
from typing import Any

from modelyard.arm import resource_types, translation
from modelyard.arm.resource_types import PARAMETER, ResourceType
from modelyard.arm.translation import PulumiInputs
from modelyard.azure.arm_client import ENDPOINT, SCOPE, ArmClient, Deadline
from modelyard.azure.arm_operation import ArmOperation
from modelyard.provider.check import CheckFailure
from modelyard.provider.configuration import Configuration
from modelyard.provider.credentials import claims
from modelyard.provider.failures import RequestInvalid
from modelyard.provider.values import SecretValue, reveal

CLIENT_CONFIG = "azure-native:authorization:getClientConfig"
CLIENT_TOKEN = "azure-native:authorization:getClientToken"  # noqa: S105 - a function's name

Result = dict[str, Any] | tuple[CheckFailure, ...]


def lookups() -> Mapping[str, ResourceType]:
    """azure-native's `get…` functions, one for each row."""
    found = {}
    for token, row in resource_types.by_token().items():
        module, _, name = token.rpartition(":")
        found[f"{module}:get{name}"] = row
    return found


class Invokes:
    """Answers invokes. `token` gives an access token for a scope."""

    def __init__(self, arm: ArmClient, token: Callable[[str], str], configuration: Configuration) -> None:
        self._arm = arm
        self._token = token
        self._configuration = configuration

    def invoke(self, function: str, arguments: PulumiInputs) -> Result:
        """What the function returns, or what is wrong with its arguments; `provider.type-unknown` for others."""
        plain = reveal(arguments)
        if function == CLIENT_CONFIG:
            return self._client_config()
        if function == CLIENT_TOKEN:
            endpoint = str(plain.get("endpoint") or ENDPOINT)
            return {"token": SecretValue(self._token(f"{endpoint.rstrip('/')}/.default"))}
        if (row := lookups().get(function)) is not None:
            found = self._call("GET", row.path, row.api_version, plain)
            return found if isinstance(found, tuple) else translation.outputs(row, found)
        if (invoke := resource_types.invokes().get(function)) is not None:
            found = self._call(invoke.verb, invoke.path, invoke.api_version, plain)
            if isinstance(found, tuple):
                return found
            return {name: SecretValue(value) if name in invoke.secret else value for name, value in found.items()}
        known = sorted({CLIENT_CONFIG, CLIENT_TOKEN, *lookups(), *resource_types.invokes()})
        raise RequestInvalid.of("provider.type-unknown", token=function, known=known)

    def _client_config(self) -> dict[str, Any]:
        """Claims first, for a login by the Azure CLI or a managed identity has no configured client."""
        said = claims(self._token(SCOPE))
        configuration = self._configuration
        return {
            "clientId": said.get("appid") or said.get("azp") or configuration.get("clientId"),
            "objectId": said.get("oid") or "",
            "subscriptionId": configuration.get("subscriptionId"),
            "tenantId": said.get("tid") or configuration.get("tenantId"),
        }

    def _call(self, verb: str, path: str, api_version: str, arguments: dict[str, Any]) -> Result:
        names = [name for name in PARAMETER.findall(path) if name != "subscriptionId"]
        missing = tuple(
            CheckFailure(name, f"missing required property '{name}'") for name in names if not arguments.get(name)
        )
        if missing:
            return missing
        values = {"subscriptionId": self._configuration.get("subscriptionId")}
        values |= {name: str(arguments[name]) for name in names}
        target = PARAMETER.sub(lambda found: values[found[1]].strip("/"), path)
        deadline = Deadline()
        rest = {name: value for name, value in arguments.items() if name not in names}
        reply = self._arm.fetch(verb, target, deadline, api_version=api_version, body=rest if verb == "POST" else None)
        if verb == "GET":
            return reply.object
        return ArmOperation(self._arm, verb, target, api_version, deadline).settle(reply)
