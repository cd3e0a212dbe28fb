"""Leads over REST."""
