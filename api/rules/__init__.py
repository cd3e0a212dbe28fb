"""The calling rules over REST."""
