"""PINs of callers over REST."""
