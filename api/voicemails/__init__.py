"""Voicemails over REST."""
