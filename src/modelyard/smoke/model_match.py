"""Does the model that a reply names be the configured one? Exact where Azure is, tolerant where publishers differ.

    OpenAI          `<name>` or `<name>-<version>` (captured: gpt-4.1-2025-04-14); another version is another model.
                    `gpt-35-turbo` calls itself `gpt-3.5-turbo`, so dots don't count.
    model-router    names the model that it chose, so any name will do.
    other           the name, perhaps behind the publisher's (`deepseek-ai/DeepSeek-V3`), perhaps with more after it,
                    in any case and with any separators (grade R: no statement was found).

A reply that names the deployment proves nothing about the model, unless the two are called the same.
"""

import re

from modelyard.smoke.outputs import Deployed

ROUTER = "model-router"


def matches(reported: str, deployment: Deployed) -> bool:
    """Whether the reported model is the deployment's."""
    if deployment.model == ROUTER:
        return bool(reported)
    said, name = _plain(reported), _plain(deployment.model)
    if deployment.format == "OpenAI":
        return said in (name, name + _plain(deployment.version))
    return name in said


def expected(deployment: Deployed) -> str:
    """What a report says was expected."""
    if deployment.model == ROUTER:
        return "any model, chosen by the router"
    return f"{deployment.model}-{deployment.version}" if deployment.version else deployment.model


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
