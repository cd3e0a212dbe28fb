"""Pause codes over REST."""
