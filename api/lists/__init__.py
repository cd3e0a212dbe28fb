"""Lists of leads over REST."""
