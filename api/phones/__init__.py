"""Agents' phones over REST."""
