"""FastAGI: what Asterisk asks of the dialer about a customer who answered."""
