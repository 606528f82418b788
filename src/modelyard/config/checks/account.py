"""What a reader of the stack should know about its account, and rules of its network that Azure refuses."""

from ipaddress import IPv4Network

from modelyard.config.account import Account
from modelyard.config.finding_collector import Collector
from modelyard.config.stack import Draft

NOT_PUBLIC = {
    "10.0.0.0/8": "a private network",
    "172.16.0.0/12": "a private network",
    "192.168.0.0/16": "a private network",
    "100.64.0.0/10": "the shared address space of carriers",
    "127.0.0.0/8": "a machine itself",
    "169.254.0.0/16": "one link",
}
"""Ranges that ipRules can't have: Azure allows public internet addresses only (Microsoft docs, Configure virtual
networks for Azure AI services, A for the private ones)."""


def check(draft: Draft, collector: Collector) -> None:
    if draft.account is None:
        return
    if not draft.account.disable_local_auth:
        collector.add(
            "config.keys-on",
            ("account", "disableLocalAuth"),
            "keys are on: whoever holds one has access",
            found="disableLocalAuth: false",
            remedy="leave it out where clients can use Entra tokens",
            of_value=True,
        )
    _addresses(draft.account, collector)


def _addresses(account: Account, collector: Collector) -> None:
    rules = account.network.network_acls.ip_rules if account.network.network_acls else ()
    for index, rule in enumerate(rules):
        try:
            written = IPv4Network(rule.value, strict=False)
        except ValueError:  # a number over 255, which the pattern of addresses refuses by itself
            continue
        for network, belongs_to in NOT_PUBLIC.items():
            if written.subnet_of(IPv4Network(network)):
                collector.add(
                    "config.ip-rule-not-public",
                    ("account", "network", "networkAcls", "ipRules", index, "value"),
                    f"{rule.value} belongs to {belongs_to}, and rules are for addresses of the internet",
                    found=rule.value,
                    allowed="public addresses and ranges",
                    remedy="name the public address that the callers come from, or let their subnet in by "
                    "virtualNetworkRules or a private endpoint",
                    of_value=True,
                )
