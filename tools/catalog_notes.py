"""What the notes beside the transcriptions say in prose, as tables: regions that were added, units that were recorded,
other spellings of versions and formats. Each has the source that the notes name.
"""

import re
from collections.abc import Mapping

Row = Mapping[str, str]

ASPIRE = "microsoft/aspire, generated catalogue of Foundry models, 2026-08-21"
FORMAT_SOURCES = {
    "OpenAI": "azure-rest-api-specs, CognitiveServices examples",
    "OpenAI-OSS": f"az cognitiveservices sample and a captured deployment; {ASPIRE} writes OpenAI",
    "Fireworks": "a captured deployment of FW-GLM-5",
    **dict.fromkeys(
        (
            "Anthropic",
            "Black Forest Labs",
            "Cohere",
            "DeepSeek",
            "Meta",
            "Microsoft",
            "Mistral AI",
            "StabilityAI",
            "xAI",
            "AI21 Labs",
        ),
        ASPIRE,
    ),
}
OTHER_FORMATS = {"model-router": "Microsoft", "gpt-oss-120b": "OpenAI", "gpt-oss-20b": "OpenAI"}
"""Formats under which another source of grade A has the same model."""

OTHER_VERSIONS = {
    "Cohere-rerank-v4.0-fast": "2",
    "cohere-command-a": "4",
    "embed-v-4-0": "6",
    "gpt-oss-120b": "4",
    "claude-opus-4-5": "20251101",
    "claude-sonnet-4-5": "20250929",
    "gpt-realtime-translate": "2026-05-07",
    "gpt-realtime-whisper": "2026-05-07",
    "gpt-realtime-2": "2026-05-07",
    "gpt-live-transcribe": "2026-07-28",
}
"""Versions that another catalogue of Microsoft's has for the one version of the schedule (ASPIRE; models page)."""

OLDER_CHAT_MODELS = ("gpt-4", "gpt-35-turbo", "gpt-4o")
"""Microsoft states a unit for "older chat models" without naming them; that these are meant is inferred."""

RECORDED = "Azure's list of models in swedencentral and eastus2, recorded: Azure/azure-dev, provisioning recordings"
RECORDED_DATE = "2026-04-23"
RECORDED_UNITS = (
    # tokens a minute, requests, their seconds, SKUs, models
    (1000, 1, 60, "GS DZS S", "gpt-4.1 gpt-4.1-mini gpt-4.1-nano"),
    (1000, 1, 60, "GS DZS", "gpt-5-mini gpt-5-nano o3 model-router"),
    (1000, 1, 60, "GS", "gpt-5-chat gpt-5-codex gpt-5.1-codex gpt-5.1-codex-mini gpt-5.3-chat gpt-5.4-mini"),
    (1000, 1, 60, "GS", "gpt-5.4-nano gpt-5.4-pro Mistral-Large-3 gpt-oss-120b cohere-command-a embed-v-4-0"),
    (1000, 1, 60, "GS", "Llama-3.3-70B-Instruct Llama-4-Maverick-17B-128E-Instruct-FP8"),
    (1000, 1, 60, "GS S", "o4-mini"),
    (1000, 1, 60, "DZS", "text-embedding-3-large text-embedding-3-small text-embedding-ada-002"),
    (1000, 10, 60, "GS DZS S", "gpt-5.1 gpt-4o-mini"),
    (1000, 10, 60, "GS DZS", "gpt-5"),
    (1000, 10, 60, "GS", "gpt-5-pro gpt-5.1-chat gpt-5.1-codex-max gpt-5.2 gpt-5.2-chat gpt-5.2-codex gpt-5.3-codex"),
    (1000, 10, 60, "GS", "gpt-5.4 gpt-4o@2024-08-06"),
    (1000, 1, 10, "GS DZS S", "gpt-4o"),
    (1000, 1, 10, "DZS", "o4-mini"),
    (1000, 1, 10, "GS S", "text-embedding-3-large text-embedding-ada-002"),
    (1000, 1, 10, "GS", "text-embedding-3-small"),
    (10000, 1, 60, "GS DZS", "o3-mini"),
    (10000, 1, 60, "GS", "o3-pro"),
    (1000, 100, 60, "GS", "gpt-4o-transcribe gpt-4o-transcribe-diarize gpt-4o-mini-transcribe"),
    (None, 9, 60, "GS", "MAI-Image-2"),
    (None, 18, 60, "GS", "MAI-Image-2e"),
)
"""Limits of one unit of capacity as ARM stated them (B): they stand unless Microsoft's pages state the same."""

