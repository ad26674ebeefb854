"""Which addresses are public, and how names become addresses."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FetchError, FetchReason, KentonganError
from bot.web.guard import Guard, Resolve, is_public, networks, unwrap


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255",
        "169.254.0.1", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.9",
        "192.0.0.170", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.0", "192.168.255.255",
        "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "::8.8.8.8", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::a00:1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "100::1", "100:0:0:1::1", "2001::1",
        "2001:0:4136:e378::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:a00:1::", "2002:808:808::",
        "2620:4f:8000::1", "3ffe::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1",
        "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:200::1", "2400:cb00::1", "2606:4700::1111",
        "2a00:1450::1",
    ],
)  # fmt: skip
def test_a_public_address_and_the_neighbours_of_refused_networks_are_accepted(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_whatever_is_accepted_is_global_unicast_to_python_too(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert unwrap(address).is_global
        assert not unwrap(address).is_multicast


def resolver(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_the_two_families_take_turns() -> None:
    guard = Guard((), resolver("2a00:1450::1", "2a00:1450::2", "8.8.8.8", "2a00:1450::1"))
    found = await guard.addresses("news.example", 443)
    assert [str(address) for address in found] == ["2a00:1450::1", "8.8.8.8", "2a00:1450::2"]


async def test_a_name_without_addresses_is_a_dns_failure() -> None:
    with pytest.raises(FetchError) as caught:
        await Guard((), resolver()).addresses("news.example", 443)
    assert caught.value.reason is FetchReason.DNS


@pytest.mark.parametrize("port", [21, 22, 25, 6379, 8080, 65535])
async def test_a_public_address_is_reached_on_web_ports_only(port: int) -> None:
    with pytest.raises(FetchError) as caught:
        await Guard((), resolver("8.8.8.8")).addresses("news.example", port)
    assert caught.value.reason is FetchReason.REFUSED_ADDRESS


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
async def test_an_allowed_network_is_reached_on_any_port_however_its_address_is_written(address: str) -> None:
    guard = Guard(networks(["10.1.0.0/16"]), resolver(address))
    assert await guard.addresses("intranet.example", 8080)


async def test_an_allowed_network_allows_nothing_else() -> None:
    guard = Guard(networks(["10.1.0.0/16", "fd00::/8"]), resolver("10.1.0.1", "10.2.0.1"))
    with pytest.raises(FetchError, match=r"10\.2\.0\.1"):
        await guard.addresses("intranet.example", 80)


def test_a_network_with_a_typing_error_is_named() -> None:
    with pytest.raises(KentonganError, match=r"10\.0\.0/8"):
        networks(["10.0.0/8"])
