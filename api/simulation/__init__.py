"""Rehearsals of campaigns over REST."""
