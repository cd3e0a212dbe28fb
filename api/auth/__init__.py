"""Logging in and out over REST."""
