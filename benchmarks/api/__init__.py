"""Benchmarks of the API beside a floor at work."""
