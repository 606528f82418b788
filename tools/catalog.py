"""Makes the catalog's tables from the transcriptions of Microsoft's pages: `python -m tools.catalog --shared FOLDER`.

The transcriptions are dated CSV files and one page of notes, which aren't part of this repository; `catalog_notes.py`
has what the notes say in prose. The output is `src/modelyard/catalog/data`; a test holds the two to each other.
"""

import argparse
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.catalog_notes import (
    ADDED,
    FORMAT_SOURCES,
    GROWN,
    OLDER_CHAT_MODELS,
    OTHER_FORMATS,
    OTHER_VERSIONS,
    RECORDED,
    RECORDED_DATE,
    RECORDED_UNITS,
    SHORT,
    Row,
    source,
)
from tools.catalog_parameters import parameters

DATA = Path(__file__).parents[1] / "src/modelyard/catalog/data"
READ = {
    "retirement schedule": "2026-10-05",
    "models sold by Azure": "2026-09-21",
    "provisioned throughput": "2026-09-23",
    "quota tiers": "2026-08-20",
    "availability matrices": "2026-07-07",
}
"""The newest state of each of Microsoft's pages that was read."""

EDITION = {"date": "2026-11-30", "read": READ}
"""`date`: the day for which the lifecycles were worked out."""

CREATE = {"GA": "open", "Preview": "open", "Legacy": "open", "Deprecated": "existing-subscriptions-only"}
"""Who may create a deployment, by the word that Microsoft printed, where the transcription counts the date instead."""


def models(rows: Iterable[Row], added: Mapping[tuple[str, str], set[str]]) -> Iterator[Row]:
    """One row a version. `lifecycle` is the last word that Microsoft printed, not what follows from the date."""
    for row in rows:
        documented = re.search(r"documented (\w+) on (\S+) with this date", row["note"])
        word = documented[1] if documented else row["lifecycle"]
        if row["lifecycle_basis"] == "newer C date passed":
            said = re.search(r"schedule of \S+ said (\w+)", row["note"])
            word = said[1] if said else ""
        key = (row["name"], row["version"])
        skus = set(row["skus"].split()) | added.get(key, set())
        yield {
            "publisher": row["publisher"],
            "format": row["format"],
            "format_grade": row["format_grade"],
            "format_source": FORMAT_SOURCES.get(row["format"], "the publisher's name, reused"),
            "other_formats": OTHER_FORMATS.get(row["name"], ""),
            "name": row["name"],
            "version": row["version"],
            "other_versions": OTHER_VERSIONS.get(row["name"], ""),
            "lifecycle": word,
            "basis": row["lifecycle_basis"],
            "lifecycle_grade": row["lifecycle_grade"] if word == row["lifecycle"] else row["grade"],
            "create": row["create"] if word == row["lifecycle"] else CREATE[word],
            "deprecation": row["deprecation_date"],
            "deprecation_status": row["deprecation_date_status"],
            "retirement": row["retirement_date"],
            "retirement_grade": row["retirement_date_grade"],
            "retirement_standard": row["retirement_date_standard_sku"],
            "retirement_unconfirmed": row["retirement_date_newer_unconfirmed"],
            "finetune_training_end": row["finetune_training_end"],
            "finetune_deployment_end": row["finetune_deployment_end"],
            "skus": " ".join(sorted(skus)),
            "replacement": row["replacement_model"],
            "replacement_version": row["replacement_version"],
            "replacement_grade": _replacement_grade(row),
            "source": source(row["source"]),
            "date": row["source_date"],
            "grade": row["grade"],
            "note": row["note"],
        }


def _replacement_grade(row: Row) -> str:
    if not row["replacement_model"]:
        return ""
    return "C" if re.search(r"replacement (from a )?C\b|C replacement", row["note"]) else row["grade"]


