"""The pacing of campaigns over REST."""
