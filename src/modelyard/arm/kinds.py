"""Kinds of resource that decide something of their own: a row each, as far as Microsoft's types don't say it.

What they decide stands in modules named after them (`deployment.py`) in `config`, `resources` and `sandbox/arm`. Kinds
without any logic are in `plain_kinds`.
"""

from modelyard.arm.resource_types import Action, ResourceType, Scope

ACCOUNT_TYPE = "Microsoft.CognitiveServices/accounts"

RESOURCE_GROUP = ResourceType(
    token="azure-native:resources:ResourceGroup",
    type="Microsoft.Resources/resourceGroups",
    noun="resource group",
    section="account",  # `resourceGroup` is a key there
    single=True,
    delay=0.2,
    needed=frozenset({"location"}),  # azure-native fills it in from the group, which this is
    replace_on=frozenset({"location", "managedBy"}),
)
"""Resource groups: what everything else is deleted with."""

ACCOUNT = ResourceType(
    token="azure-native:cognitiveservices:Account",
    type=ACCOUNT_TYPE,
    noun="account",
    section="account",
    single=True,
    lock=ACCOUNT_TYPE,
    delay=0.3,
    server_filled=frozenset(
        {
            "properties.allowProjectManagement",
            "properties.apiProperties",
            "properties.associatedProjects",
            "properties.defaultProject",
            "properties.networkAcls",
            "properties.publicNetworkAccess",
        }
    ),
    replace_on=frozenset({"location"}),
    actions=(
        Action(
            token="azure-native:cognitiveservices:listAccountKeys",
            name="listKeys",
            secret=frozenset({"key1", "key2"}),
        ),
    ),
)
"""Azure AI Services accounts: one endpoint and one credential for many models."""

DEPLOYMENT = ResourceType(
    token="azure-native:cognitiveservices:Deployment",
    type=f"{ACCOUNT_TYPE}/deployments",
    noun="deployment",
    section="deployments",
    lock=ACCOUNT_TYPE,
    delay=0.1,
    server_filled=frozenset(
        {
            "properties.currentCapacity",
            "properties.model.version",
            "properties.raiPolicyName",
            "properties.versionUpgradeOption",
        }
    ),
)
"""Model deployments: a name for a model under a configuration. `sku` stands beside `properties`, never inside (P17)."""

CONTENT_FILTER = ResourceType(
    token="azure-native:cognitiveservices:RaiPolicy",
    type=f"{ACCOUNT_TYPE}/raiPolicies",
    noun="content filter",
    section="contentFilters",
    lock=ACCOUNT_TYPE,
    delay=0.1,
    server_filled=frozenset({"properties.basePolicyName", "properties.mode"}),
)
"""Content filters: RAI policies of an account, which its deployments name."""

BLOCKLIST = ResourceType(
    token="azure-native:cognitiveservices:RaiBlocklist",
    type=f"{ACCOUNT_TYPE}/raiBlocklists",
    noun="blocklist",
    section="blocklists",
    lock=ACCOUNT_TYPE,
    delay=0.1,
)
"""Blocklists of an account: named lists of words and patterns, which content filters name."""

BLOCKLIST_ITEM = ResourceType(
    token="azure-native:cognitiveservices:RaiBlocklistItem",
    type=f"{BLOCKLIST.type}/raiBlocklistItems",
    noun="blocklist entry",
    section="entries",
    parent=BLOCKLIST,
    lock=ACCOUNT_TYPE,
    delay=0.1,
    server_filled=frozenset({"properties.isRegex"}),
)
"""Entries of a blocklist: one word, phrase or regular expression each."""

ROLE_DEFINITION = ResourceType(
    token="azure-native:authorization:RoleDefinition",
    type="Microsoft.Authorization/roleDefinitions",
    noun="role definition",
    section="roleDefinitions",
    server_filled=frozenset({"properties.type"}),
    renamed=(("properties.type", "roleType"),),
    uuid_name=True,
)
"""Role definitions: what a role may do. Its name in ARM is a GUID; `roleName` is what people call it."""