def regions(matrix: Iterable[Row]) -> Iterator[Row]:
    """The full matrix of 2026-07, then what was added since: `complete` tells whether a row may say no."""
    for row in matrix:
        source, _, date = row["source"].removesuffix(")").partition(" (")
        grown = GROWN.get((row["name"], row["version"]), "")
        yield {
            "name": row["name"],
            "version": row["version"],
            "sku": row["sku"],
            "regions": row["regions"],
            "complete": "" if grown else "yes",
            "source": source,
            "date": date or READ["availability matrices"],
            "grade": "A",
            "note": grown,
        }
    for name, version, skus, where, source, date in ADDED:
        for sku in skus.split():
            yield {
                "name": name,
                "version": version,
                "sku": SHORT[sku],
                "regions": where,
                "complete": "",
                "source": source,
                "date": date,
                "grade": "C",
                "note": "",
            }


def units(rows: Iterable[Row]) -> Iterator[Row]:
    """What one unit of capacity brings, by model, version and SKU; empty version or SKU stands for all of them."""
    recorded = {(row["name"], row["version"], row["sku"]): row for row in recorded_units()}
    for row in rows:
        if not row["unit_tpm"] and not row["unit_rpm"]:
            continue
        keys = [(row["name"], version, row["sku"]) for version in ("", *row["version"].split())]
        if found := [key for key in keys if key in recorded]:
            if row["unit_grade"] != "A" or _unit(row) != _recorded_unit(recorded[found[0]]):
                continue
            del recorded[found[0]]
        older = row["name"].startswith("(older chat models")
        for name in OLDER_CHAT_MODELS if older else (row["name"],):
            yield {
                "name": name,
                "version": row["version"],
                "sku": "" if row["sku"] == "any standard kind" else row["sku"],
                "tokens_per_minute": row["unit_tpm"],
                "requests_per_minute": row["unit_rpm"],
                "window_seconds": row["unit_window_s"] or row["rpm_window_s"],
                "grade": "R" if older else row["unit_grade"],
                "source": ('"older chat models" without names, in ' if older else "") + source(row["unit_source"]),
                "date": row["source_date"],
                "note": row["note"],
            }
    yield from recorded.values()


def _unit(row: Row) -> tuple[str, str, str]:
    return row["unit_tpm"], row["unit_rpm"], row["unit_window_s"]


def _recorded_unit(row: Row) -> tuple[str, str, str]:
    return row["tokens_per_minute"], row["requests_per_minute"], row["window_seconds"]


