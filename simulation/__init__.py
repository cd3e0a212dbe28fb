"""The simulated world: carrier, phones, agents."""
