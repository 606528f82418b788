"""A blocklist's entries are refused where a filter attaches the list, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., Any]


@pytest.fixture
def attach(deploy: Callable[..., None], guard: Callable[..., None]) -> Callable[..., None]:
    """Let the filter of `chat` use these lists; `chat-old` keeps Azure's own."""

    def write(*names: str, source: str = "Prompt", blocking: bool = True) -> None:
        lists = [{"blocklistName": name, "source": source, "blocking": blocking} for name in names]
        guard("own", customBlocklists=lists, basePolicyName="Microsoft.DefaultV2")
        deploy("chat", raiPolicyName="own")

    return write


@pytest.mark.parametrize(
    ("entry", "said", "found"),
    [
        ("fabrikam", "What does Fabrikam sell?", True),
        ("fabrikam", "fabrikams", False),
        ("project tailspin", "About Project  Tailspin", False),
        ("project tailspin", "about project tailspin.", True),
        ("c++", "I like C++!", True),
        ("a.c", "abc", False),
        (r"re:EMP-\d{6}", "see EMP-123456", True),
        (r"re:EMP-\d{6}", "see emp-123456", False),
        (r"re:(?i)emp-\d{6}", "see EMP-123456", True),
        (r"re:^secret", "secret plan", True),
        (r"re:^secret", "a secret plan", False),
    ],
)
def test_entries(
    ask: Ask, block: Callable[..., None], attach: Callable[..., None], entry: str, said: str, found: bool
) -> None:
    """Plain ones stand by themselves, in any case; expressions anywhere, and they mind case."""
    block("house-words", "something else", entry)
    attach("house-words")
    assert ask("openai", "chat", said=said).status_code == (400 if found else 200)
    assert ask("openai", "chat-old", said=said).status_code == 200, "a deployment without the list"


def test_the_error_names_the_list(ask: Ask, block: Callable[..., None], attach: Callable[..., None]) -> None:
    """As Microsoft's docs show it (use-blocklists)."""
    block("house-words", "pizza")
    block("other-words", "pasta")
    attach("house-words", "other-words")
    error = ask("openai", "chat", said="I want pizza").json()["error"]
    assert error["innererror"] == {
        "code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {
            "custom_blocklists": {"filtered": True, "details": [{"filtered": True, "id": "house-words"}]}
        },
    }


def test_a_list_that_finds_nothing_says_so(ask: Ask, block: Callable[..., None], attach: Callable[..., None]) -> None:
    block("house-words", "pizza")
    attach("house-words")
    body = ask("openai", "chat").json()
    assert body["prompt_filter_results"][0]["content_filter_results"]["custom_blocklists"] == {"filtered": False}
    assert "custom_blocklists" not in body["choices"][0]["content_filter_results"]


def test_a_list_that_does_not_block_annotates(
    ask: Ask, block: Callable[..., None], attach: Callable[..., None]
) -> None:
    block("house-words", "pizza")
    attach("house-words", blocking=False)
    body = ask("openai", "chat", said="pizza").json()
    found = body["prompt_filter_results"][0]["content_filter_results"]["custom_blocklists"]
    assert found == {"filtered": False, "details": [{"filtered": False, "id": "house-words"}]}


def test_completions_are_cut_off(ask: Ask, block: Callable[..., None], attach: Callable[..., None]) -> None:
    block("house-words", "pizza")
    attach("house-words", source="Completion")
    (choice,) = ask("openai", "chat", said="Why not pizza?").json()["choices"]
    assert choice["finish_reason"] == "content_filter", "the sandbox repeats the prompt, and with it the word"
    assert choice["content_filter_results"]["custom_blocklists"]["details"] == [{"filtered": True, "id": "house-words"}]


def test_embeddings_too(ask: Ask, block: Callable[..., None], deploy: Callable[..., None], guard: Any) -> None:
    block("house-words", "pizza")
    guard("own", customBlocklists=[{"blocklistName": "house-words", "source": "Prompt", "blocking": True}])
    deploy("embed", raiPolicyName="own")
    assert ask("models", "embed", "embeddings", said="pizza").status_code == 400


def test_an_entry_that_cannot_be_enforced_is_told(
    ask: Ask, block: Callable[..., None], attach: Callable[..., None]
) -> None:
    """An entry that silently does nothing would be taken for one that works."""
    block("house-words", r"re:(a)\1", "pizza")
    attach("house-words")
    headers = ask("openai", "chat", said="aa").headers
    assert "house-words/entry-0" in headers["x-modelyard-note"]
    assert ask("openai", "chat", said="pizza").status_code == 400, "the others are"


def test_a_new_entry_counts_at_once(ask: Ask, block: Callable[..., None], attach: Callable[..., None]) -> None:
    block("house-words", "pizza")
    attach("house-words")
    assert ask("openai", "chat", said="pasta").status_code == 200
    block("house-words", "pizza", "pasta")
    assert ask("openai", "chat", said="pasta").status_code == 400


def test_ten_thousand_entries_are_one_look(ask: Ask, block: Callable[..., None], attach: Callable[..., None]) -> None:
    """Azure's limit for one list (docs, use-blocklists)."""
    block("house-words", *(f"codename {number}" for number in range(10_000)))
    attach("house-words")
    assert ask("openai", "chat", said="codename 9999").status_code == 400
    assert ask("openai", "chat", said="codename 10000").status_code == 200
