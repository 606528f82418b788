"""Access: roles, principals and custom roles."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    warning(
        "config.data-action-unknown",
        "Data action that is not in the catalog",
        "Azure refuses a role with a data action that it doesn't know. The catalog's table isn't complete: the action "
        "is mistyped, or newer.",
    ),
    error(
        "config.principal-ambiguous",
        "Exactly one principal is needed",
        "One entry gives one role to one object of Entra; its kind has to be said, or Azure looks it up and may not "
        "find a new one yet.",
    ),
    error(
        "config.role-unknown",
        "Unknown role",
        "Neither the catalog's built-in roles, in their names of today and before, nor roleDefinitions have this name.",
    ),
    note(
        "config.role-not-in-catalog",
        "Role that is not in the catalog",
        "The catalog holds the roles that matter to AI services; another role may be given by its GUID, and nothing "
        "could be checked about it.",
    ),
    warning(
        "config.role-mistaken",
        "GUID that is often mistaken for a role's",
        "The GUID resembles that of a role and isn't it. Two such GUIDs are in circulation.",
    ),
    note(
        "config.role-without-data-actions",
        "Role that does not allow calls to models",
        "Calling a model with a token takes data actions, and this role has none. Reader and Contributor have none.",
    ),
    note(
        "config.role-privileged",
        "Privileged role",
        "The role may change nearly everything, or hand out rights. Clients of a model need neither.",
    ),
    error(
        "config.access-twice",
        "Duplicate access",
        "Azure refuses a second assignment of the same role to the same principal on the same scope "
        "(RoleAssignmentExists).",
    ),
    error(
        "config.condition-incomplete",
        "Condition or its version missing",
        "A condition of Azure RBAC consists of the condition and its version.",
    ),
    error(
        "config.condition-unreadable",
        "Unreadable condition",
        "Azure refuses it when the role is given: by then the rest of the stack stands.",
    ),
    error(
        "config.role-definition-empty",
        "Custom role without actions",
        "A role that may do nothing in the control plane and nothing with data gives nobody anything.",
    ),
)
