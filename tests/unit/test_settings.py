"""Settings: a wrong one is named with its fix."""

from pathlib import Path

import pytest

from dialer.errors import BadInput
from dialer.settings import load_settings


def home(tmp_path: Path, line: str) -> Path:
    (tmp_path / "node.env").write_text(line + "\n")
    return tmp_path


def test_addresses_are_separated_by_commas(tmp_path: Path) -> None:
    settings = load_settings(home(tmp_path, "OUTPACE_AGI_ADMITTED=127.0.0.1, 10.0.0.2"))
    assert settings.agi_admitted == ("127.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("OUTPACE_TRUNK_PORT=99999", "OUTPACE_TRUNK_PORT"),
        ("OUTPACE_LOG_LEVEL=loud", "OUTPACE_LOG_LEVEL"),
        ("OUTPACE_AMI_PORT=none", "OUTPACE_AMI_PORT"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_settings(home(tmp_path, line))
    assert caught.value.field == name
