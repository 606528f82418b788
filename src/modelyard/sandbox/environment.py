"""What a child process needs in its environment so that Azure, for it, is the sandbox.

Everything is ordinary configuration of ordinary clients: a proxy, an authority to trust, and credentials. Nothing of
the user's own logins is read or written: `az`, Pulumi's home and its state are in the sandbox's folder.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from modelyard.azure.target import SANDBOX_VARIABLE
from modelyard.sandbox.certificates import TRUST_STORE_PASSWORD, Certificates
from modelyard.sandbox.state_dir import Home
from modelyard.sandbox_clock import HOME_VARIABLE

Shell = Literal["sh", "fish", "powershell"]

NODE_PROXY_VARIABLE = "MODELYARD_NODE_PROXY"
NODE_PROXY = Path(__file__).parent / "node_proxy.cjs"
"""What an older Node loads first, so that its fetch heeds the proxy."""

NO_PROXY = "127.0.0.1,localhost,::1"

CLEARED = (
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_PASSWORD",
    "AZURE_USERNAME",
    "ALL_PROXY",
    "all_proxy",
    "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "ARM_ENVIRONMENT",
    "ARM_METADATA_HOSTNAME",
    "ARM_OIDC_TOKEN",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_USE_MSI",
    "ARM_USE_OIDC",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "SSL_CERT_DIR",
)
"""What a child must not inherit, because it would win over what is set here or send a credential elsewhere."""


def environment(home: Home, port: int, *, tenant_id: str, subscription_id: str) -> dict[str, str]:
    """The variables for a child of the sandbox in this (prepared) home. The client secret is among the values."""
    secrets = home.secrets()
    proxy = f"http://127.0.0.1:{port}"
    certificates = Certificates(home.certificates)
    trusted = str(certificates.trust_file)
    return {
        "MODELYARD_TARGET": "sandbox",
        SANDBOX_VARIABLE: proxy,
        HOME_VARIABLE: str(home.path),
        # A proxy for every host: what isn't Azure's is refused by name, instead of leaving the machine unseen.
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "HTTP_PROXY": proxy,
        "http_proxy": proxy,
        "NO_PROXY": NO_PROXY,
        "no_proxy": NO_PROXY,
        # requests reads the first, ssl, Go, .NET and OpenSSL the second, then curl, Node, and gRPC.
        "REQUESTS_CA_BUNDLE": trusted,
        "SSL_CERT_FILE": trusted,
        "CURL_CA_BUNDLE": trusted,
        "NODE_EXTRA_CA_CERTS": trusted,
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": trusted,
        # Node's own fetch heeds the proxy since 22.21 and 24, when told so, and before that with a file loaded first;
        # Azure's packages for Node read HTTPS_PROXY anyway.
        "NODE_USE_ENV_PROXY": "1",
        NODE_PROXY_VARIABLE: str(NODE_PROXY),
        "JAVA_TOOL_OPTIONS": " ".join(_java_options(certificates, port)),
        # azure-identity, in every language.
        "AZURE_TENANT_ID": tenant_id,
        "AZURE_CLIENT_ID": secrets.client_id,
        "AZURE_CLIENT_SECRET": secrets.client_secret,
        "AZURE_SUBSCRIPTION_ID": subscription_id,
        "AZURE_CONFIG_DIR": str(home.azure_config),
        # Pulumi's azure-native.
        "ARM_TENANT_ID": tenant_id,
        "ARM_CLIENT_ID": secrets.client_id,
        "ARM_CLIENT_SECRET": secrets.client_secret,
        "ARM_SUBSCRIPTION_ID": subscription_id,
        "PULUMI_HOME": str(home.pulumi),
        "PULUMI_BACKEND_URL": f"file://{home.backend}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _java_options(certificates: Certificates, port: int) -> Iterable[str]:
    yield f'"-Djavax.net.ssl.trustStore={certificates.java_trust_store}"'
    yield "-Djavax.net.ssl.trustStoreType=PKCS12"
    yield f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}"
    for scheme in ("http", "https"):
        yield f"-D{scheme}.proxyHost=127.0.0.1"
        yield f"-D{scheme}.proxyPort={port}"
    yield '"-Dhttp.nonProxyHosts=localhost|127.*|[::1]"'


def child(base: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a child: the parent's without what is cleared, and with what is added."""
    return {**{name: value for name, value in base.items() if name not in CLEARED}, **added}


def render(added: Mapping[str, str], shell: Shell = "sh") -> str:
    """Lines for `eval`, in the words of a shell: sh (bash and zsh take it too), fish or powershell."""
    quote, put, drop = _SHELLS[shell]
    lines = [drop.format(name=name) for name in CLEARED]
    lines += [put.format(name=name, value=quote(value)) for name, value in added.items()]
    return "\n".join(lines) + "\n"


def _sh(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


_SHELLS = {
    "sh": (_sh, "export {name}={value}", "unset {name}"),
    "fish": (_fish, "set -gx {name} {value}", "set -e {name}"),
    "powershell": (_powershell, "$env:{name} = {value}", "Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
}
