"""The record of attempts over REST."""
