"""What Azure offers: SKUs and regions."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    warning(
        "config.sku-unknown",
        "Deployment SKU unknown",
        "Not one of the SKUs that Azure documents: newer than the catalog, or mistyped.",
    ),
    error(
        "config.sku-not-offered",
        "SKU not offered for the model",
        "Microsoft's availability matrices cover the model and don't list this SKU for it.",
    ),
    note(
        "config.offer-unknown",
        "Offer unknown to the catalog",
        "No published table covers this model, SKU and region, so whether Azure offers it could not be checked.",
    ),
    error(
        "config.region-not-offered",
        "Not offered in the region",
        "Microsoft's availability matrices list the model and SKU in other regions only.",
    ),
)
