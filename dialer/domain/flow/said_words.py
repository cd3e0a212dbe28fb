"""Values as a speech program is to read them. Pure.

Knows months and currencies of some languages; of others numbers are read as they stand. Refuses to
know how anything sounds.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

_MONTHS: Final[Mapping[str, str]] = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
}
_DAY: Final[Mapping[str, str]] = {
    "en": "{month} {day}, {year}",
    "es": "{day} de {month} de {year}",
    "pt": "{day} de {month} de {year}",
    "de": "{day}. {month} {year}",
}
_COINS: Final[Mapping[tuple[str, str], tuple[str, str, str, str]]] = {
    ("en", "USD"): ("dollar", "dollars", "cent", "cents"),
    ("en", "CAD"): ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    ("en", "EUR"): ("euro", "euros", "cent", "cents"),
    ("en", "GBP"): ("pound", "pounds", "penny", "pence"),
    ("es", "USD"): ("dólar", "dólares", "centavo", "centavos"),
    ("es", "MXN"): ("peso", "pesos", "centavo", "centavos"),
    ("es", "EUR"): ("euro", "euros", "céntimo", "céntimos"),
    ("fr", "EUR"): ("euro", "euros", "centime", "centimes"),
    ("de", "EUR"): ("Euro", "Euro", "Cent", "Cent"),
}
_AND: Final[Mapping[str, str]] = {"en": "and", "es": "con", "fr": "et", "de": "und"}
_MINUS: Final[Mapping[str, str]] = {"en": "minus", "es": "menos", "fr": "moins", "de": "minus"}


def words_of(kind: str, value: str, language: str, currency: str = "") -> str:
    """Return what is spoken of a value.

    Args:
        kind: number, date, money or digits.
        value: as `dialer.domain.flow.spoken.said_as` returns it.
        language: BCP 47; only its first part matters.
        currency: ISO 4217, of money.
    """
    tongue = language.partition("-")[0]
    match kind:
        case "digits":
            return ", ".join(value)
        case "date":
            return _day(date.fromisoformat(value), tongue)
        case "money":
            return _money(value, tongue, currency)
        case _:
            return value.removesuffix(".0")


def _day(day: date, tongue: str) -> str:
    months = _MONTHS.get(tongue)
    if months is None:
        return f"{day.day}, {day.month}, {day.year}"
    form = _DAY.get(tongue, "{day} {month} {year}")
    return form.format(day=day.day, month=months.split()[day.month - 1], year=day.year)


def _money(value: str, tongue: str, currency: str) -> str:
    whole, _, rest = value.lstrip("-").partition(".")
    cents = int((rest + "00")[:2])
    minus = f"{_MINUS.get(tongue, '-')} " if value.startswith("-") else ""
    names = _COINS.get((tongue, currency))
    if names is None:
        amount = f"{int(whole)}.{cents:02}" if cents else str(int(whole))
        return f"{minus}{amount} {' '.join(currency)}"
    parts = []
    if int(whole) or not cents:
        parts.append(f"{int(whole)} {names[0] if int(whole) == 1 else names[1]}")
    if cents:
        parts.append(f"{cents} {names[2] if cents == 1 else names[3]}")
    return minus + f" {_AND.get(tongue, ',')} ".join(parts)
