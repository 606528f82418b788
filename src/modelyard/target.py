"""Where a command is pointed: Azure, or the sandbox. The command line makes one `Target`; everybody else takes it.

The sandbox stands behind Azure's own host names, so a target never changes a URL: what differs is the transport that
reaches them and the credential that opens them.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2
    from azure.core.credentials import TokenCredential

DATA_PLANE_SCOPE = "https://cognitiveservices.azure.com/.default"


@dataclass(frozen=True, slots=True)
class Transport:
    """How HTTPS leaves this machine: straight (Azure), or by the sandbox's proxy with the sandbox's authority."""

    proxy: str | None = None
    ca_file: Path | None = None

    def verify(self) -> ssl.SSLContext | bool:
        """What an HTTP client takes as `verify`."""
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

    name: str
    tenant_id: str
    subscription_id: str
    transport: Transport
    credential: "Callable[[], TokenCredential]" = field(repr=False)
    authority: str = "https://login.microsoftonline.com"
    resource_manager: str = "https://management.azure.com"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
