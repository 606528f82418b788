"""Tokens of principals other than whoever runs the command: the sandbox gives everybody's, Azure nobody's.

Against Azure the team hands them in by the environment, where secrets of pipelines live, never as arguments.
"""

import re

from modelyard.azure.target import DATA_PLANE_SCOPE, Target
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.context import OperationContext
from modelyard.operations.user_dirs import Places


class NobodyElse(Failure):
    """Azure gives no token for another principal."""

    code = "cli.nobody-else"
    status = ExitStatus.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Azure gives no token for {name!r} to somebody else, and {variable(name)} holds none",
            remedy="log in as that principal and hand its token in by that variable, or use --target sandbox, which "
            "plays everybody",
        )


def variable(name: str) -> str:
    """The environment variable that holds the token of this principal: MODELYARD_TOKEN_APP_TEAM for app-team."""
    return f"MODELYARD_TOKEN_{re.sub('[^A-Z0-9]+', '_', name.upper()).strip('_')}"


def token(context: OperationContext, target: Target, name: str, scope: str = DATA_PLANE_SCOPE) -> str:
    """An access token in this principal's name: in the sandbox any of its directory, by name, object or client id."""
    if target.name == "sandbox":
        from modelyard.sandbox import control_client
        from modelyard.sandbox.state_dir import Home

        return control_client.token(
            Home(Places.here(context.environment).sandbox), name, scope.removesuffix("/.default")
        )
    handed = context.environment.get(variable(name))
    if not handed:
        raise NobodyElse(name)
    return handed
