"""Scorecards over REST."""
