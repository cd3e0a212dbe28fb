"""Conference rooms over REST."""
