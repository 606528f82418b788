// Makes calls that go wrong with Azure's own client and prints what it made of each, as JSON.
//
//   node errors.mjs <folder with node_modules> < calls.json
//
// calls.json: {"<name>": {"url", "key" or "token", "body", "timeout"}}. What comes out for each name: the status and code of a
// refusal, or the name of what was thrown. Proxy and authority come from the environment; nothing is tried twice.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.argv[2]}/package.json`);
const { default: ModelClient, isUnexpected } = require("@azure-rest/ai-inference");
const { AzureKeyCredential } = require("@azure/core-auth");

async function outcome({ url, key, token, body, timeout }) {
  const bearer = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3600e3 }) };
  const client = ModelClient(url, key ? new AzureKeyCredential(key) : bearer, { retryOptions: { maxRetries: 0 } });
  try {
    const response = await client.path("/chat/completions").post({ body, timeout });
    if (!isUnexpected(response)) return { status: response.status, code: "taken for an answer" };
    return { status: response.status, code: response.body.error?.code ?? "" };
  } catch (error) {
    return { thrown: error.name };
  }
}

const calls = JSON.parse(readFileSync(0, "utf8"));
const outcomes = {};
for (const [name, call] of Object.entries(calls)) outcomes[name] = await outcome(call);
// The timers of calls that ended long ago would keep the process.
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
