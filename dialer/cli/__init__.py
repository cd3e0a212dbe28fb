"""The command line of Outpace."""
