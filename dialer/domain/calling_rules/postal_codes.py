"""In which state or province a postal code is.

Sources: US, the three-digit ZIP prefixes of the Postal Service (Labeling List L002); Canada, the
postal districts of Canada Post (first letter; X is shared by two territories); Australia, the
ranges of Australia Post by state; Brazil, the ranges of Correios ("faixas de CEP") by state.
Ranges, not streets: a code that straddles a border counts for the state of its range. Refuses to
know other countries: their codes tell nothing here.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

_ZIP: Final = re.compile(r"([0-9]{3,5})(?:[ -]?[0-9]{4})?")
_ZIP_PLUS_4: Final = re.compile(r"[0-9]{9}")
_DISTRICT: Final = r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z]"
_CANADIAN: Final = re.compile(_DISTRICT + r"(?:[ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9])?")
_AUSTRALIAN: Final = re.compile(r"[0-9]{3,4}")
_CEP: Final = re.compile(r"[0-9]{7,8}|[0-9]{2}\.?[0-9]{3}-?[0-9]{3}")

_ZIPS: Final = (
    "005 NY|006-007 PR|008 VI|009 PR|010-027 MA|028-029 RI|030-038 NH|039-049 ME|050-054 VT|"
    "055 MA|056-059 VT|060-062 CT|063 CT|064-069 CT|070-089 NJ|100-149 NY|150-196 PA|197-199 DE|"
    "200 DC|201 VA|202-205 DC|206-212 MD|214-219 MD|220-246 VA|247-268 WV|270-289 NC|290-299 SC|"
    "300-319 GA|320-339 FL|341-342 FL|344 FL|346-347 FL|349 FL|350-352 AL|354-369 AL|370-385 TN|"
    "386-397 MS|398-399 GA|400-418 KY|420-427 KY|430-459 OH|460-479 IN|480-499 MI|500-516 IA|"
    "520-528 IA|530-532 WI|534-535 WI|537-549 WI|550-551 MN|553-567 MN|569 DC|570-577 SD|"
    "580-588 ND|590-599 MT|600-620 IL|622-629 IL|630-631 MO|633-641 MO|644-658 MO|660-662 KS|"
    "664-679 KS|680-681 NE|683-693 NE|700-701 LA|703-708 LA|710-714 LA|716-729 AR|730-731 OK|"
    "733 TX|734-741 OK|743-749 OK|750-770 TX|772-799 TX|800-816 CO|820-831 WY|832-838 ID|"
    "840-847 UT|850-853 AZ|855-857 AZ|859-860 AZ|863-865 AZ|870-871 NM|873-875 NM|877-884 NM|"
    "885 TX|889-891 NV|893-895 NV|897-898 NV|900-908 CA|910-928 CA|930-961 CA|967-968 HI|"
    "969 GU|970-979 OR|980-986 WA|988-994 WA|995-999 AK"
)
_STATES_POSTED_ELSEWHERE: Final[Mapping[str, str]] = {"06390": "US-NY", "96799": "AS"}
_MARIANAS: Final = range(96950, 96953)

_CANADA: Final[Mapping[str, str]] = {
    "A": "CA-NL",
    "B": "CA-NS",
    "C": "CA-PE",
    "E": "CA-NB",
    "G": "CA-QC",
    "H": "CA-QC",
    "J": "CA-QC",
    "K": "CA-ON",
    "L": "CA-ON",
    "M": "CA-ON",
    "N": "CA-ON",
    "P": "CA-ON",
    "R": "CA-MB",
    "S": "CA-SK",
    "T": "CA-AB",
    "V": "CA-BC",
    "Y": "CA-YT",
}
_NUNAVUT: Final = frozenset({"X0A", "X0B", "X0C"})

_AUSTRALIA: Final = (
    "0200-0299 ACT|0800-0999 NT|1000-2599 NSW|2600-2618 ACT|2619-2899 NSW|2900-2920 ACT|"
    "2921-2999 NSW|3000-3999 VIC|4000-4999 QLD|5000-5999 SA|6000-6999 WA|7000-7999 TAS|"
    "8000-8999 VIC|9000-9999 QLD"
)

_BRAZIL: Final = (
    "01000-19999 SP|20000-28999 RJ|29000-29999 ES|30000-39999 MG|40000-48999 BA|49000-49999 SE|"
    "50000-56999 PE|57000-57999 AL|58000-58999 PB|59000-59999 RN|60000-63999 CE|64000-64999 PI|"
    "65000-65999 MA|66000-68899 PA|68900-68999 AP|69000-69299 AM|69300-69399 RR|69400-69899 AM|"
    "69900-69999 AC|70000-72799 DF|72800-72999 GO|73000-73699 DF|73700-76799 GO|76800-76999 RO|"
    "77000-77999 TO|78000-78899 MT|79000-79999 MS|80000-87999 PR|88000-89999 SC|90000-99999 RS"
)


class _Ranges:
    """Regions by the first digits of a code."""

    def __init__(self, country: str, text: str) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._regions: list[str] = []
        for entry in text.split("|"):
            digits, region = entry.split()
            first, _, last = digits.partition("-")
            self._starts.append(int(first))
            self._ends.append(int(last or first))
            self._regions.append(region if region in _OWN_CODES else f"{country}-{region}")

    def of(self, number: int) -> str | None:
        at = bisect_right(self._starts, number) - 1
        return self._regions[at] if at >= 0 and number <= self._ends[at] else None


_OWN_CODES: Final = frozenset({"GU", "VI"})
"""Territories that ISO 3166 counts as countries (PR is a state of Brazil as well)."""

_US_RANGES: Final = _Ranges("US", _ZIPS)
_AU_RANGES: Final = _Ranges("AU", _AUSTRALIA)
_BR_RANGES: Final = _Ranges("BR", _BRAZIL)


def address_of(country: str, code: str) -> str | None:
    """Return the ISO 3166 code of the region that a postal code is in; None if it is no code.

    Zeros that a spreadsheet has taken from its beginning are put back.

    Args:
        country: US, CA, AU or BR.
        code: as written.
    """
    written = code.strip().upper()
    match country:
        case "US":
            return _american(written)
        case "CA":
            return _canadian(written)
        case "AU" if _AUSTRALIAN.fullmatch(written):
            return _AU_RANGES.of(int(written))
        case "BR" if _CEP.fullmatch(written):
            digits = written.replace("-", "").replace(".", "").zfill(8)
            return _BR_RANGES.of(int(digits[:5]))
        case _:
            return None


def _american(written: str) -> str | None:
    if _ZIP_PLUS_4.fullmatch(written):
        written = written[:5]
    found = _ZIP.fullmatch(written)
    if found is None:
        return None
    code = found[1].zfill(5)
    if code in _STATES_POSTED_ELSEWHERE:
        return _STATES_POSTED_ELSEWHERE[code]
    if int(code) in _MARIANAS:
        return "MP"
    region = _US_RANGES.of(int(code[:3]))
    return "PR" if region == "US-PR" else region


def _canadian(written: str) -> str | None:
    if not _CANADIAN.fullmatch(written):
        return None
    if written[0] == "X":
        return "CA-NU" if written[:3] in _NUNAVUT else "CA-NT"
    return _CANADA.get(written[0])
