"""Listening in over REST."""
