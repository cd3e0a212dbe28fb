"""One AMI session as a value: what goes in at which time, and what comes out."""

from dataclasses import dataclass, field

import pytest
from cuts import cut
from hypothesis import given
from hypothesis import strategies as st

from dialer.adapters.asterisk.ami_session import (
    DEAD_AFTER_S,
    MAX_ITEMS,
    MAX_PENDING,
    AmiSession,
    EventReceived,
    LoggedIn,
    LoginRefused,
    Output,
    Reply,
    SessionLost,
)
from dialer.adapters.asterisk.ami_wire import MAX_FRAME, Frame
from dialer.errors import SwitchUnavailable, UnsafeValue

BANNER = b"Asterisk Call Manager/10.0.1\r\n"
LOGIN = b"Action: Login\r\nActionID: login\r\nUsername: outpace\r\nSecret: s\r\nEvents: on\r\n\r\n"
WELCOME = b"Response: Success\r\nActionID: login\r\nMessage: Authentication accepted\r\n\r\n"
PING = b"Action: Ping\r\nActionID: ping\r\n\r\n"
PONG = b"Response: Success\r\nActionID: ping\r\nPing: Pong\r\n\r\n"


def frame(**values: str) -> Frame:
    return Frame(values, None)


def sent(**values: str) -> bytes:
    return "".join(f"{key}: {value}\r\n" for key, value in values.items()).encode() + b"\r\n"


@dataclass
class Talk:
    """A session and all it said; ticks come every half second, as from the shell."""

    session: AmiSession
    now: float = 0.0
    out: list[Output] = field(default_factory=list)
    wire: bytes = b""

    def hear(self, data: bytes) -> None:
        outputs, send = self.session.receive(data, self.now)
        self.out += outputs
        self.wire += send

    def wait(self, seconds: float, *, answering: bool = False) -> None:
        for _ in range(round(seconds / 0.5)):
            self.now += 0.5
            outputs, send = self.session.tick(self.now)
            self.out += outputs
            self.wire += send
            if send == PING and answering:
                self.hear(PONG)


def opened() -> Talk:
    talk = Talk(AmiSession("outpace", "s", now=0.0))
    talk.hear(BANNER + WELCOME)
    talk.out.clear()
    talk.wire = b""
    return talk


def test_the_banner_is_answered_with_a_log_in_and_success_opens_the_session() -> None:
    talk = Talk(AmiSession("outpace", "s", now=0.0))
    talk.hear(BANNER)
    assert (talk.out, talk.wire) == ([], LOGIN)
    talk.hear(WELCOME)
    assert talk.out == [LoggedIn("Asterisk Call Manager/10.0.1")]


def test_a_wrong_secret_is_said_once_and_nothing_can_be_sent() -> None:
    talk = Talk(AmiSession("outpace", "s", now=0.0))
    talk.hear(BANNER + sent(Response="Error", ActionID="login", Message="Authentication failed"))
    assert talk.out == [LoginRefused("Authentication failed")]
    with pytest.raises(SwitchUnavailable):
        talk.session.request("Ping", "a1")


@pytest.mark.parametrize(("user", "secret"), [("a\r\nAction: x", "s"), ("a", "s\n"), ("a", "\0")])
def test_user_and_secret_may_hold_no_line_break(user: str, secret: str) -> None:
    with pytest.raises(UnsafeValue) as refused:
        AmiSession(user, secret, now=0.0)
    assert secret == "s" or repr(secret) not in str(refused.value)


def test_nothing_is_queued_before_log_in() -> None:
    talk = Talk(AmiSession("outpace", "s", now=0.0))
    with pytest.raises(SwitchUnavailable, match="not sent"):
        talk.session.request("Originate", "at-1")
    talk.hear(BANNER + WELCOME)
    assert talk.wire == LOGIN


def test_nothing_is_queued_after_the_loss() -> None:
    talk = opened()
    talk.session.lose("cut")
    with pytest.raises(SwitchUnavailable, match="not sent"):
        talk.session.request("Originate", "at-1")


def test_replies_are_paired_by_action_id_in_any_order() -> None:
    talk = opened()
    talk.session.request("Hangup", "a1")
    talk.session.request("Originate", "at-1")
    talk.hear(sent(Response="Success", ActionID="at-1"))
    talk.hear(sent(Response="Error", ActionID="a1", Message="No such channel"))
    assert talk.out == [
        Reply("at-1", frame(Response="Success", ActionID="at-1")),
        Reply("a1", frame(Response="Error", ActionID="a1", Message="No such channel")),
    ]


