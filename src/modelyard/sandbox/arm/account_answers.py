"""What Microsoft.CognitiveServices says when it refuses, each with the evidence for its words. See `answers`."""

from modelyard.sandbox.answers import Grade, KnownReply

B, R = Grade.B, Grade.R

ACCOUNTS = (
    KnownReply(
        "account-busy",
        409,
        "RequestConflict",
        "Another operation is being performed on the parent resource '{account}'. Please try again later.",
        B,
        "captured in hashicorp/terraform-provider-azurerm#22607",
    ),
    KnownReply(
        "subdomain-taken",
        409,
        "CustomDomainInUse",
        "Please pick a different name. The subdomain name '{subdomain}' is not available as it's already used by a "
        "resource. If the resource using the name was deleted in the last 48 hours, you may need to purge the deleted "
        'resource. Learn more at "https://go.microsoft.com/fwlink/?linkid=2215493"',
        B,
        "captured in Azure-Samples/azuresandbox#164",
    ),
    KnownReply(
        "subdomain-fixed",
        400,
        "UpdatingCustomDomainNotAllowed",
        "The custom subdomain name of an account cannot be changed.",
        R,
        "code in hashicorp/terraform-provider-azurerm#28585, words our own",
    ),
    KnownReply(
        "soft-deleted",
        409,
        "FlagMustBeSetForRestore",
        "An existing resource with ID '{account}' has been soft-deleted. To restore the resource, you must specify "
        "'restore' to be 'true' in the property. If you don't want to restore existing resource, please purge it "
        "first.",
        B,
        "captured in Azure-Samples/azure-search-openai-demo#155",
    ),
    KnownReply(
        "nothing-to-restore",
        400,
        "CanNotRestoreANonExistingResource",
        "Cannot restore a resource that was not soft-deleted.",
        R,
        "code recalled, words our own",
    ),
    KnownReply(
        "bad-kind",
        400,
        "InvalidApiSetId",
        "The account type '{kind}' is either invalid or unavailable in given region.",
        R,
        "recalled",
    ),
    KnownReply(
        "bad-account-sku",
        400,
        "InvalidSkuId",
        "The account SKU '{sku}' is invalid for kind '{kind}'.",
        R,
        "recalled",
    ),
    KnownReply(
        "kind-fixed",
        400,
        "InvalidResourceProperties",
        "The kind of an account cannot be changed from '{kind}' to '{wanted}'.",
        R,
        "our own; that OpenAI may become AIServices: hashicorp/terraform-provider-azurerm#31044",
    ),
    KnownReply(
        "keys-off",
        400,
        "BadRequest",
        "Failed to list key. disableLocalAuth is set to be true",
        B,
        "captured in Azure/terraform-azurerm-avm-res-cognitiveservices-account#130",
    ),
    KnownReply(
        "no-deleted-account",
        404,
        "DeletedAccountNotFound",
        "There is no soft-deleted account '{account}' in location '{location}'.",
        R,
        "our own",
    ),
)

