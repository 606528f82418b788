"""What Azure Policy says when it refuses, each with the evidence for its words. See `answers`."""

from modelyard.sandbox.answers import Grade, KnownReply

B, C, R = Grade.B, Grade.C, Grade.R

REQUESTS = (
    KnownReply(
        "disallowed-by-policy",
        403,
        "RequestDisallowedByPolicy",
        "Resource '{resource}' was disallowed by policy. {identifiers}",
        B,
        "captured in Azure/azure-service-operator#5074 and Azure-Samples/azuresandbox#196",
    ),
    KnownReply(
        "deletion-disallowed",
        403,
        "RequestDisallowedByPolicy",
        "Deletion of resource '{resource}' was disallowed by policy. {identifiers}",
        R,
        "status: Microsoft docs, effect-deny-action; code and words recalled",
    ),
)

DEFINITIONS = (
    KnownReply(
        "policy-not-found",
        404,
        "PolicyDefinitionNotFound",
        "The policy definition '{name}' could not be found.",
        B,
        "captured in Azure/Azure-Landing-Zones#3865",
    ),
    KnownReply(
        "set-not-found",
        404,
        "PolicySetDefinitionNotFound",
        "The policy set definition '{name}' could not be found.",
        R,
        "after the one of definitions",
    ),
    KnownReply(
        "bad-policy",
        400,
        "InvalidPolicyRule",
        "Failed to parse policy rule: '{reason}'.",
        C,
        "code and frame captured in Azure/azure-cli#28377; the reason is the sandbox's own",
    ),
    KnownReply(
        "bad-policy-details",
        400,
        "InvalidPolicyRuleEffectDetails",
        "The policy definition '{name}' rule is invalid. The policy effect 'details' property could not be parsed.",
        B,
        "captured in Azure/azure-policy#880",
    ),
    KnownReply(
        "bad-policy-alias",
        400,
        "InvalidPolicyAlias",
        "The policy definition '{name}' rule is invalid. {reason}",
        C,
        "code and frame captured in Azure/azure-policy#363; the reason is the sandbox's own",
    ),
    KnownReply(
        "bad-policy-parameters",
        400,
        "InvalidPolicyParameters",
        "The parameters of the policy definition '{name}' are invalid: {reason}.",
        R,
        "code captured for initiatives in Azure/Azure-Landing-Zones#1601; words our own",
    ),
    KnownReply(
        "bad-definition-request",
        400,
        "InvalidCreatePolicyDefinitionRequest",
        "The policy definition '{name}' request is invalid. {reason}",
        R,
        "after InvalidCreatePolicySetDefinitionRequest; words our own",
    ),
    KnownReply(
        "bad-set-request",
        400,
        "InvalidCreatePolicySetDefinitionRequest",
        "The policy set definition '{name}' request is invalid. {reason}",
        C,
        "code and frame captured in Azure/Azure-Landing-Zones#2629 and hashicorp/terraform-provider-azurerm#19929",
    ),
    KnownReply(
        "set-member-parameter",
        400,
        "UndefinedPolicyParameter",
        "The policy set definition '{name}' is attempting to assign the parameter(s) '{parameters}' which are not "
        "defined in the policy definition '{definition}'.",
        B,
        "captured in gettek/terraform-azurerm-policy-as-code#47",
    ),
    KnownReply(
        "policy-in-set",
        400,
        "InvalidDeletePolicyDefinitionRequest",
        "The policy definition '{name}' cannot be deleted.  It is referenced by the policy set definition '{user}'. "
        "Please remove this policy definition from all policy set definitions that reference it.",
        B,
        "captured in Azure/terraform-azurerm-caf-enterprise-scale#81",
    ),
    KnownReply(
        "policy-in-assignment",
        400,
        "InvalidDeletePolicyDefinitionRequest",
        "The policy definition '{name}' cannot be deleted. It is referenced by the policy assignment '{user}'. Please "
        "delete all policy assignments referencing the policy.",
        C,
        "the words that were captured for initiatives in azuredemoenvironment/ade#37",
    ),
    KnownReply(
        "set-in-assignment",
        400,
        "InvalidDeletePolicySetDefinitionRequest",
        "The policy set definition '{name}' cannot be deleted. It is referenced by the policy assignment '{user}'. "
        "Please delete all policy assignments referencing the policy.",
        B,
        "captured in azuredemoenvironment/ade#37; code in Azure/Azure-Landing-Zones#3734",
    ),
    KnownReply(
        "policy-update-breaks",
        400,
        "InvalidUpdatePolicyDefinitionRequest",
        "The update of '{name}' is invalid: the policy assignment '{user}' no longer fits. {reason}",
        R,
        "our own",
    ),
)

