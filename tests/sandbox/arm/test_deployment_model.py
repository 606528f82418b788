"""What `check` calls an error the sandbox refuses, and the other way round.

Else a stack that is right by its file fails in the sandbox, or one that is green there is refused before it gets to
Azure. Quota is left out: a file doesn't know what is used of it.
"""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS
from modelyard.config.loader import load
from modelyard.config.project import Project

MARKET = Market.load()
LISTED = sorted({(model.format, model.name, model.version or "1") for model in MARKET})
MADE_UP = [
    ("OpenAI", "gpt-9", "2027-01-01"),
    ("OpenAI", "gpt-5.4-mnii", "1"),
    ("OpenAI", "GPT-5.4", "2026-03-05"),
    ("Contoso", "gpt-5.4", "2026-03-05"),
    ("Contoso", "our-own", "latest"),
]
VERSIONS = ["1", "7", "99", "0613", "1999-01-01", "2026-05-03", "2027-01-01", "latest", "Default", "turbo-2024-04-09"]
REGIONS = ["swedencentral", "eastus2", "westus2", "southindia", "swedencentrall", "swdencentrl"]
REGIONS += ["swedennorth2", "eastus4", "canadawest", "atlantis", "chinaeast2", "usgovvirginia", "eastus2euap"]
FILE = """\
config:
  azure-native:location: {location}
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-ai
    resourceGroup: rg-contoso-ai
    network:
      publicNetworkAccess: Enabled
  modelyard:deployments:
    chat:
      model: {{format: "{format}", name: "{name}", version: "{version}"}}
      sku: {sku}
      capacity: {capacity}
"""

models = st.sampled_from([*LISTED, *MADE_UP])
other_versions = st.tuples(models, st.sampled_from(VERSIONS)).map(lambda drawn: (*drawn[0][:2], drawn[1]))
skus = st.sampled_from([*SKUS, "GlobalUltra", "globalstandard"])


@pytest.fixture
def accepts(pipeline):
    """Whether the sandbox takes a stack's account and deployment: nothing of it is left behind."""
    group = pipeline.group()
    store = pipeline.azure.store
    pipeline.azure.delays.clear()

    def put(location, wanted):
        account = f"{group}/providers/Microsoft.CognitiveServices/accounts/contoso-ai"
        body = {"location": location, "kind": "AIServices", "sku": {"name": "S0"}, "properties": {}}
        made = pipeline("PUT", account, body)
        assert made.status_code == 201 or made.json()["error"]["code"] == "LocationNotAvailableForResourceType"
        if made.status_code != 201:
            return False
        reply = pipeline("PUT", f"{account}/deployments/chat", wanted)
        for path in (f"{account}/deployments/chat", account):
            store.delete("resources", path.lower())
        assert reply.status_code in (201, 400), reply.text
        quota = reply.status_code == 400 and reply.json()["error"]["code"] == "InsufficientQuota"
        return None if quota else reply.status_code == 201

    return put


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(model=models | other_versions, sku=skus, location=st.sampled_from(REGIONS))
@example(model=("Microsoft", "Phi-4", "7"), sku="GlobalStandard", location="swedencentral")
@example(model=("Meta", "Llama-3.3-70B-Instruct", "9"), sku="GlobalStandard", location="swedencentral")
@example(model=("OpenAI", "gpt-35-turbo", "0613"), sku="Standard", location="swedencentral")
@example(model=("OpenAI", "gpt-5.4", "2026-03-05"), sku="DeveloperTier", location="swedencentral")
@example(model=("OpenAI", "gpt-5.4", "2026-03-05"), sku="GlobalStandard", location="swedencentrall")
def test_check_and_the_sandbox_agree(pipeline, accepts, tmp_path_factory, model, sku, location):
    format_, name, version = model
    sold = MARKET.provisioned(name, sku)
    capacity = sold.minimum if sold else 1
    folder = tmp_path_factory.mktemp("stack")
    text = FILE.format(location=location, format=format_, name=name, version=version, sku=sku, capacity=capacity)
    (folder / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    calendar = Calendar.on(pipeline.azure.market_day)
    errors = load(Project(folder, "modelyard", folder, folder), "dev", calendar=calendar, market=MARKET).errors
    wanted = {
        "sku": {"name": sku, "capacity": capacity},
        "properties": {"model": {"format": format_, "name": name, "version": version}},
    }
    accepted = accepts(location, wanted)
    if accepted is not None:
        assert accepted == (not errors), [str(error) for error in errors]
