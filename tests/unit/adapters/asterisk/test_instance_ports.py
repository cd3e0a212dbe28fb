"""Free ports are really free, and a taken one is named."""

import socket

import pytest

from dialer.adapters.asterisk.ports import PortInUse, check_ports, free_port_range, free_ports


@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_free_ports_differ_and_can_be_bound(kind) -> None:
    ports = free_ports(20, kind)
    assert len(set(ports)) == 20
    check_ports([(kind, "127.0.0.1", port) for port in ports])


def test_a_range_for_audio_starts_even_and_is_free_throughout() -> None:
    stretch = free_port_range(40)
    assert len(stretch) == 40
    assert stretch.start % 2 == 0
    check_ports([("udp", "127.0.0.1", port) for port in stretch])


def test_a_taken_udp_port_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port}/udp on 127.0.0.1 is in use") as caught:
            check_ports([("udp", "127.0.0.1", port)])
    assert (caught.value.kind, caught.value.port) == ("udp", port)


def test_a_tcp_port_somebody_listens_on_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port}/tcp"):
            check_ports([("tcp", "127.0.0.1", port)])


def test_a_port_on_an_address_of_another_machine_says_so() -> None:
    with pytest.raises(PortInUse, match="cannot be used"):
        check_ports([("udp", "192.0.2.1", 5060)])


def test_a_range_larger_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(PortInUse, match="60000 ports"):
        free_port_range(60_000)
