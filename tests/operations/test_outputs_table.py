"""The table at the end of `up` is what people copy names from."""

from inline_snapshot import snapshot

from modelyard.operations.outputs_table import overview

CHAT = {
    "model": "gpt-5.4",
    "version": "2026-03-05",
    "sku": "GlobalStandard",
    "capacity": 50,
    "tokensPerMinute": 50000,
    "requestsPerMinute": 500,
    "endpoints": ["models", "openai", "openai-v1"],
}


def test_endpoints_then_deployments_with_figures_set_right() -> None:
    outputs = {
        "accountName": "contoso",
        "inferenceEndpoint": "https://contoso.services.ai.azure.com/models",
        "openaiEndpoint": "https://contoso.openai.azure.com/",
        "deployments": {
            "mistral": {**CHAT, "model": "Mistral-Large-3", "version": "1", "tokensPerMinute": None},
            "chat": CHAT,
        },
    }
    assert overview(outputs) == snapshot("""\
account    contoso
openai/v1  https://contoso.openai.azure.com/openai/v1
openai     https://contoso.openai.azure.com/
models     https://contoso.services.ai.azure.com/models

deployment  model            version     SKU             capacity  tokens/min  requests/min  endpoints
chat        gpt-5.4          2026-03-05  GlobalStandard        50      50,000           500  openai-v1 openai models
mistral     Mistral-Large-3  1           GlobalStandard        50     unknown           500  openai-v1 openai models\
""")


def test_nothing_is_shown_before_there_is_anything() -> None:
    assert overview({}) == ""
