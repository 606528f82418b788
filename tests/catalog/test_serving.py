"""A smoke check that calls an operation the model doesn't have reports a fault that isn't there."""

import csv

import pytest

from modelyard.catalog.market import Market
from modelyard.catalog.serving import ENDPOINTS, serves, serving

MARKET = Market.load()


@pytest.mark.parametrize(
    ("name", "sku", "operations", "endpoints"),
    [
        ("gpt-5.4", "GlobalStandard", ("chat",), ("openai-v1", "openai", "models")),
        ("text-embedding-3-large", "Standard", ("embeddings",), ("openai-v1", "openai", "models")),
        ("Mistral-Large-3", "GlobalStandard", ("chat",), ("openai-v1", "models")),
        ("embed-v-4-0", "GlobalStandard", ("embeddings",), ("openai-v1", "models")),
        ("gpt-5.4", "GlobalBatch", ("batch",), ("openai-v1", "openai")),
        ("gpt-realtime", "GlobalStandard", ("realtime",), ("openai-v1",)),
        ("gpt-image-2", "GlobalStandard", ("image",), ("openai-v1", "openai")),
        ("whisper", "Standard", ("transcription",), ("openai-v1", "openai")),
        ("gpt-5-codex", "GlobalStandard", ("responses",), ("openai-v1",)),
        ("gpt-5.6-terra", "GlobalStandard", ("chat",), ("openai-v1", "openai", "models")),
        ("gpt-6-sol", "GlobalStandard", ("chat",), ("openai-v1", "openai", "models")),
        ("model-router", "GlobalStandard", ("chat",), ("openai-v1", "openai", "models")),
        ("gpt-5.4-pro", "GlobalStandard", ("responses",), ("openai-v1",)),
        ("o3-deep-research", "GlobalStandard", ("agent",), ()),
        ("gpt-image-2.5-flare", "GlobalStandard", ("image",), ("openai-v1", "openai")),
        ("gpt-realtime-whisper", "GlobalStandard", ("realtime",), ("openai-v1",)),
        ("gpt-live-1", "GlobalStandard", ("realtime",), ("openai-v1",)),
        ("gpt-transcribe", "GlobalStandard", ("transcription",), ("openai-v1", "openai")),
        ("cohere-rerank-v5-pro", "GlobalStandard", ("rerank",), ()),
        ("Cohere-Embed-V5-Pro", "GlobalStandard", ("embeddings",), ("openai-v1", "models")),
        ("mistral-ocr-4-0", "GlobalStandard", ("document",), ()),
        ("MAI-Voice-2", "GlobalStandard", ("speech",), ()),
        ("Cohere-rerank-v4.0-pro", "GlobalStandard", ("rerank",), ()),
        ("claude-opus-4-7", "GlobalStandard", ("messages",), ()),
    ],
)
def test_what_is_served_where(name, sku, operations, endpoints):
    served = serves(MARKET.find(name)[0], sku)
    assert served.operations == operations
    assert served.endpoints == endpoints


def test_models_that_answer_on_responses_alone_are_the_documented_ones(shared):
    """Chat Completions refuses them; a stack that proves them by a chat call would be red for no reason."""
    with (shared / "azure/parameters-2026-11.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if MARKET.find(row["model"]) and row["chat_completions"] in ("yes", "no")
        ]
    assert len(rows) > 25
    for row in rows:
        served = serves(MARKET.find(row["model"])[0], "GlobalStandard")
        assert ("chat" in served.operations) == (row["chat_completions"] == "yes"), row["model"]


def test_endpoints_stand_in_one_order():
    """Whoever takes the first gets `/openai/v1` where a model is served there, and `/models`, which retires, last."""
    for model in MARKET:
        for sku in ("GlobalStandard", "GlobalBatch"):
            endpoints = serves(model, sku).endpoints
            assert endpoints == tuple(sorted(endpoints, key=ENDPOINTS.index)), model


def test_what_the_models_endpoint_lacks_says_where_to_call():
    """Batch and Realtime are skipped by the smoke test, and its reader needs the address that works."""
    for model in MARKET:
        for sku in ("GlobalStandard", "GlobalBatch"):
            served = serves(model, sku)
            assert bool(served.reason) == ("models" not in served.endpoints), model
            if served.reason:
                assert "https://" in served.reason or "model's card" in served.reason, model


def test_a_model_the_market_does_not_list_is_taken_for_chat_with_grade_r_or_by_its_format():
    assert serving("our-own", "Contoso", "GlobalStandard").grade == "R"
    assert serving("gpt-7", "OpenAI", "GlobalStandard").endpoints == ("openai-v1", "openai", "models")
