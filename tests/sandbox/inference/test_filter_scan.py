"""A content filter blocks from its threshold on, annotates what it looks at, and leaves alone what is turned off."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from modelyard.catalog.content_filters import SYSTEM_POLICIES
from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.inference.rai_policies import SEVERITIES, graded, words
from modelyard.sandbox.local_azure import LocalAzure

Ask = Callable[..., Any]
Guard = Callable[..., None]
Stream = Callable[..., list[dict[str, Any]]]

HATE: dict[str, Any] = {"name": "Hate", "source": "Prompt", "enabled": True, "blocking": True}
SAFE = {"filtered": False, "severity": "safe"}
FOUR = {"hate", "self_harm", "sexual", "violence"}


@pytest.fixture
def filtered(deploy: Callable[..., None], guard: Guard) -> Callable[..., None]:
    """The deployment `chat` with a filter of its own."""

    def write(*filters: dict[str, Any], **properties: Any) -> None:
        guard("own", *filters, **properties)
        deploy("chat", raiPolicyName="own")

    return write


def test_the_words_are_harmless_and_of_the_sandbox() -> None:
    """Nobody who reads the repository should have to read the real ones."""
    assert all(word.startswith("sandbox-") for found in words().values() for word in found)
    assert {category for category in words() if graded(category)} == FOUR


@pytest.mark.parametrize("threshold", ["Low", "Medium", "High"])
@pytest.mark.parametrize("severity", SEVERITIES[1:])
def test_a_threshold_blocks_its_severity_and_above(
    ask: Ask, filtered: Callable[..., None], threshold: str, severity: str
) -> None:
    filtered({**HATE, "severityThreshold": threshold})
    blocked = SEVERITIES.index(severity) >= SEVERITIES.index(threshold.lower())
    response = ask("openai", "chat", said=f"This is Sandbox-Hate-{severity}, no more.")
    assert response.status_code == (400 if blocked else 200)
    found = (
        response.json()["error"]["innererror"]["content_filter_result"]
        if blocked
        else response.json()["prompt_filter_results"][0]["content_filter_results"]
    )
    assert found["hate"] == {"filtered": blocked, "severity": severity}


def test_the_error_is_azures(ask: Ask, filtered: Callable[..., None]) -> None:
    """Captured; clients tell a filtered prompt from a bad request by its code, and the category by the inner error."""
    filtered()
    response = ask("openai", "chat", said="sandbox-violence-high")
    assert response.json() == {
        "error": {
            "message": ANSWERS["prompt-filtered"].quote(),
            "type": None,
            "param": "prompt",
            "code": "content_filter",
            "status": 400,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": {
                    "hate": SAFE,
                    "jailbreak": {"filtered": False, "detected": False},
                    "self_harm": SAFE,
                    "sexual": SAFE,
                    "violence": {"filtered": True, "severity": "high"},
                },
            },
        }
    }
    assert response.headers["x-ms-rai-invoked"] == "true"


@pytest.mark.parametrize(
    ("form", "inner"),
    [("full", "innererror"), ("bare", None), ("inner-error", "inner_error")],
)
def test_the_other_forms_that_were_seen_can_be_asked_for(
    ask: Ask, key: dict[str, str], form: str, inner: str | None
) -> None:
    """Nobody knows when Azure chooses which, so a client must be tried with each."""
    headers = {**key, "x-modelyard-filter-error": form}
    error = ask("models", "chat", headers=headers, said="sandbox-jailbreak").json()["error"]
    assert error["code"] == "content_filter"
    assert {"innererror", "inner_error"} & error.keys() == ({inner} if inner else set())
    if inner == "inner_error":
        assert error[inner]["content_filter_results"]["jailbreak"] == {"filtered": True, "detected": True}


def test_a_filter_that_does_not_block_annotates(ask: Ask, filtered: Callable[..., None]) -> None:
    filtered({**HATE, "severityThreshold": "Low", "blocking": False})
    body = ask("openai", "chat", said="sandbox-hate-high").json()
    found = body["prompt_filter_results"][0]["content_filter_results"]
    assert found["hate"] == {"filtered": False, "severity": "high"}


def test_a_filter_that_is_off_does_neither(ask: Ask, filtered: Callable[..., None]) -> None:
    filtered({**HATE, "enabled": False}, {**HATE, "enabled": False, "source": "Completion"})
    body = ask("openai", "chat", said="sandbox-hate-high").json()
    assert "hate" not in body["prompt_filter_results"][0]["content_filter_results"]
    assert "hate" not in body["choices"][0]["content_filter_results"]


@pytest.mark.parametrize(
    ("name", "source", "word", "member"),
    [
        ("Jailbreak", "Prompt", "sandbox-jailbreak", "jailbreak"),
        ("Indirect Attack", "Prompt", "sandbox-indirect-attack", "indirect_attack"),
        ("Profanity", "Prompt", "sandbox-profanity", "profanity"),
        ("Profanity", "Completion", "sandbox-profanity", "profanity"),
        ("Protected Material Text", "Completion", "sandbox-protected-text", "protected_material_text"),
        ("Protected Material Code", "Completion", "sandbox-protected-code", "protected_material_code"),
    ],
)
@pytest.mark.parametrize("blocking", [True, False])
def test_filters_that_find_or_do_not(
    ask: Ask, filtered: Callable[..., None], name: str, source: str, word: str, member: str, blocking: bool
) -> None:
    filtered({"name": name, "source": source, "blocking": blocking, "enabled": True})
    said = f"Say backwards: {word[::-1]}" if source == "Completion" else word
    response = ask("openai-v1", "chat", said=said)
    body = response.json()
    if source == "Completion":
        (choice,) = body["choices"]
        assert choice["finish_reason"] == ("content_filter" if blocking else "stop")
        found = choice["content_filter_results"][member]
    elif blocking:
        assert response.status_code == 400
        found = body["error"]["innererror"]["content_filter_result"][member]
    else:
        found = body["prompt_filter_results"][0]["content_filter_results"][member]
    assert (found["filtered"], found["detected"]) == (blocking, True)
    assert ("citation" in found) is (member == "protected_material_code"), "as Microsoft's docs show it"


def test_what_a_filter_does_not_say_its_base_says(ask: Ask, filtered: Callable[..., None]) -> None:
    filtered({**HATE, "severityThreshold": "High"}, basePolicyName="Microsoft.DefaultV2")
    assert ask("openai", "chat", said="sandbox-hate-medium").status_code == 200, "its own threshold"
    assert ask("openai", "chat", said="sandbox-violence-medium").status_code == 400, "its base's"
    assert ask("openai", "chat", said="sandbox-jailbreak").status_code == 400


def test_a_base_may_be_a_filter_of_the_account_and_a_circle_ends(
    ask: Ask, guard: Guard, filtered: Callable[..., None]
) -> None:
    guard("house", {**HATE, "severityThreshold": "Low"}, basePolicyName="own")
    filtered(basePolicyName="house")
    assert ask("openai", "chat", said="sandbox-hate-low").status_code == 400


@pytest.mark.parametrize(
    ("name", "jailbreak"), [("Microsoft.DefaultV2", 400), ("Microsoft.Default", 200), ("gone", 400), (None, 400)]
)
def test_the_systems_policies(ask: Ask, deploy: Callable[..., None], name: str | None, jailbreak: int) -> None:
    """Both block the four categories from medium on; only the newer one knows jailbreaks."""
    assert name is None or name == "gone" or name in SYSTEM_POLICIES
    deploy("chat", **({"raiPolicyName": name} if name else {}))
    assert ask("openai", "chat", said="sandbox-jailbreak").status_code == jailbreak
    assert ask("openai", "chat", said="sandbox-sexual-low").status_code == 200
    assert ask("openai", "chat", said="sandbox-sexual-medium").status_code == 400


def test_a_completion_that_is_blocked_has_no_content(ask: Ask) -> None:
    """Microsoft's docs show such a message with nothing but its role."""
    body = ask("openai", "chat", said=f"Say backwards: {'sandbox-self-harm-high'[::-1]}", n=2).json()
    for choice in body["choices"]:
        assert choice["finish_reason"] == "content_filter"
        assert choice["message"] == {"role": "assistant"}
        assert choice["content_filter_results"]["self_harm"] == {"filtered": True, "severity": "high"}
    assert body["prompt_filter_results"][0]["content_filter_results"]["self_harm"] == SAFE
    assert body["usage"]["completion_tokens"] > 0, "what was generated before is billed (docs, content streaming)"


