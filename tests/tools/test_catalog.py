"""The catalog's tables are made from dated transcriptions: a row that was changed by hand has no source any more."""

import csv
from datetime import date
from pathlib import Path

import pytest

from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS
from tools import catalog, catalog_notes

MARKET = Market.load()


def transcribed(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "azure" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_what_the_tool_makes(shared: Path) -> None:
    for name, text in catalog.tables(shared / "azure").items():
        assert (catalog.DATA / name).read_text(encoding="utf-8") == text, f"python -m tools.catalog writes {name} anew"


def test_every_lifecycle_is_the_transcribed_one(shared: Path) -> None:
    """Word, basis and grade are worked out here, from word and date; the transcription did it by hand."""
    listed = transcribed(shared, "models-2026-11.csv")
    assert len(listed) == len(list(MARKET)) == 328
    assert date(2026, 11, 30) == MARKET.date
    for row in listed:
        model = MARKET.model(row["format"], row["name"], row["version"])
        assert model is not None, row
        found = MARKET.lifecycle(model, "", MARKET.date)
        assert (found.effective or "", found.basis, found.grade) == (
            row["arm_lifecycle"],
            row["lifecycle_basis"],
            row["lifecycle_grade"],
        ), row
        if found.basis in ("schedule", "source"):
            assert found.create == row["create"], row
        assert found.replacement.partition("@")[0] == row["replacement_model"], row
        on_standard = MARKET.lifecycle(model, "Standard", MARKET.date).retirement
        if row["retirement_date_standard_sku"]:
            assert on_standard == date.fromisoformat(row["retirement_date_standard_sku"])


def test_every_unit_and_quota_is_the_transcribed_one(shared: Path) -> None:
    compared = 0
    for row in transcribed(shared, "units-2026-11.csv"):
        if row["sku"] not in SKUS or row["name"].startswith("(") or "retired" in row["name"]:
            continue
        for version in row["version"].split() or [""]:
            unit = MARKET.unit(row["name"], row["sku"], version)
            if row["unit_tpm"] and unit is not None and unit.source == catalog_notes.RECORDED:
                assert unit.grade == "B", "a recorded unit takes the place of what is weaker, or says otherwise"
            elif row["unit_tpm"]:
                assert unit is not None, row
                assert unit.tokens_per_minute == int(row["unit_tpm"])
            if row["unit_rpm"] and (unit is None or unit.source != catalog_notes.RECORDED):
                assert unit is not None, row
                assert unit.requests_per_minute == float(row["unit_rpm"])
            for tier in ("1", "2", "3", "4", "5", "6"):
                quota = MARKET.quota(row["name"], row["sku"], version, tier)
                if row[f"tpm_tier{tier}"]:
                    assert quota is not None, row
                    assert quota.tokens_per_minute == int(row[f"tpm_tier{tier}"])
            if row["rpm_payg"]:
                quota = MARKET.quota(row["name"], row["sku"], version, "pay-as-you-go")
                assert quota is not None, row
                assert quota.pool == "subscription", "Anthropic's models have one pool for all regions"
                assert (quota.requests, quota.input_tokens_per_minute, quota.output_tokens_per_minute) == (
                    int(row["rpm_payg"]),
                    int(row["itpm_payg"]),
                    int(row["otpm_payg"]),
                )
            compared += 1
    assert compared > 120


def test_every_size_on_sale_is_the_transcribed_one(shared: Path) -> None:
    for row in transcribed(shared, "ptu-2026-11.csv"):
        sold = MARKET.provisioned(row["name"], "GlobalProvisionedManaged")
        if row["listed"] == "removed":
            assert sold is None, "Microsoft has taken the figures off the page"
        elif not row["name"].startswith("FW "):
            assert sold is not None, row
            assert (sold.minimum, sold.step) == (int(row["global_datazone_min"]), int(row["global_datazone_step"]))


@pytest.mark.parametrize(("printed", "arm"), [("FW GLM 5", "FW-GLM-5"), ("FW Qwen 3 14B", "FW-Qwen3-14B")])
def test_a_printed_name_becomes_arms(printed: str, arm: str) -> None:
    rows = {row["printed"]: row["name"] for row in catalog.read(catalog.DATA / "provisioned.csv")}
    assert rows[printed] == arm
