"""A repository of EPAC to be read: the example, and small ones made of Python values."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from modelyard.epac import reader, repository_files
from modelyard.epac.reader import Repository

EXAMPLE = Path(__file__).parent.parent / "examples" / "epac"
ROOT = "/providers/Microsoft.Management/managementGroups/contoso"
Read = Callable[..., Repository]


@pytest.fixture
def example() -> Repository:
    """The example's environment `tenant`."""
    return reader.read(repository_files.files(EXAMPLE), "tenant", "example")


def definition(name: str) -> dict[str, Any]:
    """One that denies every account unless told otherwise."""
    return {
        "name": name,
        "properties": {
            "displayName": name,
            "mode": "All",
            "parameters": {"effect": {"type": "String", "defaultValue": "Deny", "allowedValues": ["Deny", "Audit"]}},
            "policyRule": {
                "if": {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"},
                "then": {"effect": "[parameters('effect')]"},
            },
        },
    }


@pytest.fixture
def read() -> Read:
    """Reads a repository of `path=value`; a text is taken as it is, and `one` is there as a definition."""

    def reads(files: Mapping[str, Any], settings: Mapping[str, Any] | None = None, **environment: Any) -> Repository:
        row = {"pacSelector": "tenant", "cloud": "AzureCloud", "deploymentRootScope": ROOT} | environment
        whole = {
            "global-settings.jsonc": {"pacOwnerId": "us", "pacEnvironments": [row]} | dict(settings or {}),
            "policyDefinitions/one.json": definition("one"),
        } | dict(files)
        texts = {path: each if isinstance(each, str) else json.dumps(each) for path, each in whole.items()}
        return reader.read(texts, "tenant", "made")

    return reads
