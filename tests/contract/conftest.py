"""The real things that contract suites run on."""

import time
from collections.abc import Iterator

import pytest

from dialer.adapters.asterisk.installation import install
from simulation.lab import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A dialer's Asterisk, the simulated carrier behind it, and two agents' phones."""
    home = tmp_path_factory.mktemp("lab")
    lab = Lab(install(), home, agents=2, lines=40, die_with_parent=True)
    try:
        lab.start()
        wait_for_phones(lab)
        yield lab
    finally:
        # after a refused duplicate Asterisk 22.10 does not end on `core stop now`
        lab.asterisk.kill()
        if lab.carrier is not None:
            lab.carrier.instance.kill()


def wait_for_phones(lab: Lab) -> None:
    deadline = time.monotonic() + 20
    while lab.asterisk.rx("pjsip show contacts").count("sip:") < len(lab.agents):
        assert time.monotonic() < deadline, "the phones did not register"
        time.sleep(0.05)
