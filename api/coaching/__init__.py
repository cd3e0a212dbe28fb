"""Coaching over REST."""
