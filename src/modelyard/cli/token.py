"""`modelyard token`."""

from typing import Annotated

from cyclopts import Parameter

from modelyard.azure.target import DATA_PLANE_SCOPE
from modelyard.cli.options import Plain, Pointing
from modelyard.cli.process_context import context
from modelyard.operations import principal_tokens
from modelyard.operations.target_resolution import point, resolve
from modelyard.report.result import Report


def token(
    *,
    scope: str = DATA_PLANE_SCOPE,
    as_: Annotated[str, Parameter(name="--as")] = "",
    pointing: Pointing = Pointing(),
    common: Plain = Plain(),
) -> Report:
    """Print an Entra token for the inference endpoint.

    For example:

        curl -H "Authorization: Bearer $(modelyard token)" …
        modelyard token --as reader      in the sandbox: one who may only look

    The token is all that is printed, and is good for about an hour. Don't keep it in a file or a variable that gets
    logged.

    Parameters
    ----------
    scope
        What the token opens; https://management.azure.com/.default for ARM.
    as_
        Whose token, in the sandbox: pipeline, developer, reader, outsider, or any object id.

    """
    caller = context()
    target = point(resolve(pointing.target, caller), caller)
    value = principal_tokens.token(caller, target, as_, scope) if as_ else target.token(scope)
    return Report(command="token", text=value, data={"accessToken": value, "scope": scope})
