"""Regions as ARM names them, and which there are for the sandbox.

The names are those of Azure's public regions with AI services (recalled, R); the market's matrices add what they name.
"""

from functools import cache

from modelyard.catalog.market import Market

PUBLIC = (
    "australiaeast brazilsouth canadacentral canadaeast centralindia centralus eastasia eastus eastus2 francecentral "
    "germanywestcentral italynorth japaneast japanwest koreacentral northcentralus northeurope norwayeast "
    "polandcentral southafricanorth southcentralus southeastasia southindia spaincentral swedencentral "
    "switzerlandnorth switzerlandwest uaenorth uksouth ukwest westcentralus westeurope westus westus2 westus3"
)


def normal(location: object) -> str:
    """The name as ARM compares it: `Sweden Central` is `swedencentral`."""
    return str(location).replace(" ", "").lower()


@cache
def regions() -> tuple[str, ...]:
    """Every region there is, in alphabetical order."""
    return tuple(sorted({*PUBLIC.split(), *Market.load().regions()}))
