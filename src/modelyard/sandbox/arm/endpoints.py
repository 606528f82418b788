"""The URLs of an account, as `endpoint` and `endpoints` of its properties give them.

The names are those in captured accounts (jamesmcroft/bicep-templates#1 for AIServices, grade B; "Azure AI Model
Inference API" and "AI Foundry API" as programs read them, grade C). Azure has more, for speech, vision and language. An
account of kind OpenAI answers under openai.azure.com (B); that the other names of an AIServices account lead to
cognitiveservices.azure.com is recalled.
"""

from typing import Any

OPENAI = (
    "OpenAI Language Model Instance API",
    "OpenAI Dall-E API",
    "OpenAI Moderations API",
    "OpenAI Realtime API",
    "OpenAI Sora API",
    "OpenAI Whisper API",
    "OpenAI Model Scaleset API",
    "Azure OpenAI Legacy API - Latest moniker",
)
SERVICES = ("Azure AI Model Inference API", "AI Foundry API")
COGNITIVE_SERVICES = ("Token Service API", "Content Safety", "Computer Vision", "FormRecognizer", "Container")


def endpoints(kind: str, subdomain: str | None, location: str) -> dict[str, Any]:
    """`endpoint` and `endpoints`; those of the region where the account has no subdomain (captured, B)."""
    if not subdomain:
        regional = f"https://{location}.api.cognitive.microsoft.com/"
        return {"endpoint": regional, "endpoints": dict.fromkeys(_names(kind), regional)}
    openai, services, cognitive = (
        f"https://{subdomain.lower()}.{domain}/"
        for domain in ("openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com")
    )
    if kind == "OpenAI":
        return {"endpoint": openai, "endpoints": dict.fromkeys((*OPENAI, "Token Service API"), openai)}
    named = {**dict.fromkeys(OPENAI, openai), **dict.fromkeys(COGNITIVE_SERVICES, cognitive)}
    if kind == "AIServices":
        named |= dict.fromkeys(SERVICES, services)
    return {"endpoint": cognitive, "endpoints": named}


def _names(kind: str) -> tuple[str, ...]:
    return (*OPENAI, "Token Service API") if kind == "OpenAI" else (*OPENAI, *COGNITIVE_SERVICES)
