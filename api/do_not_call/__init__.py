"""The do-not-call list over REST."""
