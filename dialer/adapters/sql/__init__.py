"""The durable store: SQLAlchemy Core on SQLite, behind the ports of `dialer.ports`."""
