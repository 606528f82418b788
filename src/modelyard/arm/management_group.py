"""Management groups, as far as policies are kept there. No stack declares one."""

PATH = "/providers/Microsoft.Management/managementGroups/{managementGroupId}"
"""The group's name is the parameter, not its id, as azure-native calls it."""
