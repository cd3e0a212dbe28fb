"""The changes, one file for each, in order."""
