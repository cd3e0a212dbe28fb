"""What needs no server: clock and feed within one process."""
