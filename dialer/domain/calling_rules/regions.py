"""States and provinces of countries that lie in several zones, besides those of the US.

The zones are those of the IANA time zone database (files `northamerica`, `southamerica`,
`australasia`), for Canada, Australia and Brazil with all that a region's parts keep; for
the islands under the US flag see ISO 3166. Codes and names are those of ISO 3166-2. Refuses to know
numbers and postal codes.
"""

from collections.abc import Mapping
from typing import Final

from dialer.domain.calling_rules.area_codes import STATE_ZONES

_SAO_PAULO: Final = ("America/Sao_Paulo",)
_FORTALEZA: Final = ("America/Fortaleza",)

REGION_ZONES: Final[Mapping[str, tuple[str, ...]]] = {
    "CA-AB": ("America/Edmonton",),
    "CA-BC": (
        "America/Creston",
        "America/Dawson_Creek",
        "America/Edmonton",
        "America/Fort_Nelson",
        "America/Vancouver",
    ),
    "CA-MB": ("America/Winnipeg",),
    "CA-NB": ("America/Moncton",),
    "CA-NL": ("America/Goose_Bay", "America/St_Johns"),
    "CA-NS": ("America/Glace_Bay", "America/Halifax"),
    "CA-NT": ("America/Edmonton", "America/Inuvik"),
    "CA-NU": (
        "America/Cambridge_Bay",
        "America/Iqaluit",
        "America/Rankin_Inlet",
        "America/Resolute",
    ),
    "CA-ON": ("America/Atikokan", "America/Toronto", "America/Winnipeg"),
    "CA-PE": ("America/Halifax",),
    "CA-QC": ("America/Blanc-Sablon", "America/Halifax", "America/Toronto"),
    "CA-SK": ("America/Edmonton", "America/Regina", "America/Swift_Current"),
    "CA-YT": ("America/Dawson", "America/Whitehorse"),
    "AU-ACT": ("Australia/Sydney",),
    "AU-NSW": ("Australia/Broken_Hill", "Australia/Lord_Howe", "Australia/Sydney"),
    "AU-NT": ("Australia/Darwin",),
    "AU-QLD": ("Australia/Brisbane", "Australia/Lindeman"),
    "AU-SA": ("Australia/Adelaide",),
    "AU-TAS": ("Australia/Hobart",),
    "AU-VIC": ("Australia/Melbourne",),
    "AU-WA": ("Australia/Eucla", "Australia/Perth"),
    "BR-AC": ("America/Rio_Branco",),
    "BR-AL": ("America/Maceio",),
    "BR-AM": ("America/Eirunepe", "America/Manaus"),
    "BR-AP": ("America/Belem",),
    "BR-BA": ("America/Bahia",),
    "BR-CE": _FORTALEZA,
    "BR-DF": _SAO_PAULO,
    "BR-ES": _SAO_PAULO,
    "BR-GO": _SAO_PAULO,
    "BR-MA": _FORTALEZA,
    "BR-MG": _SAO_PAULO,
    "BR-MS": ("America/Campo_Grande",),
    "BR-MT": ("America/Cuiaba",),
    "BR-PA": ("America/Belem", "America/Santarem"),
    "BR-PB": _FORTALEZA,
    "BR-PE": ("America/Noronha", "America/Recife"),
    "BR-PI": _FORTALEZA,
    "BR-PR": _SAO_PAULO,
    "BR-RJ": _SAO_PAULO,
    "BR-RN": _FORTALEZA,
    "BR-RO": ("America/Porto_Velho",),
    "BR-RR": ("America/Boa_Vista",),
    "BR-RS": _SAO_PAULO,
    "BR-SC": _SAO_PAULO,
    "BR-SE": ("America/Maceio",),
    "BR-SP": _SAO_PAULO,
    "BR-TO": ("America/Araguaina",),
    "AS": ("Pacific/Pago_Pago",),
    "GU": ("Pacific/Guam",),
    "MP": ("Pacific/Guam",),
    "PR": ("America/Puerto_Rico",),
    "VI": ("America/St_Thomas",),
}
"""By ISO 3166 code."""

