"""The receiver in docs/webhooks.md takes what the service sends, and nothing else."""

import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from receiver import until
from service import service

from dialer.adapters.webhook_post import HttpWebhookPost
from dialer.domain.campaign import CampaignState
from dialer.domain.ids import CampaignId
from dialer.domain.webhook import Topic
from dialer.domain.webhook_signature import SIGNATURE, signature

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"
BODY = b'{"id":"ev-1","topic":"ping"}'


@pytest.fixture
def program() -> Iterator[Any]:
    """Run the document's program on a free port."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    module: Any = ModuleType("receiver_of_the_document")
    exec(compile(code, str(DOCUMENT), "exec"), module.__dict__)  # noqa: S102 - it is ours
    module.Receiver.log_message = lambda *_said: None
    server = module.listening(0)
    module.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield module
    server.shutdown()
    server.server_close()
    thread.join()


def url(program: Any) -> str:
    return f"http://127.0.0.1:{program.port}/"


async def test_it_takes_what_the_service_tells(
    program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTPACE_WEBHOOKS_PRIVATE", "true")
    async with service(tmp_path, with_engine=False) as at:
        asked = {"url": url(program), "topics": ["campaign.state"]}
        hook = await at.done("POST", "/webhooks", json=asked)
        program.SECRET = hook["secret"]
        found = await at.done("POST", "/campaigns", json={"name": "spring"})
        for state in (CampaignState.RUNNING, CampaignState.PAUSED):
            await at.stores.campaigns.set_state(CampaignId(found["id"]), state)
        await until(lambda: len(program.events) == 2)
        assert [event["data"]["state"] for event in program.events] == ["running", "paused"]
        assert (await at.done("POST", f"/webhooks/{hook['id']}/ping"))["delivered"]


@pytest.mark.parametrize(
    ("secret", "age_s", "status"),
    [("whsec_a", 0, 204), ("whsec_b", 0, 400), ("whsec_a", 400, 400), ("whsec_a", -400, 400)],
)
async def test_it_refuses_anothers_and_old_ones(
    program: Any, secret: str, age_s: float, status: int
) -> None:
    program.SECRET = "whsec_a"
    async with HttpWebhookPost(private=True) as post:
        headers = {SIGNATURE: signature(secret, BODY, time.time() - age_s)}
        assert (await post.send(url(program), BODY, headers)).status == status
        unsigned = await post.send(url(program), BODY, {})
        changed = await post.send(url(program), BODY + b" ", headers)
        assert {unsigned.status, changed.status} == {400}
    assert len(program.events) == (1 if status == 204 else 0)


async def test_it_knows_an_event_again(program: Any) -> None:
    program.SECRET = "whsec_a"
    headers = {SIGNATURE: signature("whsec_a", BODY, time.time())}
    async with HttpWebhookPost(private=True) as post:
        for _ in range(3):
            assert (await post.send(url(program), BODY, headers)).ok
    assert len(program.events) == 1


def test_the_document_tells_of_every_topic() -> None:
    told = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", DOCUMENT.read_text(), re.MULTILINE))
    assert told == {topic.value for topic in Topic}
