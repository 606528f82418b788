"""Every finding a stack file can earn, by its stable code: how much it weighs, and why it matters.

An error must be mended before anything is declared. A warning is likely wrong, or will be soon. A note says what the
reader should know; what the catalog doesn't know is never more than that.
"""

from dataclasses import dataclass

from modelyard.findings import Severity

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `explanation` is what `explain` and the docs print."""

    code: str
    severity: Severity
    title: str
    explanation: str


# fmt: off - one entry reads as one paragraph
CODES: dict[str, Code] = {
    entry[0]: Code(*entry)
    for entry in (
        # The file as YAML
        (
            "config.yaml-syntax",
            E,
            "Not YAML",
            "The file can't be read as YAML, so nothing else in it could be checked.",
        ),
        (
            "config.yaml-tab",
            E,
            "Tab in the indentation",
            "YAML forbids tabs in indentation. Most editors can be told to insert spaces.",
        ),
        (
            "config.yaml-documents",
            E,
            "Several documents in one file",
            "Pulumi reads one document from a stack file; what stands after `---` would be ignored or refused.",
        ),
        (
            "config.yaml-alias",
            E,
            "Alias or merge key",
            (
                "Anchors, aliases and `<<` are lost or written out when Pulumi rewrites the file. Layers do the same "
                "job and survive."
            ),
        ),
        (
            "config.yaml-tag",
            E,
            "YAML tag",
            ("A tag such as !!str or !include changes how a value is read; Pulumi drops it when it rewrites the file."),
        ),
        (
            "config.duplicate-key",
            E,
            "The same key twice",
            "YAML libraries disagree on which one counts. Most keep the last silently.",
        ),
        (
            "config.empty-value",
            E,
            "Key without a value",
            (
                "An empty value is null in YAML, and here null removes what a layer has set. So it has to be written: "
                "null."
            ),
        ),
        (
            "config.unquoted-text",
            E,
            "Text that YAML takes for something else",
            (
                "Pulumi reads the file with YAML's types and writes it back: 2024-11-20 becomes a timestamp, 1.10 "
                "becomes 1.1. Quotes keep the text."
            ),
        ),
        # What is written where
        (
            "config.unknown-key",
            E,
            "Unknown key",
            (
                "Nothing is known under this name, so it would have no effect. Tools that ignore such keys deploy "
                "something else than was meant."
            ),
        ),
        (
            "config.misplaced-key",
            E,
            "Key in the wrong place",
            (
                "The key exists, but elsewhere. ARM itself drops a `sku` that stands too deep and silently uses "
                "Standard."
            ),
        ),
        (
            "config.missing-key",
            E,
            "Required key missing",
            "The key has no default, because no default would be right for everybody.",
        ),
        (
            "config.wrong-type",
            E,
            "Value of the wrong type",
            "The key expects another type of value: text, a whole number, true or false, a list or a map.",
        ),
        (
            "config.value-not-allowed",
            E,
            "Value not allowed",
            "The key takes one of a few values, or a number within limits.",
        ),
        (
            "config.name-not-allowed",
            E,
            "Name not allowed",
            "Azure refuses the name. It would say so only after minutes of deployment.",
        ),
        (
            "config.name-twice",
            E,
            "Two resources of the same name",
            "Azure compares names without regard to case, so the second would overwrite the first.",
        ),
        (
            "config.secret-not-allowed",
            E,
            "A secret where none can be",
            "The value becomes part of a name or of plain properties in Azure, where it can't be kept secret.",
        ),
        (
            "config.plain-secret",
            E,
            "Secret in plain text",
            "The stack file is committed. A credential in it must be encrypted, or better: not be there at all.",
        ),
        (
            "config.identity-incomplete",
            E,
            "Identity incomplete",
            (
                "User-assigned identities are named exactly when the type of identity says so; ARM refuses anything "
                "else."
            ),
        ),
        (
            "config.rate-limit-empty",
            E,
            "Rate limit without a rate",
            "A rate limit has to say tokens or requests a minute to be turned into capacity.",
        ),
        # Layers and values
        (
            "config.layer-missing",
            E,
            "Layer missing",
            "The stack builds on a layer whose file isn't there.",
        ),
        (
            "config.layer-cycle",
            E,
            "Layers in a circle",
            "A layer builds on itself by way of others, so no order of merging exists.",
        ),
        (
            "config.layer-foreign-key",
            E,
            "Foreign key in a layer",
            (
                "Pulumi reads the stack's own file and no layers. Keys of other namespaces, and Pulumi's own, would "
                "have no effect in a layer."
            ),
        ),
        (
            "config.layer-secret",
            E,
            "Secret in a layer",
            "A secret is encrypted with the key of one stack; Pulumi reads no layers, so nobody could decrypt it.",
        ),
        (
            "config.value-differs",
            E,
            "Value differs from the file",
            (
                "Pulumi was given another value than the file holds, with -c or from an environment. What is deployed "
                "must be what was reviewed."
            ),
        ),
        # The model
        (
            "config.model-version-missing",
            E,
            "Model without a version",
            "Left out, Azure picks a default version, which may have expired and changes without notice.",
        ),
        (
            "config.model-format-unknown",
            E,
            "Format of the model unknown",
            "The short form leaves ARM's format to the catalog, which doesn't know this name.",
        ),
        (
            "config.model-format-inferred",
            N,
            "Format of the model inferred",
            "No source states ARM's format for this model; the publisher's name is used.",
        ),
        (
            "config.model-format-differs",
            W,
            "Format of the model differs from the catalog",
            (
                "The catalog has this model under another format. Azure refuses a model it doesn't find under the "
                "format."
            ),
        ),
        (
            "config.model-spelling",
            E,
            "Spelling of the model",
            "The catalog has this name with other capitals.",
        ),
        (
            "config.model-unknown",
            N,
            "Model unknown to the catalog",
            (
                "The catalog is dated; a newer model, a fine-tuned one or a private offer isn't in it. Nothing could "
                "be checked about it."
            ),
        ),
        (
            "config.version-unknown",
            W,
            "Version unknown to the catalog",
            "The catalog knows the model and not this version: newer than the catalog, or mistyped.",
        ),
        (
            "config.model-retired",
            E,
            "Model retired",
            "Azure refuses new deployments of a retired model, and existing ones answer with an error.",
        ),
        (
            "config.model-deprecating",
            W,
            "Model closed to new customers",
            "Azure refuses to create a deployment in subscriptions that have none of this model yet.",
        ),
        (
            "config.model-retires-soon",
            W,
            "Model retires within 90 days",
            "After that day its deployments answer with an error.",
        ),
        # SKU and region
        (
            "config.sku-unknown",
            W,
            "Deployment SKU unknown",
            "Not one of the SKUs that Azure documents: newer than the catalog, or mistyped.",
        ),
        (
            "config.sku-not-offered",
            E,
            "SKU not offered for the model",
            "Microsoft's availability matrices cover the model and don't list this SKU for it.",
        ),
        (
            "config.offer-unknown",
            N,
            "Offer unknown to the catalog",
            ("No published table covers this model, SKU and region, so whether Azure offers it could not be checked."),
        ),
        (
            "config.region-not-offered",
            E,
            "Not offered in the region",
            "Microsoft's availability matrices list the model and SKU in other regions only.",
        ),
        # Capacity
        (
            "config.capacity-missing",
            E,
            "Neither capacity nor rate limit",
            "A deployment without capacity gets the smallest there is, which serves almost nobody.",
        ),
        (
            "config.unit-unknown",
            E,
            "Rate limit without a known unit",
            (
                "Nobody publishes what one unit of capacity is for this model and SKU, so a rate can't be turned into "
                "capacity."
            ),
        ),
        (
            "config.unit-inferred",
            W,
            "Unit of capacity inferred",
            (
                "No source states the unit for this model. It is inferred from the quota table, where tokens and "
                "requests stand in the same ratio; Azure's reply after deployment is the truth, and the smoke test "
                "compares it."
            ),
        ),
        (
            "config.rate-limit-inexact",
            E,
            "Rate limit between two capacities",
            "Capacity comes in whole units, so the rate asked for can't be had exactly.",
        ),
        (
            "config.rate-limit-disagrees",
            E,
            "Tokens and requests disagree",
            "Tokens and requests a minute come together in one unit; these two need different capacities.",
        ),
        (
            "config.capacity-disagrees",
            E,
            "Capacity and rate limit disagree",
            "Both are stated, and the rate limit comes to another capacity.",
        ),
        (
            "config.provisioned-size",
            E,
            "Size not on sale",
            "Provisioned throughput is sold from a minimum upwards in fixed steps.",
        ),
        (
            "config.above-tier-1-quota",
            N,
            "More than a tier 1 subscription gets",
            (
                "New subscriptions start in quota tier 1. With less quota than asked for, Azure answers "
                "InsufficientQuota."
            ),
        ),
        (
            "config.too-many-deployments",
            E,
            "Too many deployments",
            "Azure allows 32 standard deployments on one account.",
        ),
        # What the reader should know
        (
            "config.version-moves",
            N,
            "Azure may move the version",
            "With this option Azure upgrades the deployment past the version stated here.",
        ),
        (
            "config.keys-on",
            N,
            "Keys are on",
            (
                "Whoever holds a key has access, without a name and until it is rotated. Entra tokens work with keys "
                "off."
            ),
        ),
        (
            "config.region-unknown",
            N,
            "Region unknown to the catalog",
            "The region is in no availability matrix, so nothing could be checked about it.",
        ),
    )
}
# fmt: on
