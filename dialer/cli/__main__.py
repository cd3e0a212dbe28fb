"""`python -m dialer.cli`: the same as `outpace`."""

from dialer.cli import app

app()
