"""The scripts that tell that an announcement or a question was heard, as transcripts."""

import pytest
from agi_line import Line, serving

from agi.announced import AnnouncedScript
from dialer.domain.ids import AttemptId

PROMPTS_OWN = "1700000000.7"
OURS, LEG = AttemptId("at-01M8GFVR911ENG1YSR7Y89ZAQY"), "ag-01M8GFVR911ENG1YSR7Y89ZAQY"
CALLER = AttemptId("ca-01M8GFVR911ENG1YSR7Y89ZAQY")


@pytest.mark.parametrize("script", ["announced", "asked"])
@pytest.mark.parametrize(
    ("said", "told"),
    [(OURS, [OURS]), (CALLER, [CALLER]), (OURS[:20], []), (LEG, []), ("", []), ("at-,x\t", [])],
)
async def test_whose_line_it_was_is_told_by_a_whole_id_alone(
    script: str, said: str, told: list[AttemptId]
) -> None:
    heard: dict[str, list[AttemptId]] = {"announced": [], "asked": []}

    async def announced(attempt_id: AttemptId) -> None:
        heard["announced"].append(attempt_id)

    async with serving(AnnouncedScript(announced, heard["asked"].append).routes()) as port:
        line = await Line.ask(port, script, channel=PROMPTS_OWN, argument=said)
        assert await line.heard() == ""  # nothing is asked of the prompt's channel
    assert heard.pop(script) == told
    assert list(heard.values()) == [[]]
