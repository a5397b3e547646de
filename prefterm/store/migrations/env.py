"""Runs migrations on the engine factory's connection: one IMMEDIATE transaction each, foreign keys off, checked before commit.

A new file gets all of them in one transaction: a kill leaves it whole or empty, never at an older schema.
"""

from alembic import context

from prefterm.store.schema import check_references
from prefterm.store.tables import METADATA


def run() -> None:
    """Apply what is asked for on the connection given in the configuration's attributes."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=not context.config.attributes["new"],
        on_version_apply=lambda **_: check_references(connection),
    )
    with context.begin_transaction():
        context.run_migrations()


run()
