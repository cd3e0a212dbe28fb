"""AMI's words in ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.adapters.asterisk.ami_events import (
    live_channel,
    reachable_contact,
    reachable_endpoint,
    translate,
)
from dialer.adapters.asterisk.ami_wire import Frame
from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelIdles,
    ChannelRang,
    ChannelUp,
    KeyPressed,
    LiveChannel,
    OriginateFailed,
    PhoneChanged,
    SwitchEvent,
)
from dialer.domain.ids import new_attempt_id, new_leg_id

OURS = new_attempt_id()
LEG = new_leg_id()
NOW = 99.0


def frame(**values: str) -> Frame:
    return Frame(values, None)


@pytest.mark.parametrize(
    ("values", "event"),
    [
        ({"Event": "Newstate", "Uniqueid": OURS, "ChannelState": "5"}, ChannelRang(OURS, 17.5)),
        ({"Event": "Newstate", "Uniqueid": OURS, "ChannelState": "6"}, ChannelUp(OURS, 17.5)),
        ({"Event": "Newstate", "Uniqueid": LEG, "ChannelState": "6"}, ChannelUp(LEG, 17.5)),
        ({"Event": "Newstate", "Uniqueid": OURS, "ChannelState": "3"}, None),
        (
            {"Event": "DTMFEnd", "Uniqueid": OURS, "Digit": "1", "Direction": "Received"},
            KeyPressed(OURS, "1", 17.5),
        ),
        ({"Event": "DTMFEnd", "Uniqueid": OURS, "Digit": "1", "Direction": "Sent"}, None),
        ({"Event": "DTMFEnd", "Uniqueid": "1.7", "Digit": "1", "Direction": "Received"}, None),
        (
            {"Event": "Hangup", "Uniqueid": OURS, "Cause": "17", "TechCause": "486"},
            ChannelHungUp(OURS, 17, "486", 17.5),
        ),
        ({"Event": "Hangup", "Uniqueid": OURS}, ChannelHungUp(OURS, 0, "", 17.5)),
        ({"Event": "Hangup", "Uniqueid": OURS, "Cause": "?"}, ChannelHungUp(OURS, 0, "", 17.5)),
        (
            {"Event": "BridgeEnter", "Uniqueid": OURS, "BridgeUniqueid": "b"},
            ChannelBridged(OURS, "b", 17.5),
        ),
        (
            {
                "Event": "BridgeEnter",
                "Uniqueid": OURS,
                "BridgeUniqueid": "b",
                "BridgeTechnology": "holding_bridge",
            },
            ChannelIdles(OURS, 17.5),
        ),
        (
            {"Event": "OriginateResponse", "ActionID": OURS, "Response": "Failure", "Reason": "5"},
            OriginateFailed(OURS, "reason 5", 17.5),
        ),
        ({"Event": "OriginateResponse", "ActionID": OURS, "Response": "Success"}, None),
        (  # a refused duplicate carries the Uniqueid of the call that lives
            {
                "Event": "OriginateResponse",
                "ActionID": "a7",
                "Uniqueid": OURS,
                "Response": "Failure",
            },
            None,
        ),
        (
            {"Event": "ContactStatus", "EndpointName": "1001", "ContactStatus": "Reachable"},
            PhoneChanged("1001", reachable=True, at=17.5),
        ),
        (
            {"Event": "ContactStatus", "AOR": "1001", "ContactStatus": "Removed"},
            PhoneChanged("1001", reachable=False, at=17.5),
        ),
        ({"Event": "ContactStatus", "ContactStatus": "Removed"}, None),
        ({"Event": "VarSet", "Uniqueid": OURS}, None),
        ({"Event": "HangupRequest", "Uniqueid": OURS, "Cause": "16"}, None),
        ({}, None),
    ],
)
def test_an_event_of_ours_is_translated(values: dict[str, str], event: SwitchEvent | None) -> None:
    assert translate(frame(**values, Timestamp="17.5"), NOW) == event


@pytest.mark.parametrize("name", ["Newstate", "Hangup", "BridgeEnter"])
@pytest.mark.parametrize(
    "stranger",
    ["", "1700000000.12", OURS + "0", OURS[:-1]],
    ids=["none", "another", "longer", "shorter"],
)
def test_channels_of_others_give_nothing(name: str, stranger: str) -> None:
    assert translate(frame(Event=name, Uniqueid=stranger, ChannelState="6"), NOW) is None


def test_an_event_without_a_stamp_happened_now() -> None:
    event = translate(frame(Event="Newstate", Uniqueid=OURS, ChannelState="6"), NOW)
    assert event == ChannelUp(OURS, NOW)


def test_a_channel_is_read_from_the_list() -> None:
    item = frame(
        Uniqueid=LEG, ChannelStateDesc="Up", BridgeId="b", Duration="00:01:30", Application="Wait"
    )
    assert live_channel(item) == LiveChannel(LEG, "Up", "b", 90.0, "Wait")
    assert live_channel(frame(Uniqueid="1700000000.12")) is None
    assert live_channel(frame(Uniqueid=LEG)) == LiveChannel(LEG, "", "", 0.0, "")


@pytest.mark.parametrize(
    ("status", "reachable"),
    [("Reachable", True), ("NonQualified", True), ("NonQual", True), ("Unreachable", False)],
)
def test_a_phone_is_read_from_the_list(status: str, reachable: bool) -> None:
    item = frame(Endpoint="1001", Aor="1001", Status=status)
    assert reachable_endpoint(item) == ("1001" if reachable else None)


def test_a_call_that_came_in_goes_by_its_account_code() -> None:
    ours = "ca-01JD0000000000000000000000"
    hung_up = frame(Event="Hangup", Uniqueid="1732.5", AccountCode=ours, Cause="16")
    assert translate(hung_up, NOW) == ChannelHungUp(ours, 16, "", NOW)
    hung_up = frame(Event="Hangup", Uniqueid="1732.5", AccountCode="1732", Cause="16")
    assert translate(hung_up, NOW) is None


@given(
    st.sampled_from(["Newstate", "Hangup", "BridgeEnter", "OriginateResponse", "ContactStatus"]),
    st.dictionaries(
        st.sampled_from(["Uniqueid", "ActionID", "ChannelState", "Cause", "Response", "AOR"]),
        st.one_of(st.just(OURS), st.text()),
    ),
)
def test_whatever_the_values_an_event_is_translated_or_dropped(
    name: str, values: dict[str, str]
) -> None:
    translate(frame(Event=name, **values), NOW)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("  Contact:  trunk/sip:192.0.2.1:5070      87ae18fb01 Avail         1.427", "trunk"),
        ("  Contact:  trunk/sip:192.0.2.1:5070      87ae18fb01 NonQual        -nan", "trunk"),
        ("  Contact:  trunk/sip:192.0.2.1:5070      87ae18fb01 Unavail        -nan", None),
        ("  Contact:  <Aor/ContactUri..............> <Hash....> <Status> <RTT(ms)..>", None),
        ("Objects found: 1", None),
        ("", None),
    ],
)
def test_a_contact_is_read_from_what_asterisk_shows(line: str, name: str | None) -> None:
    assert reachable_contact(line) == name
