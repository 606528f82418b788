"""The account's network rules, as azure-native takes them."""

from pulumi_azure_native import cognitiveservices

from modelyard.config.network import NetworkAcls


def network_acls(acls: NetworkAcls | None) -> cognitiveservices.NetworkRuleSetArgs | None:
    """The rules of the stack; None leaves them to Azure."""
    if acls is None:
        return None
    return cognitiveservices.NetworkRuleSetArgs(
        default_action=acls.default_action,
        bypass=acls.bypass,
        ip_rules=[cognitiveservices.IpRuleArgs(value=rule.value) for rule in acls.ip_rules],
        virtual_network_rules=[
            cognitiveservices.VirtualNetworkRuleArgs(
                id=rule.id, ignore_missing_vnet_service_endpoint=rule.ignore_missing_vnet_service_endpoint
            )
            for rule in acls.virtual_network_rules
        ],
    )
