"""`outpace pins`, as it is typed."""

import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused

PHONE = "+12025550123"


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node, and a file that has a PIN."""
    empty_node(tmp_path, monkeypatch)
    file = tmp_path / "pin"
    file.write_text("4711\n")
    file.chmod(0o600)
    return file


def test_a_number_gets_its_pin_is_listed_and_removed_and_no_one_is_shown_the_pin(pin: Path) -> None:
    words = ("--from-file", str(pin), "--phone", PHONE, "--label", "Ann", "--by", "sue")
    assert done("pins", "set", "customer", "10023", *words) == "customer 10023 added\n"
    assert done("pins", "set", "customer", "10023", *words) == "customer 10023 changed\n"
    assert done("pins", "list") == f"customer\t10023\t{PHONE}\tAnn\t\n"
    assert json.loads(done("pins", "list", "--json")) == [
        {
            "kind": "customer",
            "number": "10023",
            "phone": PHONE,
            "label": "Ann",
            "locked_until": None,
        }
    ]
    log = done("audit", "--json")
    assert "caller_account_add" in log
    assert "4711" not in log
    assert "argon2" not in log
    assert done("pins", "remove", "customer", "10023") == "customer 10023 removed\n"
    assert done("pins", "list") == ""


def test_what_is_no_pin_or_no_number_is_refused(pin: Path) -> None:
    file = ("--from-file", str(pin))
    assert "customer, staff" in refused("pins", "set", "friend", "10023", *file)
    assert "cannot be keyed in" in refused("pins", "set", "customer", "A1", *file)
    assert "write it as +1" in refused("pins", "set", "customer", "1", "--phone", "12", *file)
    assert "does not exist" in refused("pins", "remove", "customer", "10023")
    pin.write_text("1111\n")
    assert refused("pins", "set", "customer", "10023", *file) == (
        "outpace: pin: is easily guessed; use no row of digits, nor one digit only"
    )
    pin.chmod(0o644)
    assert "chmod 600" in refused("pins", "set", "customer", "10023", *file)


def test_a_room_gets_its_pin_and_how_many_may_come(pin: Path) -> None:
    words = ("--from-file", str(pin), "--max-members", "5", "--label", "Board")
    assert done("rooms", "set", "400", *words) == "room 400 added\n"
    assert done("rooms", "set", "400", *words) == "room 400 changed\n"
    assert done("rooms", "list") == "400\t5 at most\tBoard\n"
    (shown,) = json.loads(done("rooms", "list", "--json"))
    assert shown["pin_hash"] == "(not shown)"
    assert "max_members" in refused("rooms", "set", "400", "--max-members", "1", *words[:2])
    done("rooms", "remove", "400")
    assert done("rooms", "list") == ""


def listed(pin: Path, text: str) -> Path:
    file = pin.with_name("pins.csv")
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_many_numbers_get_their_pins_from_a_file(pin: Path) -> None:
    done("pins", "set", "customer", "10023", "--from-file", str(pin))
    text = (
        "Kind;Number;PIN;Label;Phone\ncustomer;10023;902817;Ann;(202) 555-0123\n\nstaff;7;3310;;\n"
    )
    words = ("pins", "import", str(listed(pin, text)), "--region", "US", "--by", "sue")
    assert done(*words) == "2 PINs set, 1 of them of new numbers\n"
    assert done("pins", "list") == f"customer\t10023\t{PHONE}\tAnn\t\nstaff\t7\t\t\t\n"
    log = done("audit", "--json")
    assert "caller_account_change" in log
    assert "902817" not in log


def test_one_bad_row_refuses_the_whole_file_and_no_pin_is_told(pin: Path) -> None:
    text = (
        "kind,number,pin,phone\n"
        "customer,10023,902817,\n"
        "friend,10024,902817,\n"
        "customer,A1,902817,\n"
        "customer,10025,1234,\n"
        "customer,10023,551276,\n"
        "customer,10026,551276,12\n"
    )
    told = refused("pins", "import", str(listed(pin, text)))
    assert told == (
        "outpace: pins.csv: line 3: kind 'friend' is none; line 4: number 'A1' cannot be keyed in;"
        " line 5: pin is easily guessed; line 6: customer 10023 is in line 2 already;"
        " line 7: phone '12': no country code; correct them; nothing was taken in"
    )
    assert done("pins", "list") == ""
    assert "has no column 'pin'" in refused("pins", "import", str(listed(pin, "kind,number\n")))
    open_to_all = listed(pin, text)
    open_to_all.chmod(0o644)
    assert "chmod 600" in refused("pins", "import", str(open_to_all))
