"""Calling hours over REST."""
