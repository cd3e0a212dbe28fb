"""Calls on record over REST."""