ASSIGNMENTS = (
    KnownReply(
        "policy-assignment-not-found",
        404,
        "PolicyAssignmentNotFound",
        "The policy assignment '{name}' is not found.",
        R,
        "recalled",
    ),
    KnownReply(
        "assigned-policy-not-found",
        400,
        "PolicyDefinitionNotFound",
        "The policy assignment create request is invalid. The policy definition '{definition}' could not be found.",
        B,
        "captured in Azure/Azure-Landing-Zones#2090",
    ),
    KnownReply(
        "bad-assignment-request",
        400,
        "InvalidCreatePolicyAssignmentRequest",
        "The policy assignment request is invalid. {reason}",
        C,
        "code and frame captured in Azure/enterprise-azure-policy-as-code#753; the reason is the sandbox's own",
    ),
    KnownReply(
        "message-references",
        400,
        "InvalidCreatePolicyAssignmentRequest",
        "The policy assignment request is invalid. The following policy definition reference IDs used in "
        "non-compliance messages do not exist in the assigned policy set definition: '{references}'.",
        B,
        "captured in Azure/enterprise-azure-policy-as-code#753",
    ),
    KnownReply(
        "undefined-parameter",
        400,
        "UndefinedPolicyParameter",
        "The policy assignment '{name}' has the parameter(s) '{parameters}' which are not defined in the policy "
        "definition '{definition}'.",
        B,
        "captured in Azure/terraform-azurerm-caf-enterprise-scale#282",
    ),
    KnownReply(
        "missing-parameter",
        400,
        "MissingPolicyParameter",
        "The policy assignment '{name}' is missing the parameter(s) '{parameters}' as defined in the policy definition "
        "'{definition}'.",
        C,
        "words after Azure/enterprise-azure-policy-as-code#729, where there was one parameter; code recalled",
    ),
    KnownReply(
        "parameter-not-allowed",
        400,
        "PolicyParameterValueNotAllowed",
        "The value '{value}' is not allowed for policy parameter '{parameter}' in policy definition '{definition}'. "
        "The allowed values are '{allowed}'.",
        B,
        "captured in Azure/terraform-azurerm-caf-enterprise-scale#1313 and salesforce/cloud-guardrails#53",
    ),
    KnownReply(
        "bad-parameter",
        400,
        "InvalidPolicyParameterValue",
        "The value of policy parameter '{parameter}' of the policy assignment '{name}' is not valid: {reason}.",
        R,
        "our own",
    ),
    KnownReply(
        "definition-fixed",
        400,
        "InvalidPolicyDefinitionIdUpdate",
        "The policy assignment '{name}' create request is invalid. Cannot update existing assignment's policy "
        "definition '{definition}' with new policy definition '{wanted}'.",
        B,
        "captured in Azure/Azure-Landing-Zones#2581",
    ),
    KnownReply(
        "assignment-location-fixed",
        400,
        "InvalidLocationUpdate",
        "The existing assignment location cannot be changed from '{location}' to '{wanted}'.",
        C,
        "code and words as told in Azure/enterprise-azure-policy-as-code#246; spelling recalled",
    ),
    KnownReply(
        "identity-required",
        400,
        "ResourceIdentityRequired",
        "The policy assignment '{name}' request is invalid. Policy assignments must include a resource identity when "
        "assigning '{effect}' policy definitions.",
        B,
        "captured in Azure/azure-powershell#11996; for effects other than Modify recalled",
    ),
)

EXEMPTIONS = (
    KnownReply(
        "exemption-not-found",
        404,
        "PolicyExemptionNotFound",
        "The policy exemption '{name}' is not found.",
        R,
        "recalled",
    ),
    KnownReply(
        "bad-exemption-request",
        400,
        "InvalidCreatePolicyExemptionRequest",
        "The policy exemption '{name}' create request is invalid. {reason}",
        R,
        "frame captured in Azure/enterprise-azure-policy-as-code#267; code recalled, the reason is the sandbox's own",
    ),
    KnownReply(
        "exemption-of-definition",
        400,
        "InvalidPolicyDefinitionReference",
        "The policy exemption '{name}' create request is invalid. The associated policy assignment is an assignment of "
        "a policy definition. The policy definition reference is only valid for policy assignments of policy set "
        "definitions.",
        B,
        "captured in Azure/enterprise-azure-policy-as-code#267",
    ),
    KnownReply(
        "exemption-references",
        400,
        "InvalidPolicyDefinitionReference",
        "The policy exemption '{name}' create request is invalid. The assigned policy set definition has no members "
        "'{references}'.",
        R,
        "our own, after the one before",
    ),
    KnownReply(
        "exemption-fixed",
        400,
        "InvalidPolicyAssignmentIdUpdate",
        "The policy exemption '{name}' cannot be pointed at another policy assignment.",
        R,
        "the rule: hashicorp/terraform-provider-azurerm#19674; code and words our own",
    ),
    KnownReply("bad-remediation", 400, "InvalidCreateRemediationRequest", "{reason}", R, "our own"),
    KnownReply(
        "remediation-not-found",
        404,
        "RemediationNotFound",
        "The remediation '{name}' could not be found.",
        R,
        "our own",
    ),
)

POLICIES = (*REQUESTS, *DEFINITIONS, *ASSIGNMENTS, *EXEMPTIONS)
