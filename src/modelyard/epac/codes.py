"""What may be said of a repository of EPAC beside what is refused in it."""

from modelyard.findings import warning

PASSED_OVER = warning(
    "epac.passed-over",
    "Something in an EPAC repository has no effect",
    "EPAC passes it over with a warning, as is done here; whoever wrote it may believe that it counts.",
)
GROUPS_ASSUMED = warning(
    "epac.groups-assumed",
    "Management groups are assumed to contain the subscriptions",
    "Only Azure knows which do; a policy that is missed is worse than one too many.",
)
DEFINITIONS_MOVED = warning(
    "epac.definitions-moved",
    "Definitions get another id in an EPAC repository",
    "EPAC keeps every definition at the root scope of its environment.",
)
TENANT_UNKNOWN = warning(
    "epac.tenant-unknown",
    "A new EPAC repository needs the tenant id",
    "No stack file has it, and EPAC signs in with it.",
)
ENVIRONMENT_NEW = warning(
    "epac.environment-new",
    "An EPAC environment does not exist at the base commit",
    "All its policies count as new; where it only got another name, they aren't.",
)
CODES = (PASSED_OVER, GROUPS_ASSUMED, DEFINITIONS_MOVED, TENANT_UNKNOWN, ENVIRONMENT_NEW)
