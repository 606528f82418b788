"""Policy definitions of a management group, where assignments to the group find them."""

from dataclasses import replace

from modelyard.arm import management_group, policy_definition

ROW = replace(
    policy_definition.ROW,
    token="azure-native:authorization:PolicyDefinitionAtManagementGroup",
    path=management_group.above(policy_definition.ROW.path),
)
