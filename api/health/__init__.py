"""Whether the service lives, whether it is ready, and what it measures; at the root."""
