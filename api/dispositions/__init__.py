"""The dispositions of campaigns over REST."""
