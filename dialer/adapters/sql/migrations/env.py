"""What alembic runs: migrations on the connection that it was given."""

from alembic import context

from dialer.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot change a column otherwise
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
