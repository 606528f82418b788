"""`check` answers for any model, SKU and day: an exception hides every other finding of the file.

The catalog leaves figures out where no source has them, and each such gap is a place where a reader could fall.
"""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS

from .conftest import load_text

MARKET = Market.load()
MODELS = sorted(MARKET, key=str)
HEAD = """\
config:
  azure-native:location: {location}
  modelyard:target: {target}
  modelyard:account:
    name: contoso-ai
    resourceGroup: rg-contoso-ai
    network:
      publicNetworkAccess: Enabled
  modelyard:deployments:
"""
ENTRY = """\
    {key}:
      model: {{format: "{format}", name: "{name}", version: "{version}"}}
      sku: {sku}
      {amount}
"""
AMOUNTS = (
    "capacity: 1",
    "capacity: 100000",
    "rateLimit: {tokensPerMinute: 30000}",
    "rateLimit: {requestsPerMinute: 7}",
    "rateLimit: {tokensPerMinute: 1, requestsPerMinute: 1}",
    "tags: {}",
)


def stack(models, sku: str, amount: str, location: str = "swedencentral", target: str = "azure") -> str:
    return HEAD.format(location=location, target=target) + "".join(
        ENTRY.format(
            key=f"d{number}",
            format=model.format,
            name=model.name,
            version=model.version or "1",
            sku=sku,
            amount=amount,
        )
        for number, model in enumerate(models)
    )


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("sku", [*SKUS, "GlobalPriority"])
def test_every_model_of_the_catalog_with_every_sku(tmp_path: Path, sku: str, amount: str) -> None:
    loaded = load_text(tmp_path, stack(MODELS, sku, amount), MARKET.date)
    assert loaded.stack is not None or loaded.errors, "what can't be declared has an error that says why"


@given(
    model=st.sampled_from(MODELS),
    sku=st.sampled_from([*SKUS, "GlobalPriority"]),
    amount=st.sampled_from(AMOUNTS),
    location=st.sampled_from(["swedencentral", "eastus2", "westus2", "atlantis", "chinaeast2"]),
    target=st.sampled_from(["azure", "sandbox"]),
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)
def test_on_any_day_in_any_region(
    tmp_path_factory: pytest.TempPathFactory, model, sku: str, amount: str, location: str, target: str, day: date
) -> None:
    folder = tmp_path_factory.mktemp("stack")
    loaded = load_text(folder, stack([model], sku, amount, location, target), day)
    assert loaded.stack is not None or loaded.errors


def test_a_model_without_a_figure_is_unknown(tmp_path: Path) -> None:
    """DeepSeek-R1-0528 has a size and no weight of its output; it ended `check` with a ValueError."""
    for name in ("DeepSeek-R1-0528", "gpt-image-2", "FW-GLM-5"):
        (model, *_) = MARKET.find(name)
        text = stack([model], "GlobalProvisionedManaged", "capacity: 100")
        loaded = load_text(tmp_path / name, text, MARKET.date)
        assert loaded.stack is not None