def recorded_units() -> Iterator[Row]:
    """The units of RECORDED_UNITS, a row for each model and SKU."""
    for tokens, requests, seconds, skus, names in RECORDED_UNITS:
        for name, _, version in (named.partition("@") for named in names.split()):
            for sku in skus.split():
                yield {
                    "name": name,
                    "version": version,
                    "sku": SHORT[sku],
                    "tokens_per_minute": str(tokens or ""),
                    "requests_per_minute": str(requests * 60 // seconds),
                    "window_seconds": str(seconds),
                    "grade": "B",
                    "source": RECORDED,
                    "date": RECORDED_DATE,
                    "note": "",
                }


TIERS = ("free", "1", "2", "3", "4", "5", "6")
CONTRACTS = {"pay-as-you-go": "payg", "enterprise": "enterprise"}


def quotas(rows: Iterable[Row]) -> Iterator[Row]:
    """Limits of a subscription, one row a tier (or kind of contract) that a table states."""
    for row in rows:
        pool, grade = _pool(row["quota_pool"])
        name = "*" if row["name"].startswith("(every other model") else row["name"].removesuffix(" (retired)")
        same = {"name": name, "version": row["version"], "sku": row["sku"], "pool": pool, "pool_grade": grade}
        about = {"source": source(row["source"]), "date": row["source_date"], "grade": row["grade"]}
        for tier in TIERS:
            tokens = row["tpm_free_tier"] if tier == "free" else row[f"tpm_tier{tier}"]
            requests = row.get(f"rpm_tier{tier}", "")
            if tokens or requests:
                limits = {"tier": tier, "tokens": tokens, "requests": requests}
                yield same | limits | {"window_seconds": row["rpm_window_s"] or "60"} | about | {"note": row["note"]}
        for contract, short in CONTRACTS.items():
            if row[f"rpm_{short}"]:
                yield (
                    same
                    | {"tier": contract, "requests": row[f"rpm_{short}"], "window_seconds": "60"}
                    | {"input_tokens": row[f"itpm_{short}"], "output_tokens": row[f"otpm_{short}"]}
                    | about
                    | {"note": row["note"]}
                )
        if pool == "subscription" and not row["rpm_payg"]:
            yield same | {"tier": "", "window_seconds": "60"} | about | {"note": row["note"]}


def _pool(text: str) -> tuple[str, str]:
    """Whose the quota is: every region's own, or one of the subscription (Global) or of a data zone."""
    if text.startswith("subscription"):
        return "subscription", "A"
    if text.startswith("announced"):
        return "region", "R"
    return ("region", "A") if text else ("region", "R")


def provisioned(rows: Iterable[Row], names: Iterable[str]) -> Iterator[Row]:
    """The page prints Fireworks' models with blanks; `name` is ARM's where one is the same but for those."""
    arms = {_folded(name): name for name in names}
    for row in rows:
        yield {
            "name": arms.get(_folded(row["name"]), row["name"]),
            "printed": row["name"],
            **{key: row[key] for key in ("global_datazone_min", "global_datazone_step")},
            **{key: row[key] for key in ("regional_min", "regional_step", "input_tpm_per_ptu")},
            **{key: row[key] for key in ("output_to_input_ratio", "cached_input_weight", "cache_write_weight")},
            **{key: row[key] for key in ("long_context_weights", "listed")},
            "source": source(row["source"].split(" (ms.date")[0].replace("azure-ai-docs: ", "azure-ai-docs, ")),
            "date": row["source_date"],
            "grade": row["grade"],
            "note": row["note"],
        }


def _folded(name: str) -> str:
    return re.sub(r"[ -]", "", name).casefold()


def tables(folder: Path) -> dict[str, str]:
    """Every file of the catalog that comes from the transcriptions in `folder`, by name."""
    skus: dict[tuple[str, str], set[str]] = {}
    for name, version, short, *_ in ADDED:
        skus.setdefault((name, version), set()).update(SHORT[sku] for sku in short.split())
    model_rows, unit_rows = read(folder / "models-2026-11.csv"), read(folder / "units-2026-11.csv")
    ptu_rows = read(folder / "ptu-2026-11.csv")
    return {
        "edition.json": json.dumps(EDITION, indent=2) + "\n",
        "models.csv": _written(models(model_rows, skus)),
        "model-regions.csv": _written(regions(read(folder / "model-regions.csv"))),
        "units.csv": _written(units(unit_rows)),
        "quota.csv": _written(quotas(unit_rows), QUOTA_COLUMNS),
        "parameters.csv": _written(parameters(read(folder / "parameters-2026-11.csv")), PARAMETER_COLUMNS),
        "provisioned.csv": _written(provisioned(ptu_rows, [row["name"] for row in model_rows])),
    }


PARAMETER_COLUMNS = [
    *("name", "versions", "api", "parameter", "rule", "values", "default", "efforts"),
    *("grade", "source", "date", "note"),
]
QUOTA_COLUMNS = [
    *("name", "version", "sku", "tier", "tokens", "requests", "window_seconds", "input_tokens", "output_tokens"),
    *("pool", "pool_grade", "source", "date", "grade", "note"),
]


def read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _written(rows: Iterable[Row], columns: list[str] | None = None) -> str:
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(listed[0]), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.catalog", description="Make the catalog's tables anew.")
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder with azure/models-2026-11.csv and the others"
    )
    folder = parser.parse_args().shared / "azure"
    for name, text in tables(folder).items():
        (DATA / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
