"""Messages to agents over REST."""
