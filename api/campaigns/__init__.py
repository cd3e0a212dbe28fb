"""Campaigns over REST."""