def test_the_whole_conversation_is_looked_at(ask: Ask) -> None:
    messages = [
        {"role": "system", "content": [{"type": "text", "text": "sandbox-hate-high"}]},
        {"role": "user", "content": "Say hello."},
    ]
    assert ask("openai", "chat", messages=messages).status_code == 400


def test_embeddings_are_filtered_like_prompts(ask: Ask) -> None:
    response = ask("openai-v1", "embed", "embeddings", input=["fine", "sandbox-hate-high"])
    assert (response.status_code, response.json()["error"]["code"]) == (400, "content_filter")
    assert ask("openai-v1", "embed", "embeddings", input=["fine"]).status_code == 200


def test_a_word_within_a_word_is_none(ask: Ask) -> None:
    assert ask("openai", "chat", said="xsandbox-hate-high sandbox-hate-highest").status_code == 200


def test_a_stream_ends_before_what_is_blocked(stream: Stream) -> None:
    """In the default mode nothing goes out that wasn't looked at."""
    words_before = "The beginning is all right and long enough to fill a block of its own. "
    said = f"Say backwards: {(words_before + 'sandbox-violence-high and more')[::-1]}"
    chunks = stream("openai", "chat", said=said)
    choices = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    assert text
    assert words_before.startswith(text)
    assert choices[-1]["finish_reason"] == "content_filter"
    assert choices[-1]["content_filter_results"]["violence"] == {"filtered": True, "severity": "high"}


