"""Routes of several trunks over REST."""
