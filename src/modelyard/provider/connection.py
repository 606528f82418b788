"""One configured provider's connection to Azure: the HTTP client, the credential, and what works through them.

Importing this module costs half a second (httpx2, azure-identity), so the service does it in the background while the
engine is still busy with the program.
"""

import threading

import httpx2

from modelyard.azure.arm_client import ArmClient
from modelyard.failures import Failure
from modelyard.provider import VERSION
from modelyard.provider.configuration import Configuration
from modelyard.provider.credentials import credential
from modelyard.provider.invokes import Invokes
from modelyard.provider.resources import Resources

CONNECTIONS = 100


class AzureConnection:
    """A provider's connection. httpx2 and azure-identity take proxy and certificates from the process environment."""

    def __init__(self, configuration: Configuration, stopping: threading.Event) -> None:
        agent = f"modelyard-provider azure-native/{VERSION}"
        if partner := configuration.get("partnerId"):
            agent += f" pid-{partner}"
        http = httpx2.Client(
            headers={"User-Agent": agent},
            limits=httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        )
        self._credential = credential(configuration, http)
        self.arm = ArmClient(http, self.token, stopping=stopping)
        self.resources = Resources(self.arm, configuration.get("subscriptionId"), configuration.get("location"))
        self.invokes = Invokes(self.arm, self.token, configuration)

    def token(self, scope: str) -> str:
        """An access token; azure-identity keeps and renews it. Raises `provider.login-failed`."""
        from azure.core.exceptions import AzureError

        try:
            return self._credential.get_token(scope).token
        except AzureError as error:
            raise Failure.of("provider.login-failed", problem=f"Azure gave no token: {error}", where=scope) from error
