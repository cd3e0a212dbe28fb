"""docs/scripts.md: what it says of scripts is what is done with them."""

import re
from pathlib import Path

from dialer.domain.script import check_script, filled_script, statements

PAGE = (Path(__file__).parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")
LEAD = {"first_name": "Ann"}


def test_its_examples_are_shown_as_it_says() -> None:
    first, second = re.findall(r"^```script\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```shown\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert "".join(part.text for part in filled_script(first, LEAD)) == shown
    assert [one.reason for one in check_script(first, LEAD)] == ["leads have no field 'product'"]
    assert check_script(second, LEAD) == []
    assert statements(second, LEAD) == ("This call is recorded, Ann.",)
