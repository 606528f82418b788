"""Embeddings of texts, and of images where the model takes them: what is refused, what the debit is, and the reply."""

from modelyard.sandbox.inference import conversation, parameters, vectors
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.call_context import Turn
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.reply import dumps, random_id

OPERATION = "embeddings"
LIMITED_AS = "Embeddings_Create"
IMAGE_MODELS = frozenset({"Cohere-embed-v3-english", "Cohere-embed-v3-multilingual", "embed-v-4-0"})
MOST_INPUTS = 2048  # Microsoft docs, quotas and limits: inputs in one call


def check(body: InferenceBody, deployment: InferenceDeployment) -> None:
    """Refuse what the backend of the model would refuse."""
    found = body.get("input")
    openai = deployment.format == "OpenAI"
    if not _inputs(found) or len(_inputs(found)) > MOST_INPUTS:
        if not openai:
            raise InferenceRefusal("invalid-input", details=[{"loc": ["body", "input"], "message": "1 to 2048 inputs"}])
        if found is None:
            raise InferenceRefusal("missing-parameter", param="input")
        if isinstance(found, list) and len(found) > MOST_INPUTS:
            raise InferenceRefusal("too-many", param="input", maximum=MOST_INPUTS, found=len(found))
        raise InferenceRefusal("invalid-input-to-embed")
    if openai:
        parameters.check("embeddings", body, deployment)
    encoding = body.get("encoding_format")
    if encoding is not None and not openai and str(encoding) not in vectors.ENCODINGS:
        message = f"one of {', '.join(vectors.ENCODINGS)} is required"
        raise InferenceRefusal("invalid-input", details=[{"loc": ["body", "encoding_format"], "message": message}])
    asked = body.get("dimensions")
    if asked is None:
        return
    longest = vectors.dimensions(deployment.model)
    if deployment.model not in vectors.SHORTENED:
        raise InferenceRefusal("no-dimensions", param="dimensions")
    if not isinstance(asked, int) or not 1 <= asked <= longest:
        raise InferenceRefusal("parameter-out-of-range", param="dimensions", minimum=1, maximum=longest, found=asked)


def prompt(body: InferenceBody) -> str:
    """All inputs, one after the other."""
    return "\n".join(_inputs(body["input"]))


def debit(body: InferenceBody, _prompt: str) -> int:
    """Tokens counted on arrival."""
    return sum(conversation.tokens(len(text)) for text in _inputs(body["input"]))


def answer(turn: Turn) -> bytes:
    """One vector for each input. `model` is the model's name without its version (recalled).

    Inputs are filtered like prompts (captured for text-embedding-ada-002 in microsoft/kernel-memory#82); that a reply
    carries no annotations is inferred (R).
    """
    body, deployment = turn.body, turn.deployment
    length = body.get("dimensions") or vectors.dimensions(deployment.model)
    encode = vectors.ENCODINGS[body.get("encoding_format") or "float"]
    data = []
    for index, text in enumerate(_inputs(body["input"])):
        embedding = encode(vectors.vector(deployment.model, text, length))
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    spent = debit(body, turn.prompt)
    document = {
        "id": random_id(),
        "object": "list",
        "data": data,
        "model": deployment.model,
        "usage": {"prompt_tokens": spent, "total_tokens": spent},
    }
    return dumps(document)


def _inputs(found: object) -> list[str]:
    """The inputs as texts: strings, arrays of token numbers, or images with a text; empty for anything else."""
    if isinstance(found, str):
        return [found] if found else []
    if not isinstance(found, list) or not found:
        return []
    if all(isinstance(one, int) for one in found):
        return [" ".join(str(one) for one in found)]
    texts = []
    for one in found:
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, list) and one and all(isinstance(number, int) for number in one):
            texts.append(" ".join(str(number) for number in one))
        elif isinstance(one, dict) and isinstance(one.get("image"), str):
            texts.append(f"{one['image']} {one.get('text') or ''}")
        else:
            return []
    return texts
