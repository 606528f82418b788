"""What the catalog knows of models and no ARM document says: which are previews, and when each retires.

The definitions `preview-models` and `retiring-models` carry these as defaults of their parameters, in their files. So a
definition changes with a release of the catalog and never from one day to the next: the rule itself asks what day it
is, and a stack that was declared yesterday is declared alike today. `filled` makes the defaults anew, and writes the
catalog's date into the metadata. By that mark a rule that asks what day it is gets the market's day where that differs
from the real one, which it does in the sandbox: a rule and `check` never disagree on whether a model has retired.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.catalog.market import Market
from modelyard.catalog.model import ModelVersion
from modelyard.policy.documents.definition import CATALOG_DATE


def retirements(models: Iterable[ModelVersion]) -> dict[str, str]:
    """The day of retirement, as ISO writes it, of every model that has one.

    Of one that has retired on a day that nobody wrote down, it is the day of the source that says so.
    """
    days = {
        _called(each): each.retirement.isoformat() if each.retirement else each.date
        for each in models
        if each.retirement or each.lifecycle == "Retired"
    }
    return dict(sorted(days.items()))


def previews(models: Iterable[ModelVersion]) -> list[str]:
    """Every preview of the catalog."""
    return sorted(_called(model) for model in models if model.lifecycle == "Preview")


DEFAULTS: Mapping[str, tuple[str, Callable[[Iterable[ModelVersion]], Any]]] = {
    "preview-models": ("models", previews),
    "retiring-models": ("retirements", retirements),
}
"""By the definition's stem: the parameter that the catalog fills, and with what."""


def filled(stem: str, document: ArmDocument, market: Market) -> ArmDocument:
    """The definition with its default made from the catalog."""
    name, made = DEFAULTS[stem]
    properties = document["properties"]
    parameter = {**properties["parameters"][name], "defaultValue": made(market)}
    filled_in = {
        "metadata": {**properties["metadata"], CATALOG_DATE: market.date.isoformat()},
        "parameters": {**properties["parameters"], name: parameter},
    }
    return {"properties": {**properties, **filled_in}}


def _called(model: ModelVersion) -> str:
    """`format/name@version`; where nobody tells the versions `format/name`, which means all of them."""
    return f"{model.format}/{model.name}" + (f"@{model.version}" if model.version else "")
