"""Lines to paste after `quickstart`: this shell into the sandbox, then a call with curl and one from Python."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.catalog.serving import serving
from modelyard.operations.outputs_table import v1


def try_it(outputs: Mapping[str, Any]) -> str:
    """Calls to a deployment that chats, as they would be against Azure; without one the shell alone."""
    chats = [
        name
        for name, one in outputs["deployments"].items()
        if "openai-v1" in one["endpoints"] and "chat" in serving(one["model"], one["format"], one["sku"]).operations
    ]
    shell = SHELL.format(bin=Path(sys.executable).parent)
    if not chats or not v1(outputs):
        return f"This shell, and any client in it, reaches the sandbox after\n\n{shell}"
    calls = CALLS.format(endpoint=v1(outputs), deployment=min(chats, key=lambda name: (name != "chat", name)))
    return f"Try it; these lines are the same against Azure, but for the first:\n\n{shell}\n\n{calls}"


SHELL = 'eval "$({bin}/modelyard sandbox env)"'

CALLS = """\
curl -s "{endpoint}/chat/completions" \\
  -H "Authorization: Bearer $(modelyard token)" -H "Content-Type: application/json" \\
  -d '{{"model": "{deployment}", "messages": [{{"role": "user", "content": "Say hello."}}]}}'; echo

python - <<'END'
from azure.identity import DefaultAzureCredential, get_bearer_token_provider
from openai import OpenAI

token = get_bearer_token_provider(DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default")
client = OpenAI(base_url="{endpoint}", api_key=token)
reply = client.chat.completions.create(model="{deployment}", messages=[{{"role": "user", "content": "Say hello."}}])
print(reply.model, reply.choices[0].message.content)
END"""
