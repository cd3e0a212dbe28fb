"""Users over REST."""
