"""Benchmarks of lists of leads."""
