"""A pipeline without a secret, from the command line: the assertion alone on standard output, and good for a token."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from modelyard.failures import ExitStatus
from modelyard.sandbox import TENANT_ID
from modelyard.sandbox.certificates import Certificates
from modelyard.sandbox.seed_data import FEDERATED_SUBJECT
from modelyard.sandbox.state_dir import Home

GRANT = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "scope": "https://management.azure.com/.default",
}


def test_an_assertion_is_printed_and_exchanged(modelyard: Callable[..., Any]) -> None:
    assert modelyard("sandbox", "assertion").status == ExitStatus.SANDBOX, "nobody is there to sign one"
    modelyard("sandbox", "start")
    try:
        printed = modelyard("sandbox", "assertion").out
        assert printed.count(".") == 2, "a shell reads it, so nothing stands beside it"
        whole = modelyard("sandbox", "assertion", "--subject", "somebody-else", "--json").json["data"]
        assert (whole["subject"], whole["audience"]) == ("somebody-else", "api://AzureADTokenExchange")
        running = modelyard("sandbox", "status", "--json").json["data"]
        home = Home(Path(running["home"]))
        context = ssl.create_default_context(cafile=Certificates(home.certificates).trust_file)
        url = f"https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token"
        form = {**GRANT, "client_id": home.secrets().client_id}
        with httpx2.Client(proxy=running["proxy"], verify=context, trust_env=False) as client:
            taken = client.post(url, data={**form, "client_assertion": printed.strip()})
            refused = client.post(url, data={**form, "client_assertion": whole["assertion"]})
        assert taken.status_code == 200, f"the default subject is {FEDERATED_SUBJECT}, which pipeline trusts"
        assert refused.status_code in (400, 401)
        assert "somebody-else" in refused.json()["error_description"]
        assert printed.strip() not in modelyard("sandbox", "logs").out
    finally:
        modelyard("sandbox", "stop")
