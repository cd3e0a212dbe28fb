"""What an engine can be asked: by people through their tools, and by Asterisk over FastAGI.

Refuses to know how the engine's parts are put together (`parts`), and who may ask.
"""

from agi.amd import AmdScript
from agi.announced import AnnouncedScript
from agi.server import Handler
from dialer.bootstrap.parts import EngineParts
from dialer.domain.ids import AttemptId, is_call_id
from dialer.services.board import LIVE
from dialer.services.control import Command
from dialer.services.supervision_commands import SupervisionCommands


def commands_of(engine: EngineParts) -> dict[str, Command]:
    """Return what an engine can be asked, by name."""
    return {
        **engine.control.commands(),
        **engine.phones.commands(),
        **engine.test_call.commands(),
        **engine.caller_ids.commands(),
        **SupervisionCommands(engine.supervision, engine.coaching).commands(),
        **engine.flow_parts.book.commands(),
        **engine.talking.commands.commands(),
        **engine.manual.commands(),
        **engine.callbacks.commands(),
        **engine.previews.commands(),
        LIVE: engine.board.live,
    }


def scripts_of(engine: EngineParts) -> dict[str, Handler]:
    """Return what Asterisk can ask an engine, by script."""

    async def announced(talk_id: AttemptId) -> None:
        if is_call_id(talk_id):
            await engine.caller_recordings.announced(talk_id)
        else:
            await engine.talking.announcements.announced(talk_id)

    talking = engine.talking
    return {
        **engine.handlers.routes(),
        **engine.incoming.routes(),
        **engine.queue_script.routes(),
        **AmdScript(engine.app_amd_ear).routes(),
        **AnnouncedScript(announced, talking.questions.unanswered).routes(),
    }
