"""Lines to paste after `quickstart`: this shell into the sandbox, then a call with curl and one from Python."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.catalog.serving import serving


def try_it(outputs: Mapping[str, Any]) -> str:
    """Calls to a deployment that chats, as they would be against Azure; without one the shell alone."""
    chats = [
        name
        for name, one in outputs["deployments"].items()
        if "models" in one["endpoints"] and "chat" in serving(one["model"], one["format"], one["sku"]).operations
    ]
    shell = SHELL.format(bin=Path(sys.executable).parent)
    if not chats:
        return f"This shell, and any client in it, reaches the sandbox after\n\n{shell}"
    calls = CALLS.format(
        endpoint=outputs["inferenceEndpoint"], deployment=min(chats, key=lambda name: (name != "chat", name))
    )
    return f"Try it; these lines are the same against Azure, but for the first:\n\n{shell}\n\n{calls}"


SHELL = 'eval "$({bin}/modelyard sandbox env)"'

CALLS = """\
curl -s "{endpoint}/chat/completions?api-version=2024-05-01-preview" \\
  -H "Authorization: Bearer $(modelyard token)" -H "Content-Type: application/json" \\
  -d '{{"model": "{deployment}", "messages": [{{"role": "user", "content": "Say hello."}}]}}'; echo

python - <<'END'
from azure.ai.inference import ChatCompletionsClient
from azure.identity import DefaultAzureCredential

client = ChatCompletionsClient(
    "{endpoint}", DefaultAzureCredential(), credential_scopes=["https://cognitiveservices.azure.com/.default"]
)
reply = client.complete(model="{deployment}", messages=[{{"role": "user", "content": "Say hello."}}])
print(reply.model, reply.choices[0].message.content)
END"""
