"""Policies, initiatives and exemptions."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    error(
        "config.policy-unknown",
        "Unknown policy definition",
        "No built-in, no file and no initiative has this name, so there is nothing to assign.",
    ),
    note(
        "config.policy-not-in-catalog",
        "Policy definition that is not in the catalog",
        "The catalog holds the built-ins that matter to AI services; another one may be assigned by its GUID, and "
        "nothing could be checked about its parameters.",
    ),
    error(
        "config.policy-deprecated",
        "Deprecated policy definition",
        "Azure keeps deprecated built-ins for those who have assigned them. Their effect is mostly Disabled.",
    ),
    note(
        "config.policy-in-data-plane",
        "Policy definition for the data plane",
        "Definitions of the mode Microsoft.CognitiveServices.Data were reported to stop deployments in the portal and "
        "to let those pass that are made by API. Pair such a one with a definition of mode All.",
    ),
    error(
        "config.policy-file-unreadable",
        "Unreadable policy definition",
        "The file is declared as it is, so Azure would refuse it.",
    ),
    error(
        "config.policy-parameter-unknown",
        "Unknown policy parameter",
        "Azure refuses an assignment that gives a value to a parameter the definition doesn't have.",
    ),
    error(
        "config.policy-parameter-missing",
        "Missing policy parameter",
        "The parameter has no default, and Azure refuses an assignment without it.",
    ),
    error(
        "config.policy-parameter-not-allowed",
        "Value not allowed for a policy parameter",
        "The definition states type and allowed values of each parameter, and Azure holds assignments to them.",
    ),
    error(
        "config.policy-effect-not-allowed",
        "Policy effect not allowed",
        "Most definitions let an assignment choose among a few effects. Many audits can't be made to deny.",
    ),
    error(
        "config.override-reference-unknown",
        "Override of a definition that the initiative does not have",
        "An override that names no definition of the initiative changes nothing, and nobody is told.",
    ),
    error(
        "config.selector-not-possible",
        "Resource selector that Azure does not allow",
        "A selector takes in or notIn; in one group each kind stands once, and one kind of location; only the members "
        "of an initiative have reference ids. Azure refuses the rest.",
    ),
    error(
        "config.initiative-reference-twice",
        "Duplicate reference id in an initiative",
        "Exemptions, messages and reports name a definition of an initiative by its reference id.",
    ),
    error(
        "config.exemption-policy-unknown",
        "Exemption from an unknown policy",
        "An exemption names an entry of policies.",
    ),
    error(
        "config.exemption-reference-unknown",
        "Exemption from a definition that the initiative does not have",
        "Azure refuses an exemption that names a definition which the initiative doesn't hold.",
    ),
    error(
        "config.exemption-above-policy",
        "Exemption at a scope above its policy",
        "Azure refuses an exemption that stands above the scope of the assignment from which it exempts.",
    ),
    warning(
        "config.exemption-expired",
        "Exemption expired",
        "Azure keeps an expired exemption and no longer honours it, so what it covered is refused or reported again.",
    ),
    warning(
        "config.exemption-unlimited",
        "Waiver without an expiry date",
        "A waiver says that a policy isn't met for now. Without a day it is forgotten and becomes permanent.",
    ),
    error(
        "config.date-not-valid",
        "Date that does not exist",
        "The day isn't on the calendar, or the time isn't on the clock.",
    ),
)
