"""Where a command is pointed: Azure, or the sandbox. The command line makes one `Target`; everybody else takes it.

The sandbox stands behind Azure's own host names, so a target never changes a URL: what differs is the transport that
reaches them and the credential that opens them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.destination import Destination, TargetName
from modelyard.failures import Failure

if TYPE_CHECKING:
    import ssl

    import httpx2
    from azure.core.credentials import TokenCredential

DATA_PLANE_SCOPE = "https://cognitiveservices.azure.com/.default"
SANDBOX_VARIABLE = "MODELYARD_SANDBOX"
"""Set to the sandbox's proxy in every process that the sandbox's environment is given to."""

SIGN_IN = "sign in (`az login`), or give the environment a service principal's AZURE_… variables"


def in_sandbox(environment: Mapping[str, str]) -> bool:
    """Whether the requests of a process with this environment reach the sandbox: its proxy has to be in force too."""
    proxy = environment.get(SANDBOX_VARIABLE)
    return bool(proxy) and environment.get("HTTPS_PROXY") == environment.get("https_proxy") == proxy


class NotSignedIn(Failure):
    """No Azure login gives a token."""


@dataclass(frozen=True, slots=True)
class Transport:
    """How HTTPS leaves this machine: straight (Azure), or by the sandbox's proxy with the sandbox's authority."""

    proxy: str | None = None
    ca_file: Path | None = None

    def verify(self) -> "ssl.SSLContext | bool":
        """What an HTTP client takes as `verify`."""
        import ssl  # a command that only reads files needs no TLS

        return ssl.create_default_context(cafile=str(self.ca_file)) if self.ca_file else True

    def client(self, *, timeout: float = 60.0) -> "httpx2.Client":
        """An HTTP client on this transport that reads no proxy setting from the environment."""
        import httpx2

        return httpx2.Client(proxy=self.proxy, verify=self.verify(), timeout=timeout, trust_env=self.proxy is None)

    def async_client(self, *, timeout: float = 60.0, connections: int = 100) -> "httpx2.AsyncClient":
        """The same for asynchronous callers, with a bound on open connections."""
        import httpx2

        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        return httpx2.AsyncClient(
            proxy=self.proxy, verify=self.verify(), timeout=timeout, limits=limits, trust_env=self.proxy is None
        )


@dataclass(frozen=True)
class Target:
    """One place to deploy to. `environment` is what a child process needs to be pointed there (empty for Azure)."""

    name: TargetName
    tenant_id: str
    subscription_id: str
    transport: Transport
    credential: "Callable[[], TokenCredential]" = field(repr=False)
    authority: str = "https://login.microsoftonline.com"
    resource_manager: str = "https://management.azure.com"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    rehearsal: bool = False
    assumed: bool = False

    @property
    def destination(self) -> Destination:
        """What reports say of it."""
        return Destination(self.name, self.tenant_id, self.subscription_id, self.rehearsal, assumed=self.assumed)

    def token(self, scope: str = "") -> str:
        """A token of whoever is signed in; for ARM, where no scope is named. Raises NotSignedIn."""
        from azure.core.exceptions import AzureError

        asked = scope or f"{self.resource_manager}/.default"
        try:
            return self.credential().get_token(asked).token
        except AzureError as refused:
            first = next(
                iter(str(refused.message).strip().splitlines()), "no login was found"
            )  # the rest: what was tried
            raise NotSignedIn.of("target.not-signed-in", scope=asked, problem=first, remedy=SIGN_IN) from refused
