"""Policy exemptions: an assignment that doesn't count on a scope, for a reason and mostly for a time.

Azure refuses to point an exemption at another assignment (hashicorp/terraform-provider-azurerm#19674).
"""

from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:authorization:PolicyExemption",
    type="Microsoft.Authorization/policyExemptions",
    noun="exemption",
    section="exemptions",
    server_filled=frozenset({"properties.assignmentScopeValidation", "properties.metadata"}),
    replace_on=frozenset({"properties.policyAssignmentId"}),
)
