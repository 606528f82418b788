"""What may be said of a repository of EPAC beside what is refused in it."""

from modelyard.config.codes.code import warning

PASSED_OVER = warning(
    "epac.passed-over",
    "Something in a repository of EPAC has no effect",
    "EPAC passes it over with a warning, as is done here; whoever wrote it may believe that it counts.",
)
GROUPS_ASSUMED = warning(
    "epac.groups-assumed",
    "Management groups are taken to stand above the stacks",
    "Only Azure knows which do; a policy that is missed is worse than one too many.",
)
CODES = (PASSED_OVER, GROUPS_ASSUMED)
