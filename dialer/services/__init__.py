"""Services: they sequence ports and domain."""
