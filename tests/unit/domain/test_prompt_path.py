"""What the path of a message may hold: nothing that the dialplan would read as something else."""

import pytest

from dialer.domain.campaign import CampaignSettings
from dialer.domain.prompt_path import PROMPT_FIELDS, check_prompt, check_prompts
from dialer.errors import BadInput


@pytest.mark.parametrize("path", ["", "/srv/a-b_c.d/e", "prüfung/x=1", "/a+b@c~1/d:e"])
def test_a_plain_path_passes(path: str) -> None:
    check_prompt("abandon_prompt", path)


@pytest.mark.parametrize("mark", [*",&| \t\"'\\$(){}[];*?!<>`#^%"])
def test_a_mark_that_would_be_read_is_named_with_the_field(mark: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_prompt("lost_prompt", f"/srv/a{mark}b")
    assert refused.value.field == "lost_prompt"
    assert repr(mark) in refused.value.problem


def test_every_setting_that_is_such_a_path_is_checked() -> None:
    paths = {
        name
        for name, field in CampaignSettings.model_fields.items()
        if name.endswith(("_prompt", "_message", "_announcement", "_question"))
        and field.annotation is str
    }
    assert paths == set(PROMPT_FIELDS)
    for name in paths:
        with pytest.raises(BadInput, match=f"^{name}: "):
            check_prompts(CampaignSettings(**{name: "/a,b"}))


def test_what_was_so_before_does_not_hold_up_another_change() -> None:
    before = CampaignSettings(abandon_prompt="/our message")
    check_prompts(before.model_copy(update={"max_lines": 7}), before)
    with pytest.raises(BadInput, match=r"^lost_prompt: "):
        check_prompts(before.model_copy(update={"lost_prompt": "/a b"}), before)