@pytest.mark.parametrize("mode", ["Asynchronous_filter", "Deferred"])
@pytest.mark.parametrize("blocked", [True, False])
def test_an_asynchronous_filter_tells_later(
    stream: Stream, filtered: Callable[..., None], mode: str, blocked: bool
) -> None:
    """Microsoft docs, content streaming: words go out without annotations, which follow with offsets."""
    filtered(mode=mode)
    word = "sandbox-hate-high" if blocked else "nothing bad"
    prompt = f"Say backwards: {word[::-1]}"
    chunks = stream("openai", "chat", said=prompt)
    assert chunks[0]["prompt_filter_results"][0]["content_filter_results"]["hate"] == SAFE
    spoken = [chunk["choices"][0] for chunk in chunks[1:-1]]
    assert "".join(choice["delta"].get("content") or "" for choice in spoken) == word, "shown before it was judged"
    assert not any("content_filter_results" in choice for choice in spoken)
    annotation = chunks[-1]
    assert (annotation["id"], annotation["object"], annotation["model"]) == ("", "", "")
    (choice,) = annotation["choices"]
    assert "delta" not in choice
    assert choice["finish_reason"] == ("content_filter" if blocked else None)
    assert choice["content_filter_results"]["hate"]["filtered"] is blocked
    end = len(prompt) + len(word)
    offsets = {"check_offset": end, "start_offset": len(prompt), "end_offset": end}
    assert choice["content_filter_offsets"] == offsets


def test_a_stream_whose_prompt_is_blocked_does_not_begin(ask: Ask) -> None:
    response = ask("models", "chat", stream=True, said="sandbox-hate-high")
    assert response.status_code == 400
    assert json.loads(response.text)["error"]["code"] == "content_filter"


def test_a_change_of_the_filter_counts_at_once(ask: Ask, filtered: Callable[..., None]) -> None:
    filtered({**HATE, "severityThreshold": "High"})
    assert ask("openai", "chat", said="sandbox-hate-low").status_code == 200
    filtered({**HATE, "severityThreshold": "Low"})
    assert ask("openai", "chat", said="sandbox-hate-low").status_code == 400


def test_filtered_calls_count(ask: Ask, deploy: Callable[..., None], contoso: LocalAzure) -> None:
    """Prompts are charged for being looked at (docs, content streaming), so they count against the limits."""
    deploy("small", "chat", limits=(12, 10_000))
    assert ask("openai", "small", said="sandbox-hate-high").headers["x-ratelimit-remaining-requests"] == "11"
    assert ask("openai", "small", said="sandbox-hate-high").status_code == 400
    assert ask("openai", "small", said="fine").status_code == 429
