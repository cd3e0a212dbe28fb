"""Reviews of talks over REST."""
