"""Asterisk's own app_amd on the same recordings: each is played in a real call to a real Asterisk.

Two Asterisks: the simulated carrier answers and plays the recording of the number that was called,
a dialing one of the shipped configuration runs AMD() with its defaults and writes its answer into
the journal. Refuses to know what the right answer is.
"""

import asyncio
import csv
import json
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.amd.corpus import Recording
from dialer.adapters.asterisk.conf import JOURNAL_FILE, NodeConf, Trunk
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import free_port_range, free_ports
from dialer.adapters.asterisk.render import shipped_templates
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.domain.events import ChannelHungUp, ChannelUp, OriginateFailed, SwitchEvent
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.errors import OutpaceError
from simulation.carrier.carrier import Carrier

AT_ONCE: Final = 50
"""Calls at a time: two cores play and listen to so many without a late frame."""

MOST_LOST: Final = 0.02
"""Share of calls that may fail on a busy machine; with more of them nothing is reported."""

_HOST: Final = "127.0.0.1"
_SECRET: Final = "bench-only"  # noqa: S105  of an Asterisk that lives for minutes on loopback
_FIRST_NUMBER: Final = 12_025_550_000
_CALL_S: Final = 40.0
_TRIES: Final = 3  # a busy machine may answer an INVITE too late
_READY_S: Final = 60.0
_CONTEXT: Final = """
[amd-bench]
exten => s,1,AMD()
 same => n,CELGenUserEvent(AMD,${AMDSTATUS}:${AMDCAUSE})
 same => n,Hangup(16)
"""


@dataclass(frozen=True, slots=True)
class AppAnswer:
    """What app_amd said of a recording."""

    status: str
    """MACHINE, HUMAN, NOTSURE or HANGUP."""
    cause: str
    after_s: float
    """From the answer to its verdict."""


class WallClock:
    """The time of day."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()


async def listen(
    installation: Installation, home: Path, recordings: Sequence[Recording]
) -> dict[str, AppAnswer]:
    """Have app_amd hear every recording; returns its answers by the recordings' names.

    Raises:
        OutpaceError: more than one call of fifty said nothing, so that this is no measurement.
    """
    sounds = home / "sounds"
    sounds.mkdir(parents=True)
    for recording in recordings:
        (sounds / f"{recording.name}.ulaw").write_bytes(recording.coded)
    numbers = {one.name: str(_FIRST_NUMBER + at) for at, one in enumerate(recordings)}
    node, carrier = _pair(installation, home)
    with node, carrier:
        _write_plan(carrier, sounds, numbers)
        address = AmiAddress(_HOST, node.values["node"].ami_port, "outpace", _SECRET)  # type: ignore[attr-defined]
        channels = await _dial(address, numbers)
        journal = _journal(node.dirs.log / JOURNAL_FILE)
    answers = {name: journal[channel] for name, channel in channels.items() if channel in journal}
    if len(recordings) - len(answers) > MOST_LOST * len(recordings):
        problem = f"app_amd answered for {len(answers)} of {len(recordings)} recordings"
        raise OutpaceError(problem)
    return answers


def _pair(installation: Installation, home: Path) -> tuple[AsteriskInstance, Carrier]:
    sip_port = free_ports(1, "udp", _HOST)[0]
    ami_port, agi_port = free_ports(2, "tcp", _HOST)
    rtp = free_port_range(4 * AT_ONCE + 40, _HOST)
    carrier = Carrier(
        installation,
        home / "carrier",
        dialer_port=sip_port,
        lines=2 * AT_ONCE + 20,
        die_with_parent=True,
    )
    conf = NodeConf(
        sip_port=sip_port,
        rtp_start=rtp[0],
        rtp_end=rtp[-1],
        ami_port=ami_port,
        ami_secret=_SECRET,
        agi_port=agi_port,
        trunk=Trunk(_HOST, carrier.sip_port),
    )
    node = AsteriskInstance(
        installation,
        home / "node",
        _templates(home / "templates"),
        conf.values(),
        ports=[("udp", _HOST, sip_port), ("tcp", _HOST, ami_port)],
        die_with_parent=True,
    )
    return node, carrier


def _templates(folder: Path) -> Path:
    """Take the configuration that ships, and add a context that runs app_amd by itself."""
    shutil.copytree(shipped_templates(), folder)
    with (folder / "extensions.conf.j2").open("a") as file:
        file.write(_CONTEXT)
    return folder


def _write_plan(carrier: Carrier, sounds: Path, numbers: Mapping[str, str]) -> None:
    lines = ["[numbers]"]
    for name, number in numbers.items():
        lines += [
            f"exten => {number},1,Answer()",
            f" same => n,Playback({sounds / name})",
            " same => n,Wait(20)",
        ]
    (carrier.instance.dirs.etc / "plan.conf").write_text("\n".join(lines) + "\n")
    carrier.instance.rx("dialplan reload")


async def _dial(address: AmiAddress, numbers: Mapping[str, str]) -> dict[str, str]:
    """Call every number, so many at a time, until each call is over; returns channels by name."""
    switch = AsteriskSwitch(address, clock=WallClock())
    ended: dict[str, asyncio.Event] = {}
    channels: dict[str, str] = {}

    up: set[str] = set()

    def on_event(event: SwitchEvent) -> None:
        if isinstance(event, ChannelUp):
            up.add(event.channel_id)
        if isinstance(event, ChannelHungUp | OriginateFailed) and event.channel_id in ended:
            ended[event.channel_id].set()

    async def call(name: str, number: str, free: asyncio.Semaphore) -> None:
        async with free:
            for _ in range(_TRIES):
                channel = channels[name] = new_attempt_id()
                await try_once(channel, number)
                if channel in up:
                    return

    async def try_once(channel: AttemptId, number: str) -> None:
        ended[channel] = asyncio.Event()
        switch.start(
            channel,
            [
                ("Channel", f"PJSIP/{number}@trunk-lane0"),
                ("Context", "amd-bench"),
                ("Exten", "s"),
                ("Priority", "1"),
                ("Timeout", "10000"),
                ("Async", "true"),
                ("ChannelId", channel),
            ],
        )
        async with asyncio.timeout(_CALL_S):
            await ended[channel].wait()

    await switch.connect()
    switch.subscribe(on_event)
    free = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        keeper = tasks.create_task(switch.run(), name="switch")
        try:
            async with asyncio.timeout(_READY_S):  # until the trunk is known to be there
                while not await switch.reachable_contacts():
                    await asyncio.sleep(0.1)
            async with asyncio.TaskGroup() as calls:
                for name, number in numbers.items():
                    calls.create_task(call(name, number, free), name=name)
        finally:
            keeper.cancel()
            switch.close()
    return channels


def _journal(path: Path) -> dict[str, AppAnswer]:
    """Read what app_amd said of each channel, and when."""
    answered: dict[str, float] = {}
    found: dict[str, AppAnswer] = {}
    for event, own, channel, at, extra in _rows(path.read_text().splitlines()):
        if event == "ANSWER":
            answered[channel] = float(at)
        elif own == "AMD" and channel in answered:
            said = json.loads(extra).get("extra", "") if extra.startswith("{") else extra
            status, _, cause = said.partition(":")
            found[channel] = AppAnswer(status, cause, float(at) - answered[channel])
    return found


def _rows(lines: Iterable[str]) -> Iterable[list[str]]:
    """Return the first five columns of each whole line: what they are says cel_custom.conf."""
    return (row[:5] for row in csv.reader(lines) if len(row) >= 5)
