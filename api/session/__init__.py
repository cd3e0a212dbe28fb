"""An agent's own session over REST."""
