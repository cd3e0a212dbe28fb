"""Asterisk: sessions, configuration, instances."""
