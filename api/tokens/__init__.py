"""Tokens of machines over REST."""
