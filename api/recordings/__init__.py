"""Recordings of talks over REST."""
