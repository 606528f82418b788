"""What ARM says when it refuses, each with the evidence for its words; `refuse` makes the error to be raised.

The grade is that of the words. Where the status or the code has weaker evidence than the words, the source says so.
"""

from collections.abc import Mapping, Sequence

from modelyard.arm.errors import ArmError
from modelyard.arm.json_path import ArmObject
from modelyard.failures import Facts
from modelyard.sandbox.answers import Grade, KnownReply, table
from modelyard.sandbox.arm.account_answers import ACCOUNTS, DEPLOYMENTS, FILTERS
from modelyard.sandbox.arm.policy_answers import POLICIES
from modelyard.sandbox.arm.role_answers import ROLES

A, B, C, R = Grade.A, Grade.B, Grade.C, Grade.R

FRAME = (
    KnownReply(
        "no-authorization",
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
        B,
        "captured in hashicorp/terraform-provider-azurerm#3612",
    ),
    KnownReply(
        "bad-authorization",
        401,
        "AuthenticationFailedInvalidHeader",
        "Authentication failed. The 'Authorization' header is provided in an invalid format.",
        B,
        "captured in Azure/azure-sdk-for-python#4124; status recalled",
    ),
    KnownReply("bad-token", 401, "InvalidAuthenticationToken", "The access token is invalid.", R, "recalled"),
    KnownReply(
        "token-expired",
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time '{expiry}' is earlier than current UTC time '{now}'.",
        R,
        "recalled",
    ),
    KnownReply(
        "token-audience",
        401,
        "InvalidAuthenticationTokenAudience",
        "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match with "
        "one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net',"
        "'https://management.azure.com/','https://management.azure.com'.",
        B,
        "captured in JetBrains/azure-tools-for-intellij#16",
    ),
    KnownReply(
        "token-tenant",
        401,
        "InvalidAuthenticationTokenTenant",
        "The access token is from the wrong issuer. It must match the tenant 'https://sts.windows.net/{tenant}/' "
        "associated with this subscription.",
        C,
        "shortened from Azure/azure-sdk-for-python#38382",
    ),
    KnownReply(
        "no-api-version",
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
        B,
        "captured in GitHub issues; status of grade C",
    ),
    KnownReply(
        "bad-api-version",
        400,
        "InvalidApiVersionParameter",
        "The api-version '{version}' is invalid. The supported versions are '{supported}'.",
        B,
        "captured in hashicorp/vault-plugin-secrets-azure#13",
    ),
    KnownReply(
        "no-provider-for-version",
        400,
        "NoRegisteredProviderFound",
        "No registered resource provider found for location '{location}' and API version '{version}' for type '{type}'."
        " The supported api-versions are '{supported}'. The supported locations are '{locations}'.",
        A,
        "Microsoft docs, error-register-resource-provider; status recalled",
    ),
    KnownReply(
        "no-subscription",
        404,
        "SubscriptionNotFound",
        "The subscription '{subscription}' could not be found.",
        R,
        "recalled",
    ),
    KnownReply(
        "forbidden",
        403,
        "AuthorizationFailed",
        "The client '{client}' with object id '{object_id}' does not have authorization to perform action '{action}' "
        "over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials.",
        B,
        "captured in microsoft/microsoft-foundry-for-vscode#169",
    ),
    KnownReply(
        "not-registered",
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how "
        "to register subscriptions.",
        B,
        "captured in microsoft/microsoft-foundry-for-vscode#195",
    ),
    KnownReply(
        "not-emulated",
        404,
        "NotInTheSandbox",
        "The Modelyard sandbox doesn't have this, whether or not Azure does: {what}.",
        R,
        "our own",
    ),
    KnownReply(
        "verb-not-emulated",
        405,
        "NotInTheSandbox",
        "The Modelyard sandbox doesn't have {method} on this path, whether or not Azure does.",
        R,
        "our own",
    ),
    KnownReply(
        "bad-filter",
        400,
        "InvalidFilterInQueryString",
        "Invalid $filter '{filter}' specified in the query string.",
        R,
        "recalled",
    ),
    KnownReply(
        "bad-query-option",
        400,
        "InvalidQueryParameterValue",
        "The query parameter '{option}' is not valid.",
        R,
        "our own",
    ),
    KnownReply(
        "bad-content",
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: '{reason}'.",
        C,
        "code captured in pulumi/pulumi-azure-native#3022",
    ),
)

