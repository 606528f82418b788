// Lets Node's own `fetch` heed HTTPS_PROXY where Node can't yet: before 22.21 it has no NODE_USE_ENV_PROXY.
//
//   NODE_OPTIONS="--require $MODELYARD_NODE_PROXY" node app.mjs
//
// `fetch` asks one dispatcher for every connection. This replaces it by one of the same class whose connections are
// tunnels through the proxy. What Node trusts is told by NODE_EXTRA_CA_CERTS, as for any connection.

"use strict";

const http = require("node:http");
const tls = require("node:tls");

const [major, minor] = process.versions.node.split(".").map(Number);
const itself = major > 24 || major === 24 || (major === 22 && minor >= 21);
const address = process.env.HTTPS_PROXY || process.env.https_proxy;
const local = new Set((process.env.NO_PROXY || process.env.no_proxy || "").split(","));

function connect({ hostname, port, protocol, servername }, done) {
  const target = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const proxy = new URL(address);
  const request = http.request({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: target });
  request.once("error", (error) => done(error, null));
  request.once("connect", (reply, socket) => {
    if (reply.statusCode !== 200) {
      socket.destroy();
      done(new Error(`the proxy ${address} refused ${target}: ${reply.statusCode}`), null);
    } else if (protocol !== "https:") {
      done(null, socket);
    } else {
      const secure = tls.connect({ socket, servername: servername || hostname, ALPNProtocols: ["http/1.1"] });
      secure.once("error", (error) => done(error, null));
      secure.once("secureConnect", () => done(null, secure));
    }
  });
  request.end();
}

if (!itself && address && typeof fetch === "function") {
  fetch("data:,").catch(() => {}); // the dispatcher is made by the first call
  const key = Symbol.for("undici.globalDispatcher.1");
  const direct = globalThis[key];
  const tunnelled = new direct.constructor({ connect });
  globalThis[key] = new Proxy(direct, {
    get(whole, name) {
      if (name !== "dispatch") return Reflect.get(whole, name);
      return (options, handler) => {
        const { hostname } = new URL(options.origin);
        return (local.has(hostname) ? whole : tunnelled).dispatch(options, handler);
      };
    },
  });
}
