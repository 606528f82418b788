"""What the inference endpoints say when they refuse, each with the evidence for it.

The envelopes differ, because different layers of the service speak: the gateway, the router of `/models`, and the
backends that run the models. `refusal.py` knows which envelope goes with which row.
"""

from modelyard.sandbox.answers import Answer, Grade, table

A, B, C, R = Grade.A, Grade.B, Grade.C, Grade.R

GATEWAY = table(
    Answer(
        "invalid-key",
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
        "active subscription and use a correct regional API endpoint for your resource.",
        B,
        "captured in many GitHub issues",
    ),
    Answer(
        "invalid-token",
        401,
        "",
        "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), "
        "or have expired.",
        B,
        "captured in Azure-Samples/azure-search-openai-demo#458 and, on services.ai.azure.com, in "
        "Azure/azure-sdk-for-python#40260",
    ),
    Answer(
        "permission-denied",
        401,
        "PermissionDenied",
        "The principal `{principal}` lacks the required data action `{action}` to perform `{operation}` operation.",
        B,
        "captured for POST /openai/deployments/{{deployment-id}}/chat/completions; status: Microsoft docs, "
        "configure-entra-id/troubleshooting",
    ),
    Answer(
        "key-refused",
        403,
        "AuthenticationTypeDisabled",
        "Key based authentication is disabled for this resource.",
        B,
        "captured in GitHub issues",
    ),
    Answer(
        "public-access-disabled",
        403,
        "AccessDenied",
        "Public access is disabled. Please configure private endpoint.",
        B,
        "captured with the code AccessDenied and with the code 403; with policy-id: ThrowExceptionDueToTrafficDenied",
    ),
    Answer(
        "address-refused",
        403,
        "403",
        "Access denied due to Virtual Network/Firewall rules.",
        B,
        "message captured; the code is of grade C",
    ),
    Answer(
        "resource-not-found",
        404,
        "404",
        "Resource not found",
        B,
        "captured in langchain-ai/open-canvas#309 and rusiaaman/chat.md#2",
    ),
    Answer(
        "api-version-not-supported",
        400,
        "BadRequest",
        "API version not supported",
        B,
        "captured in hotovo/aider-desk#460; the status is read off the code",
    ),
    Answer(
        "deployment-not-found",
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
        "please wait a moment and try again.",
        B,
        "captured in microsoft/chat-copilot#111 and charmbracelet/mods#138",
    ),
    Answer(
        "operation-not-supported",
        400,
        "OperationNotSupported",
        "The {operation} operation does not work with the specified model, {model}. Please choose different model and "
        "try again. You can learn more about which models can be used with each operation here: "
        "https://go.microsoft.com/fwlink/?linkid=2197993.",
        B,
        "captured for chatCompletion in microsoft/graphrag#1557 and for embeddings in OpenHands/OpenHands#1003",
    ),
    Answer(
        "rate-limit-reached",
        429,
        "RateLimitReached",
        "Your requests to {deployment} for {model} in {region} have exceeded the {limit} rate limit for your current "
        "AIServices S0 pricing tier. This request was for {operation} under Azure OpenAI API version {version}. Please "
        "retry after {seconds} seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease.",
        B,
        "captured in Lapis0x0/obsidian-yolo#297 (embeddings, call) and dyad-sh/dyad#1849 (chat, token)",
    ),
    Answer(
        "model-retired",
        410,
        "ModelRetired",
        "The model {model}, version {version}, of the deployment {deployment} has been retired.",
        R,
        "that the status is 410: azure-mgmt-cognitiveservices 14.1, ModelLifecycleStatus; code and words are our own",
    ),
    Answer(
        "not-served-here",
        400,
        "OperationNotSupported",
        "The deployment {deployment} of {model} is not served on this endpoint. {reason}",
        R,
        "that such models have no operation on this endpoint: azure-ai-inference 1.0.0b9; the words are our own",
    ),
    Answer(
        "no-such-subdomain",
        404,
        "404",
        "No account in this sandbox has the custom subdomain '{subdomain}'.",
        R,
        "our own: in Azure the host name would not resolve, so there is no reply to imitate",
    ),
)

ROUTER = table(
    Answer(
        "unknown-model",
        404,
        "unknown_model",
        "Unknown model: {model}",
        C,
        "captured on {{resource}}.services.ai.azure.com/openai/v1 (microsoft-foundry/new-foundry-portal#127, without "
        "its status) and on GitHub Models with status 404; never on /models",
    ),
    Answer(
        "no-model-name",
        400,
        "no_model_name",
        "No model specified in request. Please provide a model name in the request body or as a "
        "x-ms-model-mesh-model-name header.",
        B,
        "captured in microsoft/AI-Red-Teaming-Playground-Labs#14 and microsoft/semantic-kernel#10483",
    ),
)

OPENAI = table(
    Answer(
        "missing-parameter",
        400,
        "missing_required_parameter",
        "Missing required parameter: '{param}'.",
        B,
        "message captured in langchain-ai/langgraphjs#405; the code is recalled",
    ),
    Answer(
        "parameter-too-small",
        400,
        "integer_below_min_value",
        "Invalid '{param}': integer below minimum value. Expected a value >= {minimum}, but got {found} instead.",
        B,
        "captured in dotnet/extensions#6945",
    ),
    Answer(
        "parameter-out-of-range",
        400,
        "decimal_out_of_range",
        "Invalid '{param}': expected a value from {minimum} to {maximum}, but got {found} instead.",
        R,
        "no capture found; range: Microsoft docs, prompt engineering techniques",
    ),
    Answer(
        "invalid-role",
        400,
        "invalid_value",
        "Invalid value: '{found}'. Supported values are: {supported}.",
        R,
        "recalled from OpenAI's own service",
    ),
    Answer(
        "invalid-type",
        400,
        "invalid_type",
        "Invalid type for '{param}': expected {expected}, but got {found} instead.",
        B,
        "captured in danny-avila/LibreChat#3111; the code is recalled",
    ),
    Answer(
        "unsupported-parameter",
        400,
        "unsupported_parameter",
        "Unsupported parameter: '{param}' is not supported with this model. Use '{instead}' instead.",
        B,
        "captured for max_tokens with o1-preview, o1-mini, o3-mini and o4-mini in MindMacApp/MindMac#11",
    ),
    Answer(
        "unsupported-value",
        400,
        "unsupported_value",
        "Unsupported value: '{param}' does not support {found} with this model. Only the default (1) value is "
        "supported.",
        B,
        "captured in holoviz/lumen#1087, gabrii/Cursor-Azure-GPT-5#33 and Aider-AI/aider#4707",
    ),
    Answer(
        "no-dimensions",
        400,
        "unsupported_parameter",
        "The parameter 'dimensions' is not supported with this model.",
        R,
        "recalled",
    ),
    Answer(
        "malformed-body",
        400,
        "invalid_request_body",
        "The body of the request is not a JSON object.",
        R,
        "no capture found",
    ),
)

BACKEND = table(
    Answer(
        "invalid-input",
        422,
        "Invalid input",
        "invalid input error",
        B,
        "code and message captured in Azure/azure-sdk-for-python#39900, status 422 in dzhng/deep-research#83; what the "
        "details say is our own",
    ),
)

ANSWERS = {**GATEWAY, **ROUTER, **OPENAI, **BACKEND}
