"""What a newcomer pastes has to be a call that is answered, in any shell."""

from typing import Any

from modelyard.operations.first_run import try_it

TALK = {"model": "gpt-5.4", "format": "OpenAI", "sku": "GlobalStandard", "endpoints": ["openai-v1", "openai", "models"]}
EMBED = {**TALK, "model": "text-embedding-3-large"}


def pasted(**deployments: Any) -> str:
    return try_it({"openaiEndpoint": "https://a.openai.azure.com/", "deployments": deployments})


def test_the_calls_go_to_a_deployment_that_chats() -> None:
    """An embedding model, first in the alphabet, would refuse them."""
    told = pasted(embed=EMBED, talk=TALK)
    assert '"model": "talk"' in told
    assert "embed" not in told


def test_the_url_is_quoted() -> None:
    """A shell would take a character of a bare URL, such as a question mark, for a pattern."""
    assert '"https://a.openai.azure.com/openai/v1/chat/completions"' in pasted(talk=TALK)


def test_a_stack_that_does_not_chat_gets_the_shell_alone() -> None:
    told = pasted(embed=EMBED)
    assert "sandbox env" in told
    assert "curl" not in told
