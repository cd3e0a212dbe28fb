"""A strict NAT: where those inside may go, and what comes back to them."""

from ipaddress import IPv4Address

from test_packet import packet

from simulation.far.nat import Nat, Opening
from simulation.far.packet import Packet, Protocol, Side

OUTER = IPv4Address("10.213.0.2")
INSIDE = Side(IPv4Address("192.168.213.2"), 5000)
SERVER = Side(IPv4Address("10.213.0.1"), 3478)
OTHER = Side(IPv4Address("10.213.0.1"), 3479)


def udp(source: Side, target: Side) -> Packet:
    read = Packet.read(packet(Protocol.UDP, source, target, b"hello"))
    assert read is not None
    return read


def nat() -> Nat:
    return Nat(OUTER, [Opening(Protocol.UDP, range(3478, 3480))])


def test_a_way_out_has_an_outer_address_and_answers_find_back() -> None:
    at = nat()
    out = at.outward(udp(INSIDE, SERVER))
    assert out is not None
    assert (out.source.address, out.target) == (OUTER, SERVER)
    answer = at.inward(udp(SERVER, out.source))
    assert answer is not None
    assert (answer.source, answer.target) == (SERVER, INSIDE)
    again = at.outward(udp(INSIDE, SERVER))
    assert again is not None
    assert again.source == out.source


def test_each_target_sees_another_port_and_only_it_may_answer_there() -> None:
    at = nat()
    first, second = at.outward(udp(INSIDE, SERVER)), at.outward(udp(INSIDE, OTHER))
    assert first is not None
    assert second is not None
    assert first.source.port != second.source.port
    assert at.inward(udp(OTHER, first.source)) is None
    assert at.inward(udp(SERVER, Side(OUTER, 9))) is None
    assert at.inward(udp(SERVER, Side(IPv4Address("10.213.0.9"), first.source.port))) is None


def test_where_there_is_no_opening_nobody_goes() -> None:
    at = nat()
    assert at.outward(udp(INSIDE, Side(SERVER.address, 10_000))) is None
    tcp = Packet.read(packet(Protocol.TCP, INSIDE, SERVER, b""))
    assert tcp is not None
    assert at.outward(tcp) is None
    assert at.turned_away == 2
