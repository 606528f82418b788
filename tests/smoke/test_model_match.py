"""Which name in a reply is the configured model's: too strict and good stacks fail, too lax and drift passes."""

import pytest

from modelyard.smoke.outputs import Deployed
from modelyard.smoke.verdicts import matches


@pytest.mark.parametrize(
    ("format_", "model", "version", "reported", "same"),
    [
        ("OpenAI", "gpt-4.1", "2025-04-14", "gpt-4.1-2025-04-14", True),
        ("OpenAI", "gpt-4.1", "2025-04-14", "gpt-4.1", True),
        ("OpenAI", "gpt-4.1", "2025-04-14", "gpt-4.1-mini-2025-04-14", False),
        ("OpenAI", "gpt-4.1", "2025-04-14", "gpt-4.1-2025-05-01", False),
        ("OpenAI", "gpt-4.1", "2025-04-14", "chat", False),
        ("OpenAI", "gpt-4.1", "2025-04-14", "", False),
        ("OpenAI", "gpt-35-turbo", "0125", "gpt-3.5-turbo-0125", True),
        ("OpenAI", "text-embedding-3-large", "1", "text-embedding-3-large", True),
        ("OpenAI", "model-router", "2025-11-18", "gpt-5-mini-2025-08-07", True),
        ("DeepSeek", "DeepSeek-V3.2", "1", "deepseek-ai/DeepSeek-V3.2", True),
        ("Mistral AI", "Mistral-Large-3", "1", "mistral-large-3-2512", True),
        ("Mistral AI", "Mistral-Large-3", "1", "mistral-small-2503", False),
        ("xAI", "grok-4", "1", "grok-4", True),
    ],
)
def test_the_reported_model(format_: str, model: str, version: str, reported: str, same: bool) -> None:
    deployment = Deployed("chat", model, version, format_, "GlobalStandard", ("models",))
    assert matches(reported, deployment) is same
