"""Adapters: the ports of the dialer on real things."""
