"""Skills over REST."""
