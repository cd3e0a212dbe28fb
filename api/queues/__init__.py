"""Queues over REST."""
