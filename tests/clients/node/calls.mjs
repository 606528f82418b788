// Calls an account with Azure's own clients and prints what they made of the replies, as JSON.
//
//   node calls.mjs <folder with node_modules> <url of /models> <key>
//
// Proxy, authority and identity come from the environment, as in any program of a user's.

import { createRequire } from "node:module";

const [folder, url, key] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { default: ModelClient, isUnexpected } = require("@azure-rest/ai-inference");
const { AzureKeyCredential } = require("@azure/core-auth");
const { createSseStream } = require("@azure/core-sse");
const { EnvironmentCredential } = require("@azure/identity");

const scopes = ["https://cognitiveservices.azure.com/.default"];
const withToken = ModelClient(url, new EnvironmentCredential(), { credentials: { scopes } });
const withKey = ModelClient(url, new AzureKeyCredential(key));
const messages = [{ role: "user", content: "Say hello." }];

async function chat(client, model) {
  const response = await client.path("/chat/completions").post({ body: { model, messages } });
  if (isUnexpected(response)) return { status: response.status, error: response.body.error };
  const [choice] = response.body.choices;
  return { status: response.status, model: response.body.model, content: choice.message.content };
}

async function stream(client, model) {
  const response = await client
    .path("/chat/completions")
    .post({ body: { model, messages, stream: true } })
    .asNodeStream();
  let content = "";
  for await (const event of createSseStream(response.body)) {
    if (event.data === "[DONE]") break;
    for (const choice of JSON.parse(event.data).choices) content += choice.delta?.content ?? "";
  }
  return { status: response.status, content };
}

async function embed(client, model) {
  const response = await client.path("/embeddings").post({ body: { model, input: ["one"] } });
  return { status: response.status, dimensions: response.body.data[0].embedding.length };
}

console.log(
  JSON.stringify({
    token: await chat(withToken, "mistral"),
    key: await chat(withKey, "chat"),
    retried: await chat(withKey, "limited"),
    stream: await stream(withToken, "mistral"),
    embeddings: await embed(withKey, "embed"),
  }),
);
