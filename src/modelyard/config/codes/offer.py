"""What Azure offers: SKUs and regions."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    warning(
        "config.sku-unknown",
        "Unknown deployment SKU",
        "Not one of the SKUs that Azure documents: newer than the catalog, or mistyped.",
    ),
    error(
        "config.sku-not-offered",
        "SKU not offered for the model",
        "Microsoft's availability matrices cover the model and don't list this SKU for it.",
    ),
    note(
        "config.offer-unknown",
        "No published table covers this model, SKU and region",
        "No published table covers this model, SKU and region, so whether Azure offers it could not be checked.",
    ),
    error(
        "config.region-not-offered",
        "Model and SKU not offered in the region",
        "Microsoft's availability matrices list the model and SKU in other regions only.",
    ),
)
