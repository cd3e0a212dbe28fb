"""Puts an engine together, and lets it live: the only place that names adapters."""

from dialer.bootstrap.engine import Engine, open_engine

__all__ = ["Engine", "open_engine"]
