"""A network of its own for programs that are far away, in a namespace of this kernel.

Two TUN devices, one here and one there: what goes in at one comes out at the other, through a NAT
and over two lines of ours, for not every kernel has netem. Refuses to know the programs.
"""

import os
import select
import shlex
import time
from collections.abc import Callable, Collection
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Final, Self

from simulation.far.line import Line
from simulation.far.nat import Nat, Opening
from simulation.far.packet import Packet
from simulation.far.space import Space, Tun, run

_MOST: Final = 65_536
_MTU: Final = "1400"
_INSIDE: Final = "192.168.213.2/24"
_NETWORKS: Final = 250


class FarNetwork:
    """One namespace and the way to it; use it as a context.

    Args:
        delay_s: in each direction.
        loss_rate: in each direction, 0..1.
        seed: of the losses.

    Raises:
        NoFarNetwork: on entering: this machine or this user cannot have one.
    """

    def __init__(self, *, delay_s: float = 0.0, loss_rate: float = 0.0, seed: int = 1) -> None:
        self.up = Line(delay_s=delay_s, loss_rate=loss_rate, seed=seed)
        """From there to here."""
        self.down = Line(delay_s=delay_s, loss_rate=loss_rate, seed=seed + 1)
        self.address = ""
        """Ours, as those who are far away reach us."""
        self.nat = Nat(IPv4Address(0), ())
        self._space: Space | None = None
        self._enter: tuple[str, ...] = ()
        self._fds: list[int] = []
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def open(self, openings: Collection[Opening]) -> None:
        """Say where those inside may go; before, it is nowhere."""
        self.nat.openings = tuple(openings)

    def cut(self) -> None:
        """Let nothing pass any more, without a word to anybody."""
        self.up.whole = self.down.whole = False

    def mend(self) -> None:
        """Let all pass again."""
        self.up.whole = self.down.whole = True

    def entrance(self, program: Path, script: Path) -> Path:
        """Write a script that starts a program far away; returns it."""
        words = (*self._enter, str(program))
        script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        script.chmod(0o755)
        return script

    def close(self) -> None:
        """End the network, once no program is in it."""
        if self._thread is not None:
            os.write(self._fds[-1], b".")
            self._thread.join()
        self._thread = None
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()
        if self._space is not None:
            self._space.close()
        self._space = None

    # -- inside ----------------------------------------------------------------------------

    def _start(self) -> None:
        space = Space()
        self._space, self._enter = space, space.enter
        there = Tun.open()
        self._fds.append(there.fd)
        space.take(there.name)
        here = Tun.open()
        self._fds.append(here.fd)
        network = int(here.name.removeprefix("far")) % _NETWORKS
        self.address = f"10.213.{network}.1"
        self.nat = Nat(IPv4Address(f"10.213.{network}.2"), ())
        run("ip", "address", "add", f"{self.address}/30", "dev", here.name)
        run("ip", "link", "set", here.name, "mtu", _MTU, "up")
        space.run("ip", "link", "set", "lo", "up")
        space.run("ip", "address", "add", _INSIDE, "dev", there.name)
        space.run("ip", "link", "set", there.name, "mtu", _MTU, "up")
        space.run("ip", "route", "add", "default", "dev", there.name)
        self._fds += os.pipe()
        self._thread = Thread(target=self._carry, name="far-network", daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        """Carry packets until something is written into the pipe."""
        there, here, stop, _ = self._fds
        ways = ((there, here, self.up, self.nat.outward), (here, there, self.down, self.nat.inward))
        while True:
            times = [line.next_at for _, _, line, _ in ways if line.next_at is not None]
            wait_s = max(0.0, min(times) - time.monotonic()) if times else None
            ready, _, _ = select.select([there, here, stop], [], [], wait_s)
            if stop in ready:
                return
            now = time.monotonic()
            for source, target, line, through in ways:
                if source in ready:
                    _take(source, line, through, now)
                for data in line.arrived(now):
                    _write(target, data)


def _take(source: int, line: Line, through: Callable[[Packet], Packet | None], now: float) -> None:
    """Send on all that a device has, and that a NAT lets through."""
    while True:
        try:
            data = os.read(source, _MOST)
        except BlockingIOError:
            return
        packet = Packet.read(data)
        passed = through(packet) if packet is not None else None
        if passed is not None:
            line.send(passed.data, now)


def _write(target: int, data: bytes) -> None:
    try:
        os.write(target, data)
    except BlockingIOError:  # its queue is full, as a router's
        return
