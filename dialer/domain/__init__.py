"""Values and laws of dialing: no IO, no clock; `now` is always an argument."""