ROLE_ASSIGNMENT = ResourceType(
    token="azure-native:authorization:RoleAssignment",
    type="Microsoft.Authorization/roleAssignments",
    noun="role assignment",
    section="access",
    delay=0.0,
    server_filled=frozenset({"properties.principalType", "properties.conditionVersion"}),
    replace_on=frozenset(
        {
            "properties.delegatedManagedIdentityResourceId",
            "properties.principalId",
            "properties.principalType",
            "properties.roleDefinitionId",
        }
    ),
    uuid_name=True,
)
"""Role assignments: who may do what, where. Only the description and the condition of one can change."""

POLICY_DEFINITION = ResourceType(
    token="azure-native:authorization:PolicyDefinition",
    type="Microsoft.Authorization/policyDefinitions",
    noun="policy definition",
    scopes=(Scope.SUBSCRIPTION, Scope.MANAGEMENT_GROUP),
    server_filled=frozenset(
        {
            "properties.metadata",
            "properties.mode",
            "properties.policyType",
            "properties.version",
            "properties.versions",
        }
    ),
)
"""Policy definitions: a rule of Azure Policy with its parameters, assigned elsewhere.

One at a management group is found by the assignments to that group.
"""

POLICY_SET_DEFINITION = ResourceType(
    token="azure-native:authorization:PolicySetDefinition",
    type="Microsoft.Authorization/policySetDefinitions",
    noun="initiative",
    section="initiatives",
    scopes=(Scope.SUBSCRIPTION, Scope.MANAGEMENT_GROUP),
    server_filled=frozenset(
        {
            "properties.metadata",
            "properties.policyType",
            "properties.version",
            "properties.versions",
        }
    ),
)
"""Initiatives: policy definitions that are assigned together.

One at a management group is found by the assignments to that group.
"""

POLICY_ASSIGNMENT = ResourceType(
    token="azure-native:authorization:PolicyAssignment",
    type="Microsoft.Authorization/policyAssignments",
    noun="policy assignment",
    section="policies",
    delay=0.0,
    server_filled=frozenset(
        {
            "properties.assignmentType",
            "properties.definitionVersion",
            "properties.enforcementMode",
            "properties.metadata",
        }
    ),
    replace_on=frozenset({"location", "properties.policyDefinitionId"}),
)
"""Policy assignments: a definition or an initiative put to work on a scope.

Azure refuses to change the definition or the location of one that exists (400, seen by the tests behind
hashicorp/terraform-provider-azurerm#15623), so both mean a new assignment.
"""

POLICY_EXEMPTION = ResourceType(
    token="azure-native:authorization:PolicyExemption",
    type="Microsoft.Authorization/policyExemptions",
    noun="exemption",
    section="exemptions",
    server_filled=frozenset({"properties.assignmentScopeValidation", "properties.metadata"}),
    replace_on=frozenset({"properties.policyAssignmentId"}),
)
"""Policy exemptions: an assignment that doesn't count on a scope, for a reason and mostly for a time.

Azure refuses to point an exemption at another assignment (hashicorp/terraform-provider-azurerm#19674).
"""

ROWS: tuple[ResourceType, ...] = (
    RESOURCE_GROUP,
    ACCOUNT,
    DEPLOYMENT,
    CONTENT_FILTER,
    BLOCKLIST,
    BLOCKLIST_ITEM,
    ROLE_DEFINITION,
    ROLE_ASSIGNMENT,
    POLICY_DEFINITION,
    POLICY_SET_DEFINITION,
    POLICY_ASSIGNMENT,
    POLICY_EXEMPTION,
)

MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/{managementGroupId}"
"""Path of a management group, where policies can be kept. No stack declares one, so it has no row.

The group's name is the parameter, not its id, as azure-native calls it.
"""
