"""Pacing laws of existing dialers, rebuilt from their documentation; no code of theirs."""