DEPLOYMENTS = (
    KnownReply(
        "insufficient-quota",
        400,
        "InsufficientQuota",
        "This operation require {needed} new capacity in quota {quota}, which is bigger than the current available "
        "capacity {available}. The current quota usage is {used} and the quota limit is {limit} for quota {quota}.",
        B,
        "captured in microsoft/PubSec-Info-Assistant#880; the names of quotas of models other than the captured one "
        "are recalled",
    ),
    KnownReply(
        "model-unknown",
        400,
        "DeploymentModelNotSupported",
        "The model '{model}' of account deployment is not supported.",
        B,
        "captured in microsoft/microsoft-foundry-for-vscode#497; status recalled",
    ),
    KnownReply(
        "model-deprecated",
        400,
        "ServiceModelDeprecated",
        "The model '{model}' has been deprecated since {date}.",
        B,
        "captured in microsoft/microsoft-foundry-for-vscode#491; status recalled",
    ),
    KnownReply(
        "model-deprecating",
        400,
        "ServiceModelDeprecating",
        "The model '{model}' is in deprecating state and cannot be used for new deployments.",
        B,
        "captured in microsoft/microsoft-foundry-for-vscode#557; status recalled",
    ),
    KnownReply(
        "sku-not-for-model",
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' of account deployment is not supported by the model '{model}' version: '{version}'.",
        B,
        "captured in thunderbug1/LibreChatAzureDeployment#5 and Azure/azure-dev#6727",
    ),
    KnownReply(
        "sku-not-in-region",
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' for model '{model} {version}' is not supported in this region '{region}'.",
        B,
        "captured in microsoft/microsoft-foundry-for-vscode#644; status recalled",
    ),
    KnownReply(
        "scale-settings",
        400,
        "InvalidResourceProperties",
        "The scale settings of account deployment is deprecated since API version '2023-05-01', please use 'sku' "
        "instead.",
        B,
        "captured in Azure/bicep-types-az#2142; status recalled",
    ),
    KnownReply(
        "filter-not-found",
        400,
        "InvalidResourceProperties",
        "RaiPolicyName '{filter}' is not found, please update it to a valid value.",
        B,
        "captured in GitHub issues; code and status recalled",
    ),
    KnownReply(
        "bad-capacity",
        400,
        "InvalidCapacity",
        "The specified capacity '{capacity}' of account deployment is not valid: {rule}.",
        R,
        "code recalled, words our own",
    ),
    KnownReply(
        "bad-property",
        400,
        "InvalidResourceProperties",
        "The value '{value}' of '{name}' is not valid. Allowed are: {allowed}.",
        R,
        "words our own",
    ),
    KnownReply(
        "too-many-deployments",
        400,
        "DeploymentLimitExceeded",
        "An account can have {limit} standard deployments.",
        R,
        "the number: Microsoft docs, quotas-limits; code and words our own",
    ),
    KnownReply(
        "bad-spillover",
        400,
        "InvalidResourceProperties",
        "The spillover deployment '{spillover}' cannot be used: {rule}.",
        R,
        "the rules: Microsoft docs, spillover traffic management; words our own",
    ),
)

FILTERS = (
    KnownReply(
        "bad-content-filter",
        400,
        "Resource has invalid content filter",
        "The content filter is not valid: {reason}.",
        R,
        "code and status captured in Azure/terraform-azurerm-avm-res-cognitiveservices-account#118; words our own",
    ),
    KnownReply(
        "base-filter-not-found",
        400,
        "InvalidResourceProperties",
        "The base policy '{filter}' is not found.",
        R,
        "our own",
    ),
    KnownReply(
        "filter-of-the-system",
        400,
        "InvalidResourceProperties",
        "The RAI policy '{filter}' is managed by the system and cannot be written or deleted.",
        R,
        "type SystemManaged: azure-mgmt-cognitiveservices 14.1; status, code and words our own",
    ),
    KnownReply(
        "filter-in-use",
        409,
        "RaiPolicyInUse",
        "The RAI policy '{filter}' cannot be deleted while deployments use it: {users}.",
        R,
        "the rule is recalled from Microsoft docs, content filters; status, code and words our own",
    ),
    KnownReply(
        "blocklist-not-found",
        400,
        "InvalidResourceProperties",
        "The blocklist '{blocklist}' is not found.",
        R,
        "our own",
    ),
    KnownReply(
        "blocklist-in-use",
        409,
        "RaiBlocklistInUse",
        "The blocklist '{blocklist}' cannot be deleted while content filters use it: {users}.",
        R,
        "our own",
    ),
    KnownReply(
        "bad-pattern",
        400,
        "InvalidResourceProperties",
        "The pattern '{pattern}' is not a valid regular expression: {reason}.",
        R,
        "our own",
    ),
)
