"""Inbound numbers over REST."""
