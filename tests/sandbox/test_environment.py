"""The environment is all a command gets, so it has to be enough, for every client, in every shell."""

import shutil
import subprocess
from pathlib import Path

import pytest

from modelyard.sandbox.environment import CLEARED, child, render
from modelyard.sandbox.server import Running

DISCOVERY = "https://login.microsoftonline.com/common/discovery/instance"


def run(running: Running, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(running.home.path)}
    environment = child(base, running.environment)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=cwd, timeout=60)


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program} on this machine")


@needs("curl")
def test_curl_reaches_the_sandbox_and_nothing_else(running: Running):
    assert '"api-version":"1.1"' in run(running, "curl", "-sS", DISCOVERY).stdout
    refused = run(running, "curl", "-sSv", "https://example.com")
    assert refused.returncode == 56
    assert "does not stand behind example.com:443" in refused.stderr


@needs("node")
def test_node_trusts_the_sandbox(running: Running):
    """Azure's packages for Node take the proxy from HTTPS_PROXY and trust what NODE_EXTRA_CA_CERTS names."""
    script = """
    const http = require("http"), https = require("https"), proxy = new URL(process.env.HTTPS_PROXY);
    const host = "login.microsoftonline.com";
    http.request({host: proxy.hostname, port: proxy.port, method: "CONNECT", path: host + ":443"})
      .on("connect", (_, socket) =>
        https.get({host, path: "/common/discovery/instance", socket, agent: false, servername: host},
          reply => { console.log(reply.statusCode); process.exit(0); }))
      .end();
    """
    done = run(running, "node", "-e", script)
    assert done.stdout.strip() == "200", done.stderr


JAVA = """
import java.net.*;
public class Ask {
    public static void main(String[] a) throws Exception {
        var reply = (HttpURLConnection) new URL("%s").openConnection();
        System.out.println(reply.getResponseCode());
    }
}
"""


@needs("javac")
def test_java_takes_proxy_and_trust_store_from_its_options(running: Running, tmp_path: Path):
    source = tmp_path / "Ask.java"
    source.write_text(JAVA % DISCOVERY)
    done = run(running, "java", str(source))
    assert done.stdout.strip() == "200", done.stderr


VALUES = {
    "PLAIN": "http://127.0.0.1:7443",
    "SPACES": '"-Da=/home/a b" -Dc=d|e',
    "QUOTES": "it's \"quoted\" 'twice'",
    "SHELL": "$HOME `id` $(id) \\ ! * ~ #",
    "LINES": "one\ntwo",
    "EMPTY": "",
}


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh", "dash"])
def test_a_posix_shell_evaluates_what_is_rendered(shell: str):
    """`eval "$(modelyard sandbox env)"` must neither run nor change a value."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} on this machine")
    show = "\n".join(f'printf "%s\\0" "${name}"' for name in VALUES)
    script = f"PULUMI_ACCESS_TOKEN=mine\n{render(VALUES)}{show}\nprintf '%s' \"${{PULUMI_ACCESS_TOKEN-unset}}\""
    done = subprocess.run([shell, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "\0".join([*VALUES.values(), "unset"])


def test_other_shells_get_their_own_quoting():
    assert "set -gx QUOTES 'it\\'s \"quoted\" \\'twice\\''\n" in render(VALUES, "fish")
    assert "$env:QUOTES = 'it''s \"quoted\" ''twice'''\n" in render(VALUES, "powershell")
    assert "Remove-Item Env:PULUMI_ACCESS_TOKEN -ErrorAction SilentlyContinue\n" in render(VALUES, "powershell")


def test_a_child_inherits_nothing_that_would_win_over_the_sandbox(running: Running):
    mine = dict.fromkeys(CLEARED, "mine") | {"LANG": "C", "HTTPS_PROXY": "http://proxy.example"}
    inside = child(mine, running.environment)
    assert not set(CLEARED) & set(inside)
    assert inside["LANG"] == "C"
    assert inside["HTTPS_PROXY"] == running.proxy


def test_nothing_of_the_user_s_own_is_named(running: Running):
    """Logins, Pulumi's state and plugins of the user's stay untouched: every path is in the sandbox's folder."""
    home = str(running.home.path)
    for name in ("AZURE_CONFIG_DIR", "PULUMI_HOME", "PULUMI_CONFIG_PASSPHRASE_FILE", "SSL_CERT_FILE"):
        assert running.environment[name].startswith(home), name
        assert Path(running.environment[name]).exists(), name
    assert running.environment["PULUMI_BACKEND_URL"] == f"file://{home}/backend"


def test_azure_native_and_azure_identity_are_the_same_principal(running: Running):
    for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "SUBSCRIPTION_ID"):
        assert running.environment[f"ARM_{name}"] == running.environment[f"AZURE_{name}"]
