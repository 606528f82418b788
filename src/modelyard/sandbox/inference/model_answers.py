"""What the backends of models say when they refuse a body: OpenAI's in one shape, the others' in another.

`refusal.py` knows the shapes. Each row has the evidence for its words, as in `answers.py`.
"""

from modelyard.sandbox.answers import Grade, KnownReply, table

A, B, C, R = Grade.A, Grade.B, Grade.C, Grade.R

OPENAI = table(
    KnownReply(
        "missing-parameter",
        400,
        "missing_required_parameter",
        "Missing required parameter: '{param}'.",
        B,
        "message captured in langchain-ai/langgraphjs#405; the code is recalled",
    ),
    KnownReply(
        "parameter-too-small",
        400,
        "integer_below_min_value",
        "Invalid '{param}': integer below minimum value. Expected a value >= {minimum}, but got {found} instead.",
        B,
        "captured in dotnet/extensions#6945",
    ),
    KnownReply(
        "parameter-too-large",
        400,
        "integer_above_max_value",
        "Invalid '{param}': integer above maximum value. Expected a value <= {maximum}, but got {found} instead.",
        R,
        "inferred from its twin",
    ),
    KnownReply(
        "parameter-out-of-range",
        400,
        "decimal_out_of_range",
        "Invalid '{param}': expected a value from {minimum} to {maximum}, but got {found} instead.",
        R,
        "no capture found; range: Microsoft docs, prompt engineering techniques",
    ),
    KnownReply(
        "invalid-value",
        400,
        "invalid_value",
        "Invalid value: '{found}'. Supported values are: {expected}.",
        R,
        "recalled from OpenAI's own service",
    ),
    KnownReply(
        "invalid-type",
        400,
        "invalid_type",
        "Invalid type for '{param}': expected {expected}, but got {found} instead.",
        B,
        "captured in danny-avila/LibreChat#3111; the code is recalled",
    ),
    KnownReply(
        "unsupported-parameter",
        400,
        "unsupported_parameter",
        "Unsupported parameter: '{param}' is not supported with this model. Use '{instead}' instead.",
        B,
        "captured for max_tokens with o1-preview, o1-mini, o3-mini and o4-mini in MindMacApp/MindMac#11",
    ),
    KnownReply(
        "unknown-parameter",
        400,
        "unknown_parameter",
        "Unknown parameter: '{param}'.",
        B,
        "captured on Azure in run-llama/llama_index#17731, agno-agi/agno#1066 and lobehub/lobehub#10567; an older form "
        'is "Unrecognized request argument supplied", as in openai/openai-python#1724',
    ),
    KnownReply(
        "moved-parameter",
        400,
        "unsupported_parameter",
        "Unsupported parameter: '{moved}'. In the Responses API, this parameter has moved to '{instead}'. Try again "
        "with the new parameter. See the API documentation for more information: "
        "https://platform.openai.com/docs/api-reference/responses/create.",
        B,
        "captured on Azure for messages in egoist/chatwise-releases#1023; for the others recalled",
    ),
    KnownReply(
        "stream-options-alone",
        400,
        "",
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        B,
        "captured on Azure in aliasrobotics/cai#77, without its code",
    ),
    KnownReply(
        "too-many",
        400,
        "array_above_max_length",
        "Invalid '{param}': array too long. Expected an array with maximum length {maximum}, but got an array with "
        "length {found} instead.",
        R,
        "recalled; how many there may be: Microsoft docs, quotas and limits (A)",
    ),
    KnownReply(
        "stray-result",
        400,
        "",
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        B,
        "captured on Azure in Nikunj2003/LLaMa-MCP-Streamlit#1",
    ),
    KnownReply(
        "no-call-for-result",
        400,
        "",
        "No tool call found for function call output with call_id {id}.",
        C,
        "captured of OpenAI's own service in continuedev/continue#10092",
    ),
    KnownReply(
        "no-result-for-call",
        400,
        "",
        "No tool output found for function call {id}.",
        B,
        "captured on Azure in Azure/azure-sdk-for-python#46092, without its code",
    ),
    KnownReply(
        "missing-results",
        400,
        "",
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        "The following tool_call_ids did not have response messages: {ids}",
        C,
        "the beginning is quoted in microsoft/promptflow#3130",
    ),
    KnownReply(
        "parameter-not-supported",
        400,
        "unsupported_parameter",
        "Unsupported parameter: '{param}' is not supported with this model.",
        B,
        "captured for top_p with the o-series in lobehub/lobehub#7493 and for logit_bias with gpt-5 in "
        "thingsboard/thingsboard#14620",
    ),
    KnownReply(
        "unsupported-value",
        400,
        "unsupported_value",
        "Unsupported value: '{param}' does not support {found} with this model. Only the default ({default}) value is "
        "supported.",
        B,
        "captured for temperature in holoviz/lumen#1087, gabrii/Cursor-Azure-GPT-5#33 and Aider-AI/aider#4707",
    ),
    KnownReply(
        "not-the-models-value",
        400,
        "unsupported_value",
        "Unsupported value: '{param}' does not support '{found}' with this model. Supported values are: {expected}.",
        B,
        "captured for reasoning_effort with gpt-6-astra in BerriAI/litellm#39983",
    ),
    KnownReply(
        "too-many-tokens",
        400,
        "invalid_value",
        "{param} is too large: {found}. This model supports at most {maximum} completion tokens, whereas you provided "
        "{found}.",
        B,
        "captured on Azure in charmbracelet/catwalk#41",
    ),
    KnownReply(
        "tools-while-reasoning",
        400,
        "",
        "Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. To use function "
        "tools, use /v1/responses or set reasoning_effort to 'none'.",
        B,
        "captured with gpt-5.6-sol, without its code",
    ),
    KnownReply(
        "unrecognized-argument",
        400,
        "",
        "Unrecognized request argument supplied: {argument}. Please contact us through an Azure support request at: "
        "https://go.microsoft.com/fwlink/?linkid=2213926 for further questions.",
        B,
        "captured for parallel_tool_calls at 2024-05-01-preview in Azure/azure-rest-api-specs#29545",
    ),
    KnownReply(
        "null-content",
        400,
        "",
        "Invalid value for 'content': expected a string, got null.",
        B,
        "captured on Azure in microsoft/autogen#3443 and microsoft/semantic-kernel#6720, with its param and code",
    ),
    KnownReply(
        "too-long",
        400,
        "string_above_max_length",
        "Invalid '{param}': string too long. Expected a string with maximum length {maximum}, but got a string with "
        "length {found} instead.",
        B,
        "captured on Azure for a function's description in OpenHands/OpenHands#4838",
    ),
    KnownReply(
        "not-as-named",
        400,
        "invalid_value",
        "Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.",
        R,
        "recalled from OpenAI's own service; the pattern: openai 3.54, in the docstrings of its types",
    ),
    KnownReply(
        "no-such-function",
        400,
        "invalid_function_parameters",
        "Invalid schema for function '{function}': {reason}",
        B,
        "captured on Azure for alternatives at the top in BerriAI/litellm#38837",
    ),
    KnownReply(
        "item-not-kept",
        400,
        "",
        "Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` "
        "set to true, or remove this item from your input.",
        B,
        "captured on Azure in openclaw/openclaw#21782, without its code",
    ),
    KnownReply(
        "json-not-mentioned",
        400,
        "",
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        B,
        "captured on Azure with gpt-4.1 in openai/openai-agents-js#71",
    ),
    KnownReply(
        "no-such-schema",
        400,
        "",
        "Invalid schema for response_format '{schema}': {reason}",
        B,
        "captured on Azure for a schema without additionalProperties in dottxt-ai/outlines#844; other reasons are our "
        "own",
    ),
    KnownReply(
        "choice-without-tools",
        400,
        "",
        "Invalid value for '{param}': '{param}' is only allowed when 'tools' are specified.",
        C,
        "quoted by several clients of OpenAI's",
    ),
    KnownReply(
        "no-such-tool",
        400,
        "",
        "Tool choice '{found}' not found in 'tools' parameter.",
        R,
        "recalled from OpenAI's own service",
    ),
    KnownReply(
        "no-dimensions",
        400,
        "",
        "This model does not support specifying dimensions.",
        B,
        "captured in the title of patterns-ai-core/weaviate-ruby#66, without its code",
    ),
    KnownReply(
        "invalid-input-to-embed",
        400,
        "",
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
        B,
        "captured for true: Azure/azure-sdk-assets, js/sdk/openai, recording of 2024-03-27",
    ),
    KnownReply(
        "no-such-model",
        404,
        "model_not_found",
        "The model '{model}' does not exist.",
        R,
        "recalled from OpenAI's own service",
    ),
    KnownReply(
        "no-such-deployment",
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
        "please wait a moment and try again.",
        B,
        "captured on Foundry in joselcaguilar/azure-openai-ha#119 and microsoft/vscode#296658",
    ),
    KnownReply(
        "previous-response-not-found",
        400,
        "previous_response_not_found",
        "Previous response with id '{id}' not found.",
        B,
        "captured on Azure in microsoft/agent-framework#6419 and dotnet/extensions#7704",
    ),
    KnownReply(
        "response-not-found",
        404,
        "",
        "Response with id '{id}' not found.",
        R,
        "inferred from the one above",
    ),
    KnownReply(
        "malformed-body",
        400,
        "invalid_request_body",
        "The body of the request is not a JSON object.",
        R,
        "no capture found",
    ),
)

BACKEND = table(
    KnownReply(
        "invalid-input",
        422,
        "Invalid input",
        "invalid input error",
        B,
        "code and message captured in Azure/azure-sdk-for-python#39900, status 422 in dzhng/deep-research#83; what the "
        "details say is our own",
    ),
)
