"""Faults from the command line: what a team plays with when it wants to see its programs on a bad day."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modelyard.failures import ExitStatus
from modelyard.sandbox.certificates import Certificates
from modelyard.sandbox.state_dir import Home

DISCOVERY = "https://login.microsoftonline.com/common/discovery/instance"


@pytest.fixture
def started(modelyard: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Commands beside a sandbox that runs."""
    assert modelyard("sandbox", "start").status == ExitStatus.DONE
    yield modelyard
    modelyard("sandbox", "stop")


def test_a_fault_is_added_met_and_cleared(started: Callable[..., Any]) -> None:
    running = started("sandbox", "status", "--json").json["data"]
    authority = Certificates(Home(Path(running["home"])).certificates).trust_file
    told = started(
        "sandbox", "faults", "add", "--host", "login.*", "--status", "503", "--header", "Retry-After: 7", "--times", "2"
    )
    assert told.out.strip() == "login.*: 503 InjectedFault, 2 times"
    context = ssl.create_default_context(cafile=authority)
    with httpx2.Client(proxy=running["proxy"], verify=context, trust_env=False) as client:
        reply = client.get(DISCOVERY)
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "7")
        started("sandbox", "faults", "clear")
        assert client.get(DISCOVERY).status_code == 200
    assert started("sandbox", "faults").out.strip() == "no faults are set"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--deployment chat --status 429 --times 3", "chat: 429 InjectedFault, 3 times"),
        ("--deployment chat --delay 0.5s", "chat: every reply 0.5 s late"),
        ("--deployment chat* --first-token 1m", "chat*: first words 60 s late"),
        ("--deployment chat --stream-events 4", "chat: 429 InjectedFault after 4 events of a stream"),
        ("--deployment chat --reset --stream-events 4", "chat: the connection breaks after 4 events of a stream"),
        ("--deployment chat --limit-percent 0", "chat: 0 % of its limits"),
        ("--deployment chat --filter-down --times 2", "chat: nothing is filtered, 2 times"),
        ("--method put --path */deployments/* --status 409 --code Busy", "PUT */deployments/*: 409 Busy"),
        ("--delay 1s", "everything: every reply 1 s late"),
    ],
)
def test_every_kind_of_fault_has_words(started: Callable[..., Any], words: str, line: str) -> None:
    assert started("sandbox", "faults", "add", *words.split()).out.strip() == line


def test_what_cannot_be_a_fault_is_refused(started: Callable[..., Any]) -> None:
    said = started("sandbox", "faults", "add", "--deployment", "chat", "--header", "Retry-After")
    assert (said.status, "not a header" in said.err) == (ExitStatus.USAGE, True)
    said = started("sandbox", "faults", "add", "--first-token", "5s")
    assert said.status == ExitStatus.USAGE
    assert "firstTokenSeconds goes with a deployment" in said.err
    assert started("sandbox", "faults").out.strip() == "no faults are set", "nothing half done"
