"""A node and a telephone network to try the commands on, until Ctrl-C.

    python tools/lab.py var/node [--agents 4]

Starts an Asterisk for the dialer, the simulated carrier and the agents' softphones, and writes the
settings that `outpace engine --home var/node` reads. Nobody real is called. Refuses to know engines
and campaigns.
"""

import argparse
import signal
from pathlib import Path

from dialer.adapters.asterisk.installation import install
from dialer.errors import OutpaceError
from simulation.lab import Lab

NUMBERS = """numbers to call (nobody is there): +1999 O RR TTT d
  O    1 a person, 2 a machine, 3 busy, 4 no answer, 5 network full, 6 no such number, 9 fax
  RR   rings for so many tenths of a second
  TTT  then talks for so many tenths of a second
  d    0 to 9: the tone that a person sends
for example +19991200800: rings for 2 s, a person, talks for 8 s"""


def main() -> int:
    """Start it, wait for a signal, stop it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path, help="folder of the node; made when missing")
    parser.add_argument("--agents", type=int, default=4, help="softphones, named 1001 and up")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Lab(install(say=print), given.home, agents=given.agents) as lab:
            print(f"settings      {lab.home / 'node.env'}")
            print(f"agents        {', '.join(phone.name for phone in lab.agents)}")
            print(NUMBERS)
            print("Ctrl-C stops everything.", flush=True)
            signal.pause()
    except OutpaceError as error:
        print(f"outpace: {error}")
        return 1
    except KeyboardInterrupt:
        print("stopped")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