COUNTRIES_WITH_REGIONS: Final = frozenset({"AU", "BR", "CA", "US"})
"""Those whose states or provinces are known here."""

_NAMES: Final = {
    "US": (
        "AK Alaska|AL Alabama|AR Arkansas|AZ Arizona|CA California|CO Colorado|CT Connecticut|"
        "DC District of Columbia|DE Delaware|FL Florida|GA Georgia|HI Hawaii|IA Iowa|ID Idaho|"
        "IL Illinois|IN Indiana|KS Kansas|KY Kentucky|LA Louisiana|MA Massachusetts|MD Maryland|"
        "ME Maine|MI Michigan|MN Minnesota|MO Missouri|MS Mississippi|MT Montana|"
        "NC North Carolina|ND North Dakota|NE Nebraska|NH New Hampshire|NJ New Jersey|"
        "NM New Mexico|NV Nevada|NY New York|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|"
        "RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|"
        "VA Virginia|VT Vermont|WA Washington|WI Wisconsin|WV West Virginia|WY Wyoming"
    ),
    "CA": (
        "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|"
        "NL Newfoundland and Labrador|NS Nova Scotia|NT Northwest Territories|NU Nunavut|"
        "ON Ontario|PE Prince Edward Island|QC Quebec|QC Québec|SK Saskatchewan|YT Yukon"
    ),
    "AU": (
        "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|"
        "QLD Queensland|SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia"
    ),
    "BR": (
        "AC Acre|AL Alagoas|AM Amazonas|AP Amapá|BA Bahia|CE Ceará|DF Distrito Federal|"
        "ES Espírito Santo|GO Goiás|MA Maranhão|MG Minas Gerais|MS Mato Grosso do Sul|"
        "MT Mato Grosso|PA Pará|PB Paraíba|PE Pernambuco|PI Piauí|PR Paraná|RJ Rio de Janeiro|"
        "RN Rio Grande do Norte|RO Rondônia|RR Roraima|RS Rio Grande do Sul|SC Santa Catarina|"
        "SE Sergipe|SP São Paulo|TO Tocantins"
    ),
}
_TERRITORIES: Final = frozenset({"AS", "GU", "MP", "PR", "VI"})
"""Countries of ISO 3166 that the US post counts as states."""

_COUNTRY_NAMES: Final[Mapping[str, str]] = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states": "US",
    "united states of america": "US",
    "can": "CA",
    "canada": "CA",
    "aus": "AU",
    "australia": "AU",
    "bra": "BR",
    "brazil": "BR",
    "brasil": "BR",
    "gbr": "GB",
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
}
"""What people write for a country besides its code of two letters."""


def region_of(country: str, written: str) -> str | None:
    """Return the ISO 3166-2 code of a country's state or province, by its code or name.

    Args:
        country: ISO 3166 code; one of `COUNTRIES_WITH_REGIONS`, or nothing is found.
        written: as in a list: "TX", "Texas", "US-TX".
    """
    plain = written.casefold()
    found = _REGIONS.get((country, plain.removeprefix(f"{country.casefold()}-")))
    if found is None and country == "US" and written.upper() in _TERRITORIES:
        return written.upper()
    return found


def country_of(written: str) -> str:
    """Return the ISO 3166 code of a country as it is written; what is none, as it is."""
    return _COUNTRY_NAMES.get(written.casefold(), written.upper())


_REGIONS: Final[Mapping[tuple[str, str], str]] = {
    (country, known.casefold()): f"{country}-{code}"
    for country, names in _NAMES.items()
    for code, _, name in (entry.partition(" ") for entry in names.split("|"))
    for known in (code, name)
}

if set(STATE_ZONES) != {code[3:] for (country, _), code in _REGIONS.items() if country == "US"}:
    raise AssertionError("a state has area codes and no name, or the other way round")
