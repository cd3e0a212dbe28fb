"""Flows (IVR) over REST."""
