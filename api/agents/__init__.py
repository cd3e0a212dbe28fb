"""Agents on the floor over REST."""
