"""The control API from the outside: asking a running sandbox something, as its owner."""

import http.client
import json

from modelyard.failures import Failure
from modelyard.sandbox.control_request import ControlBody
from modelyard.sandbox.failures import DoesNotAnswer
from modelyard.sandbox.lock import holder
from modelyard.sandbox.state_dir import Home

HEADER = "x-modelyard-control"
TIMEOUT_SECONDS = 10.0


def ask(home: Home, method: str, name: str, body: ControlBody | None = None) -> ControlBody:
    """What `/_modelyard/<name>` answers.

    `sandbox.not-running`, DamagedState, DoesNotAnswer or `sandbox.request-refused` tell why there is no answer.
    """
    if holder(home.lock) is None:
        raise Failure.of("sandbox.not-running", home=home.path)
    port = int(home.running()["port"])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(
            method,
            f"/_modelyard/{name}",
            body=None if body is None else json.dumps(body),
            headers={"content-type": "application/json", HEADER: home.secrets().control},
        )
        reply = connection.getresponse()
        answer = json.loads(reply.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DoesNotAnswer.of(
            "sandbox.does-not-answer", home=home.path, port=port, why=str(error) or type(error).__name__
        ) from error
    finally:
        connection.close()
    if reply.status >= 400:
        raise Failure.of(
            "sandbox.request-refused", path=f"/_modelyard/{name}", text=str(answer.get("error", reply.status))
        )
    return dict(answer)


def advance(home: Home, seconds: float) -> ControlBody:
    """Move the sandbox's clock forward; gives its time and how far it is ahead."""
    return ask(home, "POST", "clock", {"advanceSeconds": seconds})


def subscribe(home: Home, subscription_id: str) -> None:
    """Have the sandbox know one more subscription, that of a stack that is rehearsed in it."""
    ask(home, "POST", "subscriptions", {"subscriptionId": subscription_id})


def token(home: Home, principal: str, audience: str = "https://cognitiveservices.azure.com") -> str:
    """An access token for somebody in the sandbox's directory, by name, object id or application id."""
    return str(ask(home, "POST", "token", {"principal": principal, "audience": audience})["accessToken"])


def assertion(home: Home, subject: str = "", audience: str = "") -> ControlBody:
    """A federated assertion of the sandbox's test issuer, with its issuer, subject and audience."""
    stated = {"subject": subject, "audience": audience}
    return ask(home, "POST", "assertion", {name: value for name, value in stated.items() if value})
