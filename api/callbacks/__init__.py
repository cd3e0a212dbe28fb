"""Promised calls over REST."""
