"""The naming rules: what Azure accepts as a name, as a pattern for machines and in words for people.

Sources: Microsoft's resource name rules (accounts, resource groups, tags, policies; grade A); its pages on policy
definitions, assignments and exemptions (lengths of what people read; grade A); its how-to on blocklists (their
characters; grade A); DNS for subdomains; for deployments the rule the portal states, and for content filters and the
lengths of blocklists the same (recalled, grade R: the REST specification sets none).
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from modelyard.catalog.sku import spelled
from modelyard.config.scalar import as_text
from modelyard.destination import TargetName

RULES: dict[str, str] = {
    "account name": "2 to 64 letters, digits and hyphens, starting and ending with a letter or digit",
    "subdomain": "2 to 63 lower-case letters, digits and hyphens, starting and ending with a letter or digit",
    "resource group name": "1 to 90 letters, digits and . _ - ( ), not ending with a full stop",
    "deployment name": "2 to 64 letters, digits and . _ -, starting and ending with a letter or digit",
    "deployment SKU": "letters and digits, starting with a letter, such as GlobalStandard",
    "content filter name": "1 to 64 letters, digits and . _ -, starting with a letter or digit",
    "blocklist name": "1 to 64 letters, digits and - . _ ~",
    "policy name": "1 to 64 letters, digits and _ -, starting with a letter or digit",
    "display name": "at most 128 characters",
    "description": "at most 512 characters",
    "key": "letters, digits and . _ -, starting with a letter or digit",
    "tag name": "1 to 512 characters without < > % & \\ ? /",
    "tag value": "at most 256 characters",
    "layer name": "lower-case letters, digits and . _ -, as in stacks/layers/<name>.yaml",
    "identity id": "the ARM id of a user-assigned identity: /subscriptions/…/userAssignedIdentities/<name>",
    "subnet id": "the ARM id of a subnet: /subscriptions/…/virtualNetworks/<name>/subnets/<name>",
    "address": "an IPv4 address or a range down to /30, such as 203.0.113.7 or 203.0.113.0/24",
    "region": "a region as ARM spells it: lower case, no spaces (swedencentral)",
    "subscription id": "a subscription id: 32 hexadecimal digits in five groups",
    "assignment name": "a GUID: 32 hexadecimal digits in five groups",
    "object id": "an object id of Entra: 32 hexadecimal digits in five groups; not an application (client) id",
    "resource type": "a type of resources as ARM has it, such as Microsoft.CognitiveServices/accounts",
    "action": "an action such as Microsoft.CognitiveServices/accounts/read; * stands for any part",
    "scope id": "an ARM id: /subscriptions/… or /providers/…",
    "assignable scope": "resourceGroup, subscription, or an ARM id: /subscriptions/… or /providers/…",
    "policy scope": "resourceGroup, subscription, or managementGroups/<name>: 1 to 90 letters, digits and . _ - ( ), "
    "starting with a letter or digit and not ending with a full stop",
    "exemption scope": "account, resourceGroup, subscription, or managementGroups/<name>",
    "date": "a day (2027-01-31) or a time in UTC (2027-01-31T12:00:00Z), in quotes",
}

_PART = r"[^/]+"
_GROUP = rf"/subscriptions/{_PART}/resource[gG]roups/{_PART}/providers"
_ABOVE = r"[A-Za-z0-9](?:[A-Za-z0-9._()-]{0,88}[A-Za-z0-9_()-])?"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

PATTERNS: dict[str, str] = {
    "account name": r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}[A-Za-z0-9]$",
    "subdomain": r"^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$",
    "resource group name": r"^[A-Za-z0-9._()-]{0,89}[A-Za-z0-9_()-]$",
    "deployment name": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]$",
    "deployment SKU": r"^[A-Za-z][A-Za-z0-9]*$",
    "content filter name": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
    "blocklist name": r"^[A-Za-z0-9._~-]{1,64}$",
    "policy name": r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
    "display name": r"^[\s\S]{0,128}$",
    "description": r"^[\s\S]{0,512}$",
    "key": r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    "tag name": r"^[^<>%&\\?/]{1,512}$",
    "tag value": r"^[\s\S]{0,256}$",
    "layer name": r"^[a-z0-9][a-z0-9._-]*$",
    "identity id": rf"^{_GROUP}/Microsoft\.ManagedIdentity/userAssignedIdentities/{_PART}$",
    "subnet id": rf"^{_GROUP}/Microsoft\.Network/virtualNetworks/{_PART}/subnets/{_PART}$",
    "address": rf"^{_BYTE}(?:\.{_BYTE}){{3}}(?:/(?:[0-9]|[12][0-9]|30))?$",
    "region": r"^[a-z][a-z0-9]+$",
    "subscription id": r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    "assignment name": r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "object id": r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "resource type": r"^[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*(?:/[A-Za-z0-9._-]+)+$",
    "action": r"^(?:\*|[A-Za-z*][A-Za-z0-9.*]*(?:/[A-Za-z0-9.*_-]+)+)$",
    "scope id": r"^/(?:subscriptions|providers)/.*[^/]$",
    "assignable scope": r"^(?:resourceGroup|subscription|/(?:subscriptions|providers)/.*[^/])$",
    "policy scope": rf"^(?:resourceGroup|subscription|managementGroups/{_ABOVE})$",
    "exemption scope": rf"^(?:account|resourceGroup|subscription|managementGroups/{_ABOVE})$",
    "date": r"^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$",
}

RULE_OF_PATTERN = {pattern: rule for rule, pattern in PATTERNS.items()}

AccountName = Annotated[str, StringConstraints(pattern=PATTERNS["account name"]), BeforeValidator(as_text)]
Subdomain = Annotated[str, StringConstraints(pattern=PATTERNS["subdomain"]), BeforeValidator(as_text)]
ResourceGroupName = Annotated[str, StringConstraints(pattern=PATTERNS["resource group name"]), BeforeValidator(as_text)]
DeploymentName = Annotated[str, StringConstraints(pattern=PATTERNS["deployment name"]), BeforeValidator(as_text)]
TagName = Annotated[str, StringConstraints(pattern=PATTERNS["tag name"]), BeforeValidator(as_text)]
TagValue = Annotated[str, StringConstraints(pattern=PATTERNS["tag value"]), BeforeValidator(as_text)]
LayerName = Annotated[str, StringConstraints(pattern=PATTERNS["layer name"]), BeforeValidator(as_text)]
IdentityId = Annotated[str, StringConstraints(pattern=PATTERNS["identity id"]), BeforeValidator(as_text)]
SubnetId = Annotated[str, StringConstraints(pattern=PATTERNS["subnet id"]), BeforeValidator(as_text)]
Address = Annotated[str, StringConstraints(pattern=PATTERNS["address"]), BeforeValidator(as_text)]
Region = Annotated[str, StringConstraints(pattern=PATTERNS["region"]), BeforeValidator(as_text)]
SubscriptionId = Annotated[str, StringConstraints(pattern=PATTERNS["subscription id"]), BeforeValidator(as_text)]
DeploymentSku = Annotated[
    str, StringConstraints(pattern=PATTERNS["deployment SKU"]), BeforeValidator(as_text), AfterValidator(spelled)
]
ContentFilterName = Annotated[str, StringConstraints(pattern=PATTERNS["content filter name"]), BeforeValidator(as_text)]
BlocklistName = Annotated[str, StringConstraints(pattern=PATTERNS["blocklist name"]), BeforeValidator(as_text)]
PolicyName = Annotated[str, StringConstraints(pattern=PATTERNS["policy name"]), BeforeValidator(as_text)]
DisplayName = Annotated[str, StringConstraints(pattern=PATTERNS["display name"]), BeforeValidator(as_text)]
Description = Annotated[str, StringConstraints(pattern=PATTERNS["description"]), BeforeValidator(as_text)]
Key = Annotated[str, StringConstraints(pattern=PATTERNS["key"]), BeforeValidator(as_text)]
ObjectId = Annotated[str, StringConstraints(pattern=PATTERNS["object id"]), BeforeValidator(as_text)]
ObjectGuid = Annotated[str, StringConstraints(pattern=PATTERNS["assignment name"]), BeforeValidator(as_text)]
Action = Annotated[str, StringConstraints(pattern=PATTERNS["action"]), BeforeValidator(as_text)]
ScopeId = Annotated[str, StringConstraints(pattern=PATTERNS["scope id"]), BeforeValidator(as_text)]
AssignableScope = Annotated[str, StringConstraints(pattern=PATTERNS["assignable scope"]), BeforeValidator(as_text)]
PolicyScope = Annotated[str, StringConstraints(pattern=PATTERNS["policy scope"]), BeforeValidator(as_text)]
ExemptionScope = Annotated[str, StringConstraints(pattern=PATTERNS["exemption scope"]), BeforeValidator(as_text)]
Date = Annotated[str, StringConstraints(pattern=PATTERNS["date"]), BeforeValidator(as_text)]
StackTarget = Annotated[TargetName, BeforeValidator(as_text)]


Tags = Annotated[dict[TagName, TagValue], Field(max_length=50)]
"""Azure allows 50 on a resource, and compares their names without regard to case."""
