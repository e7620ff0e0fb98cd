"""Which addresses a fetch may connect to."""

from ipaddress import ip_address

import pytest

from sources._guard import checked, is_open


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::200e"])
def test_public_addresses_are_open(address):
    assert is_open(ip_address(address), loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1"),
        *("192.0.2.1", "198.18.0.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:8.8.8.8", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_what_is_not_public_or_could_hide_what_is_not_is_closed(address):
    assert not is_open(ip_address(address), loopback=False)


def test_opening_loopback_opens_loopback_only():
    assert is_open(ip_address("127.0.0.1"), loopback=True)
    assert is_open(ip_address("::1"), loopback=True)
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"):
        assert not is_open(ip_address(address), loopback=True)


def test_an_address_loses_its_fragment_and_keeps_its_writing():
    assert str(checked(" https://news.example/a%2Fb?x=1&y=%D0%B0#part ", any_port=False)).endswith(
        "/a%2Fb?x=1&y=%D0%B0"
    )
