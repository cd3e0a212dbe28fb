"""What alembic runs: migrations on the connection that it was given, in its transaction."""

from alembic import context

from dialer.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for the names of constraints
    render_as_batch=True,  # SQLite cannot change a column otherwise
)
context.run_migrations()
