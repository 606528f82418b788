"""Ranges of IP addresses: ipRangeContains, which only policy has, and ARM's CIDR functions."""

import ipaddress
from typing import Any

from modelyard.files import JsonDocument
from modelyard.policy.language.functions.table import Function, brief, integer, text
from modelyard.policy.language.unknown import EvaluationFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def bounds(written: str) -> tuple[Address, Address]:
    """First and last address of `10.0.0.0`, `10.0.0.0/24` or `10.0.0.1-10.0.0.9`."""
    try:
        if "-" in written:
            low, _, high = written.partition("-")
            first, last = ipaddress.ip_address(low.strip()), ipaddress.ip_address(high.strip())
        else:
            network = ipaddress.ip_network(written.strip(), strict=False)
            first, last = network[0], network[-1]
    except ValueError as wrong:
        raise EvaluationFailed(f"{brief(written)} is no range of IP addresses") from wrong
    if first.version != last.version or int(first) > int(last):
        raise EvaluationFailed(f"{brief(written)} is an empty range of IP addresses")
    return first, last


def range_contains(outer: Any, inner: Any) -> bool:
    """Whether the second range lies in the first. Fails when they are of different families (Microsoft docs, A)."""
    low, high = bounds(text("ipRangeContains", outer))
    first, last = bounds(text("ipRangeContains", inner))
    if low.version != first.version:
        raise EvaluationFailed("ipRangeContains() can't mix families of IP addresses")
    return int(low) <= int(first) and int(last) <= int(high)


def _network(name: str, value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text(name, value), strict=False)
    except ValueError as wrong:
        raise EvaluationFailed(f"{name}() can't read {brief(value)} as a network") from wrong


def parse_cidr(value: Any) -> JsonDocument:
    network = _network("parseCidr", value)
    first, last = int(network[0]), int(network[-1])
    usable = (first + 1, last - 1) if last - first > 1 else (first, last)
    return {
        "network": str(network.network_address),
        "netmask": str(network.netmask),
        "broadcast": str(network[-1]),
        "firstUsable": str(type(network[0])(usable[0])),
        "lastUsable": str(type(network[0])(usable[1])),
        "cidr": network.prefixlen,
    }


def subnet(value: Any, prefix: Any, index: Any) -> str:
    network, prefix, index = _network("cidrSubnet", value), integer("cidrSubnet", prefix), integer("cidrSubnet", index)
    size = network.max_prefixlen - prefix
    count = 1 << (prefix - network.prefixlen) if network.prefixlen <= prefix <= network.max_prefixlen else 0
    if not 0 <= index < count:
        raise EvaluationFailed(f"cidrSubnet() has no subnet {index} of size /{prefix} in '{value}'")
    return f"{type(network[0])(int(network[0]) + (index << size))}/{prefix}"


def host(value: Any, index: Any) -> str:
    network, index = _network("cidrHost", value), integer("cidrHost", index)
    if not 0 <= index < network.num_addresses - 1:
        raise EvaluationFailed(f"cidrHost() has no host {index} in '{value}'")
    return str(type(network[0])(int(network[0]) + index + 1))


FUNCTIONS = (
    Function("ipRangeContains", 2, 2, range_contains),
    Function("parseCidr", 1, 1, parse_cidr),
    Function("cidrSubnet", 3, 3, subnet),
    Function("cidrHost", 2, 2, host),
)
