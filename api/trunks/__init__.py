"""Trunks over REST."""
