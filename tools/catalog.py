"""Makes the catalog's tables from the transcriptions of Microsoft's pages: `python -m tools.catalog --shared FOLDER`.

The transcriptions are dated CSV files and one page of notes, which aren't part of this repository. What the notes say
in prose (regions that were added, other spellings of versions and formats) stands here as tables, each with the source
that the notes name. The output is `src/modelyard/catalog/data`; a test holds the two to each other.
"""

import argparse
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

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

ASPIRE = "microsoft/aspire, generated catalogue of Foundry models, 2026-08-21"
FORMAT_SOURCES = {
    "OpenAI": "azure-rest-api-specs, CognitiveServices examples",
    "OpenAI-OSS": f"az cognitiveservices sample and a captured deployment; {ASPIRE} writes OpenAI",
    "Fireworks": "a captured deployment of FW-GLM-5",
    **dict.fromkeys(
        (
            "Anthropic",
            "Black Forest Labs",
            "Cohere",
            "DeepSeek",
            "Meta",
            "Microsoft",
            "Mistral AI",
            "StabilityAI",
            "xAI",
            "AI21 Labs",
        ),
        ASPIRE,
    ),
}
OTHER_FORMATS = {"model-router": "Microsoft", "gpt-oss-120b": "OpenAI", "gpt-oss-20b": "OpenAI"}
"""Formats under which another source of grade A has the same model."""

OTHER_VERSIONS = {
    "Cohere-rerank-v4.0-fast": "2",
    "cohere-command-a": "4",
    "embed-v-4-0": "6",
    "gpt-oss-120b": "4",
    "claude-opus-4-5": "20251101",
    "claude-sonnet-4-5": "20250929",
    "gpt-realtime-translate": "2026-05-07",
    "gpt-realtime-whisper": "2026-05-07",
    "gpt-realtime-2": "2026-05-07",
    "gpt-live-transcribe": "2026-07-28",
}
"""Versions that another catalogue of Microsoft's has for the one version of the schedule (ASPIRE; models page)."""

OLDER_CHAT_MODELS = ("gpt-4", "gpt-35-turbo", "gpt-4o")
"""Microsoft states a unit for "older chat models" without naming them; that these are meant is inferred."""

RECORDED = "Azure's list of models in swedencentral and eastus2, recorded: Azure/azure-dev, provisioning recordings"
RECORDED_DATE = "2026-04-23"
RECORDED_UNITS = (
    # tokens a minute, requests, their seconds, SKUs, models
    (1000, 1, 60, "GS DZS S", "gpt-4.1 gpt-4.1-mini gpt-4.1-nano"),
    (1000, 1, 60, "GS DZS", "gpt-5-mini gpt-5-nano o3 model-router"),
    (1000, 1, 60, "GS", "gpt-5-chat gpt-5-codex gpt-5.1-codex gpt-5.1-codex-mini gpt-5.3-chat gpt-5.4-mini"),
    (1000, 1, 60, "GS", "gpt-5.4-nano gpt-5.4-pro Mistral-Large-3 gpt-oss-120b cohere-command-a embed-v-4-0"),
    (1000, 1, 60, "GS", "Llama-3.3-70B-Instruct Llama-4-Maverick-17B-128E-Instruct-FP8"),
    (1000, 1, 60, "GS S", "o4-mini"),
    (1000, 1, 60, "DZS", "text-embedding-3-large text-embedding-3-small text-embedding-ada-002"),
    (1000, 10, 60, "GS DZS S", "gpt-5.1 gpt-4o-mini"),
    (1000, 10, 60, "GS DZS", "gpt-5"),
    (1000, 10, 60, "GS", "gpt-5-pro gpt-5.1-chat gpt-5.1-codex-max gpt-5.2 gpt-5.2-chat gpt-5.2-codex gpt-5.3-codex"),
    (1000, 10, 60, "GS", "gpt-5.4 gpt-4o@2024-08-06"),
    (1000, 1, 10, "GS DZS S", "gpt-4o"),
    (1000, 1, 10, "DZS", "o4-mini"),
    (1000, 1, 10, "GS S", "text-embedding-3-large text-embedding-ada-002"),
    (1000, 1, 10, "GS", "text-embedding-3-small"),
    (10000, 1, 60, "GS DZS", "o3-mini"),
    (10000, 1, 60, "GS", "o3-pro"),
    (1000, 100, 60, "GS", "gpt-4o-transcribe gpt-4o-transcribe-diarize gpt-4o-mini-transcribe"),
    (None, 9, 60, "GS", "MAI-Image-2"),
    (None, 18, 60, "GS", "MAI-Image-2e"),
)
"""Limits of one unit of capacity as ARM stated them (B): they stand unless Microsoft's pages state the same."""

