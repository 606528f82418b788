"""One environment of EPAC (a pacSelector): which cloud and root scope it has, and what is left out everywhere in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.epac.failures import NoEnvironment
from modelyard.epac.repository import RepositorySource
from modelyard.files import JsonObject

NAMES = ("global-settings.jsonc", "global-settings.json")
FOLDER = re.compile(r"\w[\w .()-]*")

ROOT_KEYS = frozenset(
    {"pacOwnerId", "pacEnvironments", "telemetryOptOut", "globalNotScopes", "managedIdentityLocations"}
)
KEYS = frozenset(
    {
        "pacSelector", "cloud", "tenantId", "deploymentRootScope", "globalNotScopes", "managedIdentityLocation",
        "managedIdentityLocations", "desiredState", "deployedBy", "managedTenantId", "defaultContext",
        "skipResourceValidationForExemptions",
    }
)  # fmt: skip
"""Those after `managedIdentityLocations` say how EPAC deploys, and decide nothing about a resource."""


@dataclass(frozen=True, slots=True)
class Environment:
    """`root_scope` is where custom definitions stand. `disables_deprecated`: EPAC sets their effects to Disabled."""

    selector: str
    root_scope: str
    cloud: str = "AzureCloud"
    not_scopes: tuple[str, ...] = ()
    location: str = ""
    disables_deprecated: bool = True

    def definition_id(self, kind: str, name: str) -> str:
        """The id of a custom definition; `kind` is policyDefinitions or policySetDefinitions."""
        return f"{self.root_scope}/providers/Microsoft.Authorization/{kind}/{name}"


def folder(files: Iterable[str]) -> str:
    """Of paths, where the settings lie: the folder nearest to the root. Raises NoEnvironment."""
    found = [path for path in files if path.rpartition("/")[2] in NAMES]
    if not found:
        raise NoEnvironment.of(
            "epac.no-environment",
            problem="there is no global-settings.jsonc",
            allowed="the folder of an EPAC repository, or its folder Definitions",
        )
    return min(found, key=lambda path: (path.count("/"), path)).rpartition("/")[0]


def read(source: RepositorySource, selector: str) -> Environment:
    """The environment of that selector. Raises NoEnvironment."""
    path = next(f"{source.folder}{name}" for name in NAMES if f"{source.folder}{name}" in source.files)
    settings = source.document(path) or {}
    source.unknown(path, "$", settings, ROOT_KEYS)
    rows = _rows(settings)
    for at, row in enumerate(rows):
        if str(row.get("pacSelector")) == selector:
            return _environment(source, path, f"$.pacEnvironments[{at}]", row, settings)
    raise NoEnvironment.of(
        "epac.no-environment",
        problem=f"there is no environment '{selector}'" if selector else "which environment is meant isn't said",
        where=path,
        allowed=", ".join(str(row.get("pacSelector")) for row in rows),
    )


def only(source: RepositorySource) -> str:
    """The selector of the only environment; empty where there are several."""
    found = selectors(source)
    return next(iter(found)) if len(found) == 1 else ""


def selectors(source: RepositorySource) -> frozenset[str]:
    """Those of all environments."""
    path = next(f"{source.folder}{name}" for name in NAMES if f"{source.folder}{name}" in source.files)
    return frozenset(str(row.get("pacSelector")) for row in _rows(source.document(path) or {}))


def _rows(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for row in settings.get("pacEnvironments") or () if isinstance(row, dict)]


def _environment(source: RepositorySource, path: str, place: str, row: JsonObject, settings: JsonObject) -> Environment:
    source.unknown(path, place, row, KEYS)
    selector, root = str(row["pacSelector"]), row.get("deploymentRootScope")
    if not isinstance(root, str) or not root.startswith("/"):
        source.refuse(path, f"{place}.deploymentRootScope", "there is no root scope")
    state = row.get("desiredState")
    written = [*_selected(row.get("globalNotScopes"), selector), *_selected(settings.get("globalNotScopes"), selector)]
    if not FOLDER.fullmatch(selector):
        source.refuse(path, f"{place}.pacSelector", f"'{selector}' can't be the name of a folder of exemptions")
    location = one(row.get("managedIdentityLocation") or row.get("managedIdentityLocations"), selector)
    return Environment(
        selector,
        str(root or "").rstrip("/"),
        str(row.get("cloud") or "AzureCloud"),
        not_scopes(source, path, f"{place}.globalNotScopes", written),
        str(location or one(settings.get("managedIdentityLocations"), selector) or ""),
        not (isinstance(state, dict) and state.get("doNotDisableDeprecatedPolicies") is True),
    )


def _selected(written: Any, selector: str) -> list[Any]:
    """Settings of an environment were a list for each selector before version 10 of EPAC, and are one list since."""
    return written if isinstance(written, list) else many(written, selector)


def many(written: Any, selector: str) -> list[Any]:
    """What a node says for this environment, and for all of them (`*`)."""
    if not isinstance(written, Mapping):
        return []
    found: list[Any] = []
    for key in (selector, "*"):
        value = written.get(key)
        found += value if isinstance(value, list) else [] if value is None else [value]
    return found


def one(written: Any, selector: str) -> Any:
    """What a node says for this environment, else for all of them; text that stands alone is for all."""
    if isinstance(written, Mapping):
        return written.get(selector, written.get("*"))
    return written


def not_scopes(source: RepositorySource, path: str, place: str, written: list[Any]) -> tuple[str, ...]:
    """Excluded scopes; a pattern of resource groups stays one. Names of subscriptions aren't at hand here."""
    found = []
    for each in written:
        scope = str(each)
        if "subscriptionsPattern" in scope:
            source.refuse(
                path, place, f"'{scope}' goes by names of subscriptions, which only Azure knows",
                remedy="name the subscriptions by id",
            )  # fmt: skip
        elif not scope.startswith("/"):
            source.refuse(path, place, f"'{scope}' is no scope")
        else:
            found.append(scope.replace("/resourceGroupPatterns/", "/subscriptions/*/resourceGroups/"))
    return tuple(dict.fromkeys(found))
