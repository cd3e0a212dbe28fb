"""Labelled calls of answering machine detection over REST."""
