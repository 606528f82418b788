"""What Microsoft.Authorization says when it refuses, each with the evidence for its words. See `answers`."""

from modelyard.sandbox.answers import Grade, KnownReply

B, R = Grade.B, Grade.R

ROLES = (
    KnownReply(
        "assignment-exists",
        409,
        "RoleAssignmentExists",
        "The role assignment already exists. The ID of the existing role assignment is {existing}.",
        B,
        "captured in GitHub issues; status of grade C",
    ),
    KnownReply(
        "assignment-fixed",
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        B,
        "captured in Azure/Azure-Landing-Zones#2040",
    ),
    KnownReply(
        "principal-not-found",
        400,
        "PrincipalNotFound",
        "Principal {principal} does not exist in the directory {tenant}. Check that you have the correct principal ID. "
        "If you are creating this principal and then immediately assigning a role, this error might be related to a "
        "replication delay. In this case, set the role assignment principalType property to a value, such as "
        "ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
        B,
        "captured in Azure-Samples/azure-search-openai-demo#9; status in Azure/azure-sdk-for-net#1652",
    ),
    KnownReply(
        "definition-not-found",
        404,
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '{definition}' does not exist.",
        B,
        "captured in Azure/azure-cli#21961; status recalled",
    ),
    KnownReply(
        "bad-assignment-name",
        400,
        "InvalidRoleAssignmentId",
        "The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
        B,
        "captured in Azure/Azure-Landing-Zones#3419; status recalled",
    ),
    KnownReply(
        "bad-principal",
        400,
        "InvalidPrincipalId",
        "The Principal ID '{principal}' is not valid. Principal ID must be a GUID.",
        B,
        "captured in Azure/azure-powershell#16627, with its status",
    ),
    KnownReply(
        "principal-of-another-type",
        400,
        "UnmatchedPrincipalType",
        "The PrincipalId '{principal}' has type '{actual}' , which is different from specified PrinciaplType "
        "'{given}'.",
        B,
        "captured in Azure/azure-dev#5814, misspelt and spaced so; status, and the id without hyphens, recalled",
    ),
    KnownReply(
        "bad-condition",
        400,
        "InvalidRoleAssignmentCondition",
        "The condition of the role assignment is not valid: {reason}.",
        R,
        "the grammar: Microsoft docs, conditions-format; code and words our own",
    ),
    KnownReply(
        "assignment-not-found",
        404,
        "RoleAssignmentNotFound",
        "The role assignment '{name}' is not found.",
        R,
        "recalled",
    ),
    KnownReply(
        "role-not-assignable",
        400,
        "RoleAssignmentScopeNotAssignableToRoleDefinition",
        "The role {role} is not available for assignment at the requested scope.",
        B,
        "captured in Azure/ALZ-PowerShell-Module#144",
    ),
    KnownReply(
        "role-in-use",
        409,
        "RoleDefinitionHasAssignments",
        "There are existing role assignments referencing role.",
        R,
        "code in Microsoft docs, custom-roles, which quote the message as people see it; status of grade C",
    ),
    KnownReply(
        "role-name-taken",
        409,
        "RoleDefinitionWithSameNameExists",
        "A role definition cannot be updated with a name that already exists.",
        B,
        "captured in danielsollondon/azvmimagebuilder#25; code in Azure/Azure-Landing-Zones#1505; status recalled",
    ),
    KnownReply(
        "no-such-action",
        400,
        "InvalidActionOrNotAction",
        "'{action}' does not match any of the actions supported by the providers.",
        B,
        "captured in MicrosoftDocs/azure-docs#102571",
    ),
    KnownReply(
        "bad-role-definition",
        400,
        "InvalidRoleDefinition",
        "The role definition is not valid: {reason}.",
        R,
        "the rules: Microsoft docs, role-definitions and custom-roles; code and words our own",
    ),
    KnownReply(
        "built-in-role",
        400,
        "RoleDefinitionIsBuiltIn",
        "The built-in role definition '{definition}' cannot be written or deleted.",
        R,
        "our own",
    ),
)
