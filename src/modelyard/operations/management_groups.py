"""The management groups above the stacks' subscriptions, where a repository of EPAC or a caller names them."""

from collections.abc import Sequence

from modelyard.epac.codes import GROUPS_ASSUMED
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding


class NoRepository(Failure):
    """An option needs an EPAC repository, and none was named."""

    code = "cli.no-repository"
    status = ExitStatus.USAGE

    def __init__(self, options: str) -> None:
        super().__init__(f"a repository of EPAC is needed with {options}", remedy="name it: --from-epac FOLDER")


def group_id(written: str) -> str:
    """The id of a management group that is named, or written as one already."""
    return written if written.startswith("/") else f"/providers/Microsoft.Management/managementGroups/{written}"


def assumption(groups: Sequence[str]) -> Finding:
    """That several management groups count as being above the stacks, which nobody has said."""
    return Finding(
        code=GROUPS_ASSUMED.code,
        severity=GROUPS_ASSUMED.severity,
        message="all these management groups are taken to stand above your subscriptions",
        found=", ".join(each.rpartition("/")[2] for each in groups),
        remedy="name those that do: --management-group NAME, once for each",
    )