EASTUS2 = "transcription of Microsoft's availability matrix of 2026-09-03, eastus2"
EUROPE = "transcription of Microsoft's availability matrix of 2026-09-20, four regions of the EU"
IN_EUROPE = "francecentral swedencentral switzerlandnorth westeurope"
SHORT = {
    "GS": "GlobalStandard",
    "DZS": "DataZoneStandard",
    "GPM": "GlobalProvisionedManaged",
    "DZPM": "DataZoneProvisionedManaged",
    "PM": "ProvisionedManaged",
    "S": "Standard",
}
ADDED = (
    # model, version, SKUs, regions, source, date
    ("gpt-5.6-luna", "2026-07-09", "GS DZS GPM DZPM PM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-5.6-sol", "2026-07-09", "GS DZS DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-5.6-terra", "2026-07-09", "GS DZS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-6-astra", "2026-09-03", "GS DZS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-chat-latest", "2026-08-06", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V4-Flash", "2026-04-23", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V4-Pro", "2026-04-23", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V4-Flash-0731", "2026-07-31", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V3.2", "1", "GS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-1-fast-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-1-fast-non-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-20-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-20-non-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4.3", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4.6", "", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Kimi-K2.5", "1", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Kimi-K2.6", "2026-04-20", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Kimi-K2.7-Code", "2026-06-12", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Llama-3.3-70B-Instruct", "", "GS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("Mistral-Large-3", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("mistral-medium-3-5", "", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("cohere-command-a", "1", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("MAI-Thinking-1", "2026-06-01", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-5.6-luna", "2026-07-09", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
    ("gpt-5.6-sol", "2026-07-09", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
    ("gpt-5.6-terra", "2026-07-09", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
    ("gpt-5.4-mini", "2026-03-17", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
)
"""Regions beyond the full matrix of 2026-07 (grade C): a yes for those that they name, no answer for others."""

GROWN = {
    ("model-router", "2025-11-18"): "Global Standard in 32 regions and Data Zone Standard in 23 since 2026-11-11; "
    "which ones was not read",
}
"""Rows of the full matrix that Microsoft has said are longer now: they no longer say no."""

MOST_OUTPUT = {"gpt-4o-mini": "16384"}
MOST_OUTPUT_SOURCE = "ARM's capabilities of a deployment, recorded: cloud-custodian/cloud-custodian, 2026-03-20"
"""The most tokens of a reply, where ARM was seen to state them."""

EFFORTLESS = "none"
"""The effort with which a model doesn't reason."""

LIKE = (
    # pattern, the transcribed model, the parameters for which it is like that; empty for all
    ("gpt-5-chat*", "gpt-4.1", ""),
    ("gpt-5.?-chat*", "gpt-chat-latest", ""),
    ("o[0-9]*", "o3-mini", ""),
    ("gpt-4*", "gpt-4.1", ""),
    ("gpt-35-turbo*", "gpt-4.1", ""),
    ("gpt-5*", "gpt-5.6-sol", "max_tokens"),
    ("gpt-6*", "gpt-6.1-sol", "max_tokens"),
)
"""Models that no transcription has, and what they are taken to be like by their names (R); the first pattern counts."""


def source(text: str) -> str:
    """One spelling for Microsoft's repository of documentation, and the path after it."""
    named = re.sub(r"^azure-ai-docs", "MicrosoftDocs/azure-ai-docs", text)
    return re.sub(r" \(\d{4}-\d\d-\d\d( / \d{4}-\d\d-\d\d)?\)$", "", named)
