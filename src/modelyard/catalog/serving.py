"""What a deployed model answers: which operations, and on which of an account's endpoints.

Endpoints go by these names, and stand in this order wherever an order is shown:

    openai-v1   https://<account>.openai.azure.com/openai/v1                        the deployment's name in `model`
    openai      https://<account>.openai.azure.com/openai/deployments/<deployment>  the name in the path
    models      https://<account>.services.ai.azure.com/models                      the deployment's name in `model`

`models` is last because Microsoft announced that it retires on 2026-08-26 (azure-rest-api-specs PR 43907, grade A).
What it answers since then has not been observed.

Operations: chat, embeddings, responses, completions, messages, audio-chat, transcription, speech, realtime, image,
video, rerank, document, forecast, agent, batch. Chat and embeddings are what the `models` endpoint has (grade A,
azure-ai-inference 1.0.0b9); which models answer what is partly recalled, and `grade` says so.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from modelyard.catalog import tables
from modelyard.catalog.model import ModelVersion
from modelyard.catalog.sku import SKUS, Billing

ENDPOINTS = ("openai-v1", "openai", "models")
V1 = "https://<account>.openai.azure.com/openai/v1"
DEPLOYMENT = "https://<account>.openai.azure.com/openai/deployments/<deployment>"
URLS = {
    "completions": f"{DEPLOYMENT}/completions",
    "responses": f"{V1}/responses",
    "realtime": f"{V1}/realtime (WebSocket)",
    "audio-chat": f"{DEPLOYMENT}/chat/completions with audio in or out",
    "transcription": f"{DEPLOYMENT}/audio/transcriptions",
    "speech": f"{DEPLOYMENT}/audio/speech",
    "image": f"{DEPLOYMENT}/images/generations",
    "video": f"{V1}/videos",
    "batch": f"{V1}/batches",
}


@dataclass(frozen=True, slots=True)
class Serving:
    """The operations a deployment answers and the endpoints it answers them on, in the order of ENDPOINTS.

    `reason` is empty when the `models` endpoint serves it; else it says in one sentence where to call instead.
    `assumed`: neither a source nor the name says what it answers, and it is taken for a chat model.
    """

    operations: tuple[str, ...]
    endpoints: tuple[str, ...]
    grade: str
    source: str
    reason: str = ""
    assumed: bool = False


def serves(model: ModelVersion, sku: str) -> Serving:
    """What a deployment of `model` with `sku` answers."""
    return serving(model.name, model.format, sku)


@cache
def serving(name: str, format: str, sku: str) -> Serving:  # noqa: A002 - ARM's word
    """The same for a model the market doesn't list; such a model is taken for a chat model (grade R)."""
    if sku in SKUS and SKUS[sku].billing is Billing.BATCH:
        return Serving(("batch",), ("openai-v1", "openai"), "A", "deployment types", _elsewhere(sku, URLS["batch"]))
    for row in _rows():
        if fnmatchcase(name, row["pattern"]):
            operation = row["operations"]
            endpoints = tuple(row["endpoints"].split())
            where = row["reason"] or URLS.get(operation, "")
            reason = "" if "models" in endpoints else _elsewhere(name, where)
            return Serving((operation,), endpoints, row["grade"], row["source"], reason)
    if format == "OpenAI":
        source = "azure-ai-inference 1.0.0b9; openai 3.54"
        return Serving(("chat",), ("openai-v1", "openai", "models"), "A", source, assumed=True)
    return Serving(("chat",), ("openai-v1", "models"), "R", "inferred: not listed as anything else", assumed=True)


def _elsewhere(what: str, where: str) -> str:
    return f"{what} isn't served on the models endpoint; call {where}"


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(tables.rows("serving.csv"))
