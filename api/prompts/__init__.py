"""Prompts over REST."""
