"""The REST and WebSocket service of the dialer: not built yet.

Until it is, the engine is asked over its control socket (`dialer.control`), as the CLI does.
"""
