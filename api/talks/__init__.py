"""Moves within live talks over REST."""
