"""Whoever chooses a model must find it, and must not take a gap of the catalog for a no of Azure's."""

import pytest

from modelyard import Failure, operations
from modelyard.catalog.market import Market
from modelyard.failures import ExitStatus
from modelyard.operations.context import OperationContext

CONTEXT = OperationContext(environment={})


def test_a_search_keeps_what_has_every_word_and_is_offered() -> None:
    found = operations.search_models("text embedding", CONTEXT).data["models"]
    assert found
    assert all("embedding" in row["model"] for row in found)
    there = operations.search_models("", CONTEXT, region="Sweden Central", sku="DataZoneStandard")
    assert all("DataZoneStandard" in row["skus"] for row in there.data["models"])
    everything = operations.search_models("", CONTEXT, retired=True)
    assert len(everything.data["models"]) == sum(1 for _ in Market.load())
    assert len(there.data["models"]) < len(everything.data["models"])


def test_one_model_with_what_each_sku_brings() -> None:
    report = operations.show_model("TEXT-embedding-3-large", CONTEXT)
    (version,) = report.data["versions"]
    assert version["model"] == "text-embedding-3-large"
    offers = {offer["sku"]: offer for offer in version["offers"]}
    assert offers["GlobalStandard"]["tokensPerMinutePerUnit"] == 1000
    assert "a unit is 1,000 tokens" in report.text


def test_an_unknown_model_is_not_said_to_be_none_of_azures() -> None:
    with pytest.raises(Failure, match="Azure may have a newer one") as refused:
        operations.show_model("gpt-4.1@1999-01-01", CONTEXT)
    assert (refused.value.code, refused.value.status) == ("cli.model-unknown", ExitStatus.USAGE)
    assert "gpt-4.1@2025-04-14" in refused.value.allowed