GRAPH = (
    KnownReply("bad-graph-query", 400, "BadRequest", "The query can't be answered: {problem}.", R, "our own"),
    KnownReply(
        "graph-query-not-in-sandbox",
        400,
        "NotInTheSandbox",
        "The sandbox doesn't know {found} in a query of Resource Graph, whether or not Azure does.",
        R,
        "our own",
    ),
    KnownReply(
        "graph-bad-request", 400, "BadRequest", "Please provide below info when asking for support", R, "recalled"
    ),
    KnownReply(
        "graph-no-subscription",
        400,
        "NoValidSubscriptionsInQueryRequest",
        "There must be at least one subscription that is eligible to contain resources. Given: '{given}'",
        R,
        "recalled",
    ),
)

RESOURCES = (
    KnownReply(
        "resource-not-found",
        404,
        "ResourceNotFound",
        "The Resource '{resource}' under resource group '{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
        B,
        "captured in GitHub issues",
    ),
    KnownReply(
        "group-not-found",
        404,
        "ResourceGroupNotFound",
        "Resource group '{group}' could not be found.",
        B,
        "captured in GitHub issues",
    ),
    KnownReply(
        "scope-not-found",
        404,
        "NotFound",
        "The scope '{scope}' could not be found.",
        R,
        "our own",
    ),
    KnownReply(
        "group-going",
        409,
        "ResourceGroupBeingDeleted",
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
        R,
        "recalled",
    ),
    KnownReply(
        "parent-not-found",
        404,
        "ParentResourceNotFound",
        "Failed to perform '{operation}' on resource(s) of type '{type}', because the parent resource '{parent}' could "
        "not be found.",
        B,
        "captured for storage accounts in GitHub issues; status of grade C",
    ),
    KnownReply(
        "location-required",
        400,
        "LocationRequired",
        "The location property is required for this definition.",
        R,
        "recalled",
    ),
    KnownReply(
        "location-not-available",
        400,
        "LocationNotAvailableForResourceType",
        "The provided location '{location}' is not available for resource type '{type}'. List of available regions for "
        "the resource type is '{regions}'.",
        B,
        "captured in Azure/azure-capi-cli-extension#19",
    ),
    KnownReply(
        "location-fixed",
        409,
        "InvalidResourceLocation",
        "The resource '{name}' already exists in location '{location}' in resource group '{group}'. A resource with "
        "the same name cannot be created in location '{wanted}'. Please select a new resource name.",
        B,
        "captured in rancher/rancher#15651",
    ),
    KnownReply(
        "group-location-fixed",
        409,
        "InvalidResourceGroupLocation",
        "Invalid resource group location '{wanted}'. The Resource group already exists in location '{location}'.",
        B,
        "captured in Azure/azure-cli#23043; status in microsoft/bedrock#100",
    ),
    KnownReply(
        "bad-name",
        400,
        "InvalidResourceName",
        "The name '{name}' is not valid for a resource of type '{type}': {rule}.",
        R,
        "code recalled, words our own",
    ),
    KnownReply(
        "nested-resources",
        409,
        "CannotDeleteResource",
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '{nested}'. "
        "Please delete all nested resources before deleting this resource.",
        B,
        "captured in Azure/terraform-provider-azapi#894",
    ),
)

ANSWERS: Mapping[str, KnownReply] = table(
    *FRAME, *GRAPH, *RESOURCES, *ROLES, *POLICIES, *ACCOUNTS, *DEPLOYMENTS, *FILTERS
)


class ArmRefusal(ArmError):
    """An ArmError that knows its row, and what the sandbox advises beside Azure's words."""

    def __init__(self, answer: KnownReply, facts: Facts, target: str | None, advice: str) -> None:
        super().__init__(answer.status, answer.code, answer.text(**facts), target)
        self.answer = answer
        self.advice = advice


def refuse(
    which: str,
    /,
    *,
    target: str | None = None,
    advice: str = "",
    details: Sequence[ArmObject] = (),
    **facts: object,
) -> ArmRefusal:
    """The refusal of this name with the facts of the case; `advice` travels in a header of the sandbox's own."""
    error = ArmRefusal(ANSWERS[which], facts, target, advice)
    error.details = details
    return error
