"""Caller ids over REST."""
