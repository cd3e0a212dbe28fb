"""Persons and machines on the telephone: how well they are told apart."""
