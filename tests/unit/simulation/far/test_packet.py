"""Packets keep checksums that belong to them, whatever a NAT makes of their ends."""

import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.far.packet import Packet, Protocol, Side, checksum

HERE, THERE = Side(IPv4Address("192.168.1.2"), 4000), Side(IPv4Address("10.0.0.1"), 443)

SIDES = st.builds(
    Side, st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(min_value=0, max_value=65_535)
)


def packet(
    protocol: Protocol, source: Side, target: Side, payload: bytes, *, summed: bool = True
) -> bytes:
    """Return a packet with its checksums computed from nothing."""
    if protocol is Protocol.UDP:
        body = struct.pack("!HHHH", source.port, target.port, 8 + len(payload), 0) + payload
        at = 6
    else:
        body = struct.pack("!HHIIHHHH", source.port, target.port, 1, 2, 0x5010, 512, 0, 0) + payload
        at = 16
    if summed:
        body = (
            body[:at] + struct.pack("!H", of_body(protocol, source, target, body)) + body[at + 2 :]
        )
    ends = source.address.packed + target.address.packed
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0, 64, protocol, 0) + ends
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + body


def of_body(protocol: Protocol, source: Side, target: Side, body: bytes) -> int:
    ends = source.address.packed + target.address.packed
    pseudo = ends + struct.pack("!BBH", 0, protocol, len(body))
    return checksum(pseudo + body + b"\0" * (len(body) % 2))


@given(st.sampled_from(Protocol), SIDES, SIDES, SIDES, SIDES, st.binary(max_size=40).filter(len))
def test_a_moved_packet_is_as_if_it_had_been_made_so(
    protocol: Protocol, source: Side, target: Side, new: Side, other: Side, payload: bytes
) -> None:
    read = Packet.read(packet(protocol, source, target, payload))
    assert read is not None
    assert (read.protocol, read.source, read.target) == (protocol, source, target)
    moved = read.moved(source=new, target=other)
    made = packet(protocol, new, other, payload)
    # a sum of 0 and one of 0xffff are the same in this arithmetic
    assert moved.data.replace(b"\xff\xff", b"\0\0") == made.replace(b"\xff\xff", b"\0\0")
    assert Packet.read(moved.data) == moved


def test_udp_without_a_checksum_stays_without() -> None:
    read = Packet.read(packet(Protocol.UDP, HERE, THERE, b"x", summed=False))
    assert read is not None
    moved = read.moved(source=THERE)
    assert moved.data[26:28] == b"\0\0"


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"\x45" + bytes(30),  # no protocol of ours
        b"\x60" + bytes(60),  # version 6
        packet(Protocol.TCP, HERE, THERE, b"")[:30],  # cut short
    ],
)
def test_what_is_no_packet_of_ours_is_none(spoiled: bytes) -> None:
    assert Packet.read(spoiled) is None


def test_a_later_part_of_a_packet_has_no_ports_and_is_none() -> None:
    data = bytearray(packet(Protocol.UDP, HERE, THERE, b"hello"))
    data[6:8] = (185).to_bytes(2, "big")
    assert Packet.read(bytes(data)) is None