def test_a_reply_that_nobody_waits_for_is_dropped() -> None:
    talk = opened()
    talk.hear(sent(Response="Success", ActionID="stranger") + sent(Response="Success"))
    assert talk.out == []


def test_an_event_with_the_id_of_an_action_is_an_event() -> None:
    talk = opened()
    talk.session.request("Originate", "at-1")
    talk.hear(sent(Response="Success", ActionID="at-1", Message="Originate successfully queued"))
    response = {"Event": "OriginateResponse", "ActionID": "at-1", "Response": "Failure"}
    talk.hear(sent(**response))
    assert talk.out[-1] == EventReceived(frame(**response))


def test_an_originate_response_before_the_reply_is_an_event_and_no_reply() -> None:
    talk = opened()
    talk.session.request("Originate", "at-1")
    talk.hear(sent(Event="OriginateResponse", ActionID="at-1", Response="Failure"))
    talk.hear(sent(Response="Success", ActionID="at-1"))
    assert [type(output) for output in talk.out] == [EventReceived, Reply]


def test_an_event_list_is_one_reply_with_its_items_and_other_events_pass_by() -> None:
    talk = opened()
    talk.session.request("CoreShowChannels", "a1")
    talk.hear(sent(Response="Success", ActionID="a1", EventList="start"))
    talk.hear(sent(Event="CoreShowChannel", ActionID="a1", Uniqueid="one"))
    talk.hear(sent(Event="Hangup", Uniqueid="other"))
    talk.hear(sent(Event="CoreShowChannel", ActionID="a1", Uniqueid="two"))
    talk.hear(sent(Event="CoreShowChannelsComplete", ActionID="a1", EventList="Complete"))
    passed, reply = talk.out
    assert passed == EventReceived(frame(Event="Hangup", Uniqueid="other"))
    assert isinstance(reply, Reply)
    assert [item["Uniqueid"] for item in reply.items] == ["one", "two"]


def test_a_list_that_is_cancelled_is_a_reply_too() -> None:
    talk = opened()
    talk.session.request("PJSIPShowContacts", "a1")
    talk.hear(sent(Response="Success", ActionID="a1", EventList="start"))
    talk.hear(sent(Event="Done", ActionID="a1", EventList="cancelled"))
    assert isinstance(talk.out[0], Reply)


def test_a_loss_names_what_had_no_whole_reply_and_the_session_says_nothing_more() -> None:
    talk = opened()
    for action_id in ("at-2", "at-1", "list", "done"):
        talk.session.request("Originate", action_id)
    talk.hear(sent(Response="Success", ActionID="done"))
    talk.hear(sent(Response="Success", ActionID="list", EventList="start"))
    talk.out.clear()
    assert talk.session.lose("cut") == [SessionLost("cut", ("at-1", "at-2", "list"))]
    talk.hear(sent(Response="Success", ActionID="at-1"))
    talk.wait(10.0)
    assert (talk.out, talk.wire, talk.session.lose("again")) == ([], b"", [])


def test_silence_is_asked_after_once_a_second_and_an_answer_is_enough() -> None:
    talk = opened()
    talk.wait(60.0, answering=True)
    assert talk.out == []
    assert talk.wire == PING * 60


def test_events_keep_a_session_alive_without_a_ping() -> None:
    talk = opened()
    for _ in range(20):
        talk.hear(sent(Event="Newstate"))
        talk.wait(0.5)
    assert talk.wire == b""


def test_a_half_open_connection_is_lost_within_the_deadline() -> None:
    talk = opened()
    talk.session.request("Originate", "at-1")
    talk.wait(DEAD_AFTER_S)
    assert talk.wire == PING
    assert talk.out == [SessionLost("nothing heard for 3.0 s", ("at-1",))]


def test_a_peer_that_takes_the_connection_and_says_nothing_is_lost_within_the_deadline() -> None:
    talk = Talk(AmiSession("outpace", "s", now=0.0))
    talk.wait(DEAD_AFTER_S)
    assert talk.out == [SessionLost("nothing heard for 3.0 s", ())]
    assert talk.wire == b""


