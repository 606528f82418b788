"""Initiatives of a management group, where assignments to the group find them."""

from dataclasses import replace

from modelyard.arm import management_group, policy_set_definition

ROW = replace(
    policy_set_definition.ROW,
    token="azure-native:authorization:PolicySetDefinitionAtManagementGroup",
    path=management_group.above(policy_set_definition.ROW.path),
)
