"""Live calls over REST."""
