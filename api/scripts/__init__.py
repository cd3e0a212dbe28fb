"""Scripts over REST."""