def test_ten_seconds_without_our_own_loop_do_not_lose_a_healthy_session() -> None:
    talk = opened()
    talk.now += 10.0
    talk.wait(30.0, answering=True)
    assert talk.out == []


def test_ten_seconds_without_our_own_loop_do_not_hide_a_dead_one() -> None:
    talk = opened()
    talk.now += 10.0
    talk.wait(DEAD_AFTER_S)
    assert [type(output) for output in talk.out] == [SessionLost]


def test_a_stop_with_a_ping_on_its_way_does_not_lose_a_healthy_session() -> None:
    talk = opened()
    talk.wait(1.0)
    assert talk.wire == PING
    talk.now += 10.0  # stopped; the answer waits in the socket, and the clock may be seen first
    talk.wait(0.5)
    talk.hear(PONG)
    talk.wait(30.0, answering=True)
    assert talk.out == []


def test_a_frame_beyond_the_bound_ends_the_session_after_what_came_before_it() -> None:
    talk = opened()
    talk.session.request("Originate", "at-1")
    talk.hear(sent(Event="Hangup", Uniqueid="u") + b"Event: " + b"x" * (MAX_FRAME + 10))
    heard, lost = talk.out
    assert heard == EventReceived(frame(Event="Hangup", Uniqueid="u"))
    assert isinstance(lost, SessionLost)
    assert lost.unanswered == ("at-1",)


def test_a_peer_that_is_not_ami_is_never_sent_the_secret() -> None:
    talk = Talk(AmiSession("outpace", "s", now=0.0))
    talk.hear(b"220 mail.example ESMTP\r\n")
    assert talk.wire == b""
    assert isinstance(talk.out[0], SessionLost)


def test_actions_without_a_reply_are_bounded() -> None:
    talk = opened()
    for number in range(MAX_PENDING):
        talk.session.request("Originate", str(number))
    with pytest.raises(SwitchUnavailable, match="without a reply; not sent"):
        talk.session.request("Originate", "one more")
    talk.hear(sent(Response="Success", ActionID="7", EventList="start"))
    with pytest.raises(SwitchUnavailable):
        talk.session.request("Originate", "a list under way counts")
    talk.hear(sent(Response="Success", ActionID="8"))
    talk.session.request("Originate", "room again")


def test_a_list_without_an_end_is_bounded() -> None:
    talk = opened()
    talk.session.request("CoreShowChannels", "a1")
    talk.hear(sent(Response="Success", ActionID="a1", EventList="start"))
    item = sent(Event="CoreShowChannel", ActionID="a1")
    for _ in range(MAX_ITEMS // 1000 + 1):
        talk.hear(item * 1000)
    assert [type(output) for output in talk.out] == [SessionLost]


def test_a_refused_field_leaves_nothing_pending() -> None:
    talk = opened()
    with pytest.raises(UnsafeValue):
        talk.session.request("Originate", "at-1", [("CallerID", "x\r\nAction: Command")])
    assert talk.session.lose("cut") == [SessionLost("cut", ())]


SENT = st.sampled_from(
    [
        sent(Response="Success", ActionID="a1"),
        sent(Response="Success", ActionID="a2", EventList="start"),
        sent(Event="Item", ActionID="a2", Name="Zoë"),
        sent(Event="Done", ActionID="a2", EventList="Complete"),
        sent(Event="OriginateResponse", ActionID="a1", Response="Failure"),
        sent(Response="Error", ActionID="a3"),
        sent(Nothing="useful"),
        PONG,
        b"\r\n",
        b"Event: " + b"x" * (MAX_FRAME + 20) + b"\r\n\r\n",
    ]
)


@given(st.lists(SENT, max_size=20), st.lists(st.integers(0, 3000), max_size=20))
def test_any_cut_of_the_stream_gives_the_same_outputs(parts: list[bytes], at: list[int]) -> None:
    stream = BANNER + WELCOME + b"".join(parts)

    def outputs(pieces: list[bytes]) -> tuple[list[Output], bytes]:
        talk = Talk(AmiSession("outpace", "s", now=0.0))
        talk.hear(BANNER + WELCOME)
        for action_id in ("a1", "a2", "a3"):
            talk.session.request("X", action_id)
        for piece in pieces:
            talk.hear(piece)
        return talk.out, talk.wire

    rest = stream[len(BANNER + WELCOME) :]
    assert outputs(cut(rest, at)) == outputs([rest])