EASTUS2 = "transcription of Microsoft's availability matrix of 2026-09-03, eastus2"
EUROPE = "transcription of Microsoft's availability matrix of 2026-09-20, four regions of the EU"
IN_EUROPE = "francecentral swedencentral switzerlandnorth westeurope"
SHORT = {
    "GS": "GlobalStandard",
    "DZS": "DataZoneStandard",
    "GPM": "GlobalProvisionedManaged",
    "DZPM": "DataZoneProvisionedManaged",
    "PM": "ProvisionedManaged",
    "S": "Standard",
}
ADDED = (
    # model, version, SKUs, regions, source, date
    ("gpt-5.6-luna", "2026-07-09", "GS DZS GPM DZPM PM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-5.6-sol", "2026-07-09", "GS DZS DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-5.6-terra", "2026-07-09", "GS DZS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-6-astra", "2026-09-03", "GS DZS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-chat-latest", "2026-08-06", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V4-Flash", "2026-04-23", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V4-Pro", "2026-04-23", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V4-Flash-0731", "2026-07-31", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("DeepSeek-V3.2", "1", "GS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-1-fast-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-1-fast-non-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-20-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4-20-non-reasoning", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4.3", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("grok-4.6", "", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Kimi-K2.5", "1", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Kimi-K2.6", "2026-04-20", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Kimi-K2.7-Code", "2026-06-12", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("Llama-3.3-70B-Instruct", "", "GS GPM DZPM", "eastus2", EASTUS2, "2026-09-03"),
    ("Mistral-Large-3", "1", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("mistral-medium-3-5", "", "GS DZS", "eastus2", EASTUS2, "2026-09-03"),
    ("cohere-command-a", "1", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("MAI-Thinking-1", "2026-06-01", "GS", "eastus2", EASTUS2, "2026-09-03"),
    ("gpt-5.6-luna", "2026-07-09", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
    ("gpt-5.6-sol", "2026-07-09", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
    ("gpt-5.6-terra", "2026-07-09", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
    ("gpt-5.4-mini", "2026-03-17", "GS DZS", IN_EUROPE, EUROPE, "2026-09-20"),
)
"""Regions beyond the full matrix of 2026-07 (grade C): a yes for those that they name, no answer for others."""

GROWN = {
    ("model-router", "2025-11-18"): "Global Standard in 32 regions and Data Zone Standard in 23 since 2026-11-11; "
    "which ones was not read",
}
"""Rows of the full matrix that Microsoft has said are longer now: they no longer say no."""

CREATE = {"GA": "open", "Preview": "open", "Legacy": "open", "Deprecated": "existing-subscriptions-only"}
"""Who may create a deployment, by the word that Microsoft printed, where the transcription counts the date instead."""

Row = Mapping[str, str]


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
            "source": _source(row["source"]),
            "date": row["source_date"],
            "grade": row["grade"],
            "note": row["note"],
        }


def _replacement_grade(row: Row) -> str:
    if not row["replacement_model"]:
        return ""
    return "C" if re.search(r"replacement (from a )?C\b|C replacement", row["note"]) else row["grade"]


def _source(text: str) -> str:
    """One spelling for Microsoft's repository of documentation, and the path after it."""
    named = re.sub(r"^azure-ai-docs", "MicrosoftDocs/azure-ai-docs", text)
    return re.sub(r" \(\d{4}-\d\d-\d\d( / \d{4}-\d\d-\d\d)?\)$", "", named)


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
                "source": ('"older chat models" without names, in ' if older else "") + _source(row["unit_source"]),
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
        about = {"source": _source(row["source"]), "date": row["source_date"], "grade": row["grade"]}
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
            "source": _source(row["source"].split(" (ms.date")[0].replace("azure-ai-docs: ", "azure-ai-docs, ")),
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
        "provisioned.csv": _written(provisioned(ptu_rows, [row["name"] for row in model_rows])),
    }


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
