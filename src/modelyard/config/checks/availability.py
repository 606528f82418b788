"""Does Azure offer the model with this SKU, in this region? Only a table that covers the question can say no."""

from modelyard.catalog import regions
from modelyard.catalog.answer import Answer, Certainty
from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS, Billing
from modelyard.config.checks.model import known
from modelyard.config.finding_collector import Collector
from modelyard.config.stack import Draft

FINE_TUNED = "deploy a fine-tuned model with it, under its own name; a base model takes another SKU"


def check(draft: Draft, market: Market, collector: Collector) -> None:
    location = draft.location
    if location is not None and location not in market.regions():
        _unknown_region(location, collector)
        location = None
    for key, deployment in draft.deployments.items():
        at = ("deployments", key, "sku")
        if deployment.sku not in market.skus():
            _unknown_sku(deployment.sku, at, market, collector)
            continue
        entry = known(deployment.model, market)
        if entry is None:
            continue
        offered = market.offers(entry, deployment.sku, location)
        if market.offers(entry, deployment.sku).known is Certainty.NO:
            collector.add(
                "config.sku-not-offered",
                at,
                f"{entry} isn't offered with {deployment.sku}",
                found=deployment.sku,
                allowed=", ".join(sku for sku in market.skus() if sku in entry.skus),
                remedy=FINE_TUNED if SKUS[deployment.sku].billing is Billing.DEVELOPER else _source(offered),
                of_value=True,
            )
        elif offered.known is Certainty.NO:
            collector.add(
                "config.region-not-offered",
                at,
                f"{entry} with {deployment.sku} isn't offered in {location}",
                found=f"{deployment.sku} in {location}",
                allowed=", ".join(sorted(market.regions_of(entry, deployment.sku))),
                remedy=_source(offered),
                of_value=True,
            )
        elif offered.known is Certainty.UNKNOWN:
            collector.add(
                "config.offer-unknown",
                at,
                f"no published table says whether {entry} is offered with {deployment.sku}",
                found=deployment.sku,
                remedy=f"find out with `{market.offers(entry, deployment.sku, draft.location).how_to_find_out}`",
                of_value=True,
            )


def _source(answer: Answer) -> str:
    return f"choose one of these (as of {answer.date or 'an undated table'}, {answer.source.rsplit('/', 1)[-1]})"


def _unknown_region(location: str, collector: Collector) -> None:
    at = ("azure-native:location",)
    name = regions.normal(location)
    if cloud := regions.other_cloud(name):
        collector.add(
            "config.region-of-another-cloud",
            at,
            f"{location} is a region of {cloud}, a cloud of its own",
            found=location,
            allowed="a region of the public cloud",
            remedy="choose a region of the public cloud, such as swedencentral",
            of_value=True,
        )
    elif regions.wrong(name):
        slip = regions.misspelt(name)
        collector.add(
            "config.region-misspelt",
            at,
            f"Azure has no region {location}",
            found=location,
            remedy=f"write {slip}" if slip else "write a region as `az account list-locations` names it",
            of_value=True,
        )
    else:
        collector.add(
            "config.region-unknown",
            at,
            f"no availability matrix has the region {location}",
            found=location,
            remedy=(f"did you mean {near}? Else find" if (near := regions.meant(name)) not in ("", name) else "find")
            + f" out with `az cognitiveservices model list -l {location}`",
            of_value=True,
        )


def _unknown_sku(sku: str, at: tuple[str, ...], market: Market, collector: Collector) -> None:
    from difflib import get_close_matches

    by_folded = {known_sku.casefold(): known_sku for known_sku in market.skus()}
    close = get_close_matches(sku.casefold(), by_folded, n=1)
    collector.add(
        "config.sku-unknown",
        at,
        f"{sku} isn't a deployment SKU that Azure documents",
        found=sku,
        allowed=", ".join(market.skus()),
        remedy=f"did you mean {by_folded[close[0]]}?" if close else "correct it, or go on if the SKU is a newer one",
        of_value=True,
    )
