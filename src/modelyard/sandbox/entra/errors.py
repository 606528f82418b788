"""What Entra's token service says when it refuses: the numbers, the words, and the evidence for them.

The envelope is that of OfficeDev/microsoft-365-agents-toolkit#8621 (B), with the separators that captures since 2024
show: spaces, where older ones have line breaks.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from modelyard.failures import Facts
from modelyard.sandbox.answers import Grade, KnownReply, table

EntraDocument: TypeAlias = Mapping[str, Any]
"""A JSON object of Entra's token service or of Microsoft Graph: a principal, a reply with a token, a key set."""


FEDERATION_DOCS = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
ASSERTION_DOCS = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials"

ANSWERS = table(
    KnownReply(
        "70003",
        400,
        "unsupported_grant_type",
        "The app requested an unsupported grant type '{grant}'.",
        Grade.R,
        "recalled",
    ),
    KnownReply(
        "90002",
        400,
        "invalid_tenant",
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the"
        " correct cloud. Check with your subscription administrator, this may happen if there are no active"
        " subscriptions for the tenant.",
        Grade.B,
        "Azure/azure-cli#22145; status mvertopoulos/vue-msal#24",
    ),
    KnownReply(
        "500011",
        400,
        "invalid_resource",
        "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the"
        " application has not been installed by the administrator of the tenant or consented to by any user in the"
        " tenant. You might have sent your authentication request to the wrong tenant.",
        Grade.B,
        "backstage/backstage#26017; status recalled",
    ),
    KnownReply(
        "700016",
        400,
        "unauthorized_client",
        "Application with identifier '{app}' was not found in the directory '{tenant}'. This can happen if the"
        " application has not been installed by the administrator of the tenant or consented to by any user in the"
        " tenant. You may have sent your authentication request to the wrong tenant.",
        Grade.B,
        "donwa/oneindex#621; error Azure/azure-sdk-for-python#8314; status recalled",
    ),
    KnownReply(
        "700024",
        401,
        "invalid_client",
        "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {start}, expiry"
        f" time of assertion {{end}}. Review the documentation at {ASSERTION_DOCS} .",
        Grade.B,
        "AzureAD/microsoft-authentication-library-for-java#984; error obikuro/Sato#1; status recalled",
    ),
    KnownReply(
        "700027",
        401,
        "invalid_client",
        "Client assertion contains an invalid signature.",
        Grade.B,
        "AzureAD/passport-azure-ad#453, which goes on with the thumbprint of a key; error and status recalled",
    ),
    KnownReply(
        "700211",
        401,
        "invalid_client",
        "No matching federated identity record found for presented assertion issuer '{issuer}'. Check your federated"
        f" identity credential Subject, Audience and Issuer against the presented assertion. {FEDERATION_DOCS}",
        Grade.R,
        "number and error Azure/azure-workload-identity#1200 (B); words after those of 700213",
    ),
    KnownReply(
        "700212",
        401,
        "invalid_client",
        "No matching federated identity record found for presented assertion audience '{audience}'. Check your"
        f" federated identity credential Subject, Audience and Issuer against the presented assertion."
        f" {FEDERATION_DOCS}",
        Grade.R,
        "recalled; words after those of 700213",
    ),
    KnownReply(
        "700213",
        401,
        "invalid_client",
        "No matching federated identity record found for presented assertion subject '{subject}'. Check your federated"
        f" identity credential Subject, Audience and Issuer against the presented assertion. {FEDERATION_DOCS}",
        Grade.B,
        "Azure/azure-workload-identity#1200, dotnet/maui#31978; status recalled",
    ),
    KnownReply(
        "900144",
        400,
        "invalid_request",
        "The request body must contain the following parameter: '{parameter}'.",
        Grade.R,
        "recalled; 7000218 is captured with the same words for other parameters",
    ),
    KnownReply(
        "1002012",
        400,
        "invalid_scope",
        "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with"
        " /.default suffixed to the resource identifier (application ID URI).",
        Grade.B,
        "MicrosoftDocs/azure-docs#99862; error databricks/databricks-sql-nodejs#226; status recalled",
    ),
    KnownReply(
        "5002730",
        400,
        "invalid_request",
        "Invalid JWT token.",
        Grade.R,
        "AzureAD/microsoft-authentication-library-for-dotnet#4712 has it with a reason of its own",
    ),
    KnownReply(
        "7000215",
        401,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not"
        " the client secret ID, for a secret added to app '{app}'.",
        Grade.B,
        "OfficeDev/microsoft-365-agents-toolkit#8621; status keycloak/keycloak#31294",
    ),
    KnownReply(
        "7000216",
        401,
        "invalid_client",
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
        Grade.B,
        "MicrosoftDocs/azure-docs#30777; error and status recalled",
    ),
    KnownReply(
        "7002138",
        401,
        "invalid_client",
        "No matching federated identity record found for presented assertion subject '{subject}'. The subject matches"
        " with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity"
        f" credential Subject, Audience and Issuer against the presented assertion. See documentation at:"
        f" {FEDERATION_DOCS}.",
        Grade.B,
        "Azure/login#515, which goes on to name the breaking change; error and status recalled",
    ),
)


CODE = "NotInTheSandbox"
WORKS = (
    "People don't sign in there. What works: a service principal with its secret or a federated assertion "
    "(az login --service-principal --username $AZURE_CLIENT_ID --password $AZURE_CLIENT_SECRET "
    "--tenant $AZURE_TENANT_ID), and for anybody's token: modelyard token --as NAME"
)


@dataclass
class EntraError(Exception):
    """A refusal of the token service. `number` is a row of ANSWERS, `facts` fill its words in."""

    number: str
    facts: Facts = field(default_factory=dict)

    @property
    def answer(self) -> KnownReply:
        """The row of the table."""
        return ANSWERS[self.number]

    def body(self, now: datetime, trace_id: str, correlation_id: str | None) -> EntraDocument:
        """The reply's JSON; the correlation id is the client's own where it sent one."""
        correlation = correlation_id or str(uuid.uuid4())
        timestamp = f"{now:%Y-%m-%d %H:%M:%S}Z"
        text = self.answer.text(**self.facts)
        return {
            "error": self.answer.code,
            "error_description": f"AADSTS{self.number}: {text} Trace ID: {trace_id} Correlation ID: {correlation}"
            f" Timestamp: {timestamp}",
            "error_codes": [int(self.number)],
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }


class NotEmulated(Exception):
    """Something that Entra has and the sandbox hasn't; the text says what."""

    def body(self) -> dict[str, str]:
        """OAuth's JSON error (RFC 6749, 5.2), whose description names what works."""
        return {"error": CODE, "error_description": f"{CODE}: the Modelyard sandbox doesn't have {self}. {WORKS}"}


def refuse(number: str, **facts: object) -> EntraError:
    """The refusal to be raised."""
    return EntraError(number, facts)
