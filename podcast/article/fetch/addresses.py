"""Which network addresses may be connected to.

A program that fetches the URLs it is told must not become a door into the
network it runs in. Only globally reachable unicast addresses pass, unless an
allow-list names the host or its network.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from podcast.errors import ConfigError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Host name and port in, addresses out, best first; raises `OSError` when there is none."""

# The IANA special-purpose registries (RFC 6890 and its successors), most specific first. Written
# out rather than taken from ``ipaddress.is_global``, whose answers changed between Python releases.
_REFUSED = (
    ("unspecified", "0.0.0.0/8"),
    ("private", "10.0.0.0/8"),
    ("carrier-grade NAT", "100.64.0.0/10"),
    ("loopback", "127.0.0.0/8"),
    ("link-local", "169.254.0.0/16"),
    ("private", "172.16.0.0/12"),
    ("reserved", "192.0.0.0/24"),
    ("documentation", "192.0.2.0/24"),
    ("6to4 relay", "192.88.99.0/24"),
    ("private", "192.168.0.0/16"),
    ("benchmarking", "198.18.0.0/15"),
    ("documentation", "198.51.100.0/24"),
    ("documentation", "203.0.113.0/24"),
    ("multicast", "224.0.0.0/4"),
    ("broadcast", "255.255.255.255/32"),
    ("reserved", "240.0.0.0/4"),
    ("unspecified", "::/128"),
    ("loopback", "::1/128"),
    ("IPv4-mapped", "::ffff:0:0/96"),
    ("IPv4-translated", "::ffff:0:0:0/96"),
    ("IPv4-compatible", "::/96"),
    ("local NAT64", "64:ff9b:1::/48"),
    ("unique local", "fc00::/7"),
    ("link-local", "fe80::/10"),
    ("site-local", "fec0::/10"),
    ("multicast", "ff00::/8"),
    ("Teredo", "2001::/32"),
    ("reserved", "2001::/23"),
    ("documentation", "2001:db8::/32"),
    ("6to4", "2002::/16"),
    ("documentation", "3fff::/20"),
)
_REFUSED_NETWORKS = tuple((kind, ipaddress.ip_network(network)) for kind, network in _REFUSED)
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def why_refused(address: Address) -> str:
    """The kind of address that must not be connected to (``loopback``…); empty for a public one."""
    if isinstance(address, ipaddress.IPv6Address) and address in _NAT64:
        # On an IPv6-only network this is how every IPv4 site looks (RFC 6052): judge the site.
        inner = why_refused(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        return f"NAT64 {inner}" if inner else ""
    for kind, network in _REFUSED_NETWORKS:
        if address.version == network.version and address in network:
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_IPV6:
        return "reserved"
    return ""


@dataclass(frozen=True, slots=True)
class AllowList:
    """Hosts and networks that may be reached although they are not public."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> AllowList:
        """From host names, addresses and CIDR networks; `ConfigError` for anything else."""
        names, networks = set(), []
        for entry in entries:
            text = entry.strip().lower()
            try:
                networks.append(ipaddress.ip_network(text.strip("[]"), strict=False))
            except ValueError:
                if not text or any(char in text for char in "/:@* "):
                    remedy = "give a host name, an address or a network such as 10.0.0.0/8"
                    what = "not a host or a network"
                    raise ConfigError(what, where=f"allow-list entry {entry!r}", remedy=remedy) from None
                names.add(text.removesuffix("."))
        return cls(frozenset(names), tuple(networks))

    def covers(self, host: str, address: Address) -> bool:
        """Whether the host was named, or its address lies in a network that was."""
        return host in self.names or any(
            address.version == network.version and address in network for network in self.networks
        )


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Addresses of a host from the operating system, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
