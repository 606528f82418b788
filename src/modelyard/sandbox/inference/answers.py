"""What the inference endpoints say when they refuse, each with the evidence for it.

The envelopes differ, because different layers of the service speak: the gateway, the router of `/models`, the content
filter, and the backends that run the models (`model_answers.py`). `refusal.py` knows which envelope goes with which.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from modelyard.sandbox.answers import Grade, KnownReply, table
from modelyard.sandbox.inference.model_answers import BACKEND, OPENAI

InferenceBody: TypeAlias = Mapping[str, Any]
"""The JSON body of a call of inference, or an object in it, with members as OpenAI and Azure AI spell them."""

InferenceReply: TypeAlias = dict[str, Any]
"""The JSON body of a reply of inference, or an object in it, being made."""


A, B, C, R = Grade.A, Grade.B, Grade.C, Grade.R

GATEWAY = table(
    KnownReply(
        "invalid-key",
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
        "active subscription and use a correct regional API endpoint for your resource.",
        B,
        "captured in many GitHub issues",
    ),
    KnownReply(
        "invalid-token",
        401,
        "",
        "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), "
        "or have expired.",
        B,
        "captured in Azure-Samples/azure-search-openai-demo#458 and, on services.ai.azure.com, in "
        "Azure/azure-sdk-for-python#40260",
    ),
    KnownReply(
        "permission-denied",
        401,
        "PermissionDenied",
        "The principal `{principal}` lacks the required data action `{action}` to perform `{operation}` operation.",
        B,
        "captured for POST /openai/deployments/{{deployment-id}}/chat/completions; status: Microsoft docs, "
        "configure-entra-id/troubleshooting",
    ),
    KnownReply(
        "key-refused",
        403,
        "AuthenticationTypeDisabled",
        "Key based authentication is disabled for this resource.",
        B,
        "captured in GitHub issues",
    ),
    KnownReply(
        "public-access-disabled",
        403,
        "AccessDenied",
        "Public access is disabled. Please configure private endpoint.",
        B,
        "captured with the code AccessDenied and with the code 403; with policy-id: ThrowExceptionDueToTrafficDenied",
    ),
    KnownReply(
        "address-refused",
        403,
        "403",
        "Access denied due to Virtual Network/Firewall rules.",
        B,
        "message captured; the code is of grade C",
    ),
    KnownReply(
        "resource-not-found",
        404,
        "404",
        "Resource not found",
        B,
        "captured in langchain-ai/open-canvas#309 and rusiaaman/chat.md#2",
    ),
    KnownReply(
        "not-in-the-sandbox",
        404,
        "NotInTheSandbox",
        "Azure has this operation, and the Modelyard sandbox doesn't: {operation}.",
        R,
        "our own: there is no reply of Azure's to imitate",
    ),
    KnownReply(
        "too-many-headers",
        431,
        "431",
        "A request may have {most} custom headers, and this one has {found}.",
        R,
        "that there is such a bound and its status: Microsoft docs, frequently asked questions (A); the words are our "
        "own",
    ),
    KnownReply(
        "api-version-not-supported",
        400,
        "BadRequest",
        "API version not supported",
        B,
        "captured in hotovo/aider-desk#460; the status is read off the code",
    ),
    KnownReply(
        "api-too-old",
        400,
        "BadRequest",
        "Azure OpenAI Responses API is enabled only for api-version {since} and later",
        B,
        "captured in Aider-AI/aider#4029; the code is recalled",
    ),
    KnownReply(
        "deployment-not-found",
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
        "please wait a moment and try again.",
        B,
        "recorded with its body and headers: traceloop/openllmetry, cassette of 2026-03-31",
    ),
    KnownReply(
        "operation-not-supported",
        400,
        "OperationNotSupported",
        "The {operation} operation does not work with the specified model, {model}. Please choose different model and "
        "try again. You can learn more about which models can be used with each operation here: "
        "https://go.microsoft.com/fwlink/?linkid=2197993.",
        B,
        "captured for chatCompletion in microsoft/graphrag#1557 and for embeddings in OpenHands/OpenHands#1003",
    ),
    KnownReply(
        "model-not-supported",
        400,
        "",
        "Model not supported",
        A,
        "Microsoft docs, Foundry Models endpoints: a model without the Responses API; the code is not stated",
    ),
    KnownReply(
        "rate-limit-reached",
        429,
        "RateLimitReached",
        "Your requests to {deployment} for {model} in {region} have exceeded the {limit} rate limit for your current "
        "AIServices S0 pricing tier. This request was for {operation} under Azure OpenAI API version {version}. Please "
        "retry after {seconds} seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease.",
        B,
        "captured in Lapis0x0/obsidian-yolo#297 (embeddings, call) and dyad-sh/dyad#1849 (chat, token)",
    ),
    KnownReply(
        "model-retired",
        410,
        "ModelRetired",
        "The model {model}, version {version}, of the deployment {deployment} has been retired.",
        R,
        "that the status is 410: azure-mgmt-cognitiveservices 14.1, ModelLifecycleStatus; code and words are our own",
    ),
    KnownReply(
        "not-served-here",
        400,
        "OperationNotSupported",
        "The deployment {deployment} of {model} is not served on this endpoint. {reason}",
        R,
        "that such models have no operation on this endpoint: azure-ai-inference 1.0.0b9; the words are our own",
    ),
    KnownReply(
        "no-stand-in",
        400,
        "400",
        "{target} can't stand in for {deployment}: it takes a standard deployment of the same model and version.",
        R,
        "the rule: Microsoft docs, spillover-traffic-management (A); nobody shows how a breach of it is refused",
    ),
    KnownReply(
        "no-such-subdomain",
        404,
        "404",
        "No account in this sandbox has the custom subdomain '{subdomain}'.",
        R,
        "our own: in Azure the host name would not resolve, so there is no reply to imitate",
    ),
)

ROUTER = table(
    KnownReply(
        "unknown-model",
        404,
        "unknown_model",
        "Unknown model: {model}",
        C,
        "captured on {{resource}}.services.ai.azure.com/openai/v1 (microsoft-foundry/new-foundry-portal#127, without "
        "its status) and on GitHub Models with status 404; never on /models",
    ),
    KnownReply(
        "extra-parameters",
        400,
        "",
        "Extra parameters [{names}] are not allowed when extra-parameters is not set or set to be 'error'. Set "
        "extra-parameters to 'pass-through' to pass to the model.",
        B,
        "captured in langchain-ai/langchain#29679, with its envelope",
    ),
    KnownReply(
        "no-model-name",
        400,
        "no_model_name",
        "No model specified in request. Please provide a model name in the request body or as a "
        "x-ms-model-mesh-model-name header.",
        B,
        "captured in microsoft/AI-Red-Teaming-Playground-Labs#14 and microsoft/semantic-kernel#10483",
    ),
)

FILTER = table(
    KnownReply(
        "prompt-filtered",
        400,
        "content_filter",
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please "
        "modify your prompt and retry. To learn more about our content filtering policies please read our "
        "documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
        B,
        "captured in compl-ai/compl-ai#20 and openai/openai-dotnet#55; for a blocklist: Microsoft docs, use-blocklists",
    ),
)

ANSWERS = {**GATEWAY, **ROUTER, **FILTER, **OPENAI, **BACKEND}
