"""The live feed: what the floor does now, over WebSocket and server-sent events."""
