"""Runs the migrations over the same door to the database as the program: a kill in the middle undoes the step."""

from alembic import context
from sqlalchemy import Connection

from app.settings import Settings
from app.storage.database import Database
from app.storage.partitions import is_ours
from app.storage.tables import metadata


def run(connection: Connection) -> None:
    """Foreign keys rest meanwhile on SQLite, where a table is changed by copying it and dropping the old one."""
    driver = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
    if driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        migrate(connection)
    finally:
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=ON")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        transaction_per_migration=True,
        compare_type=True,
        include_object=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(url=Settings().database_url, target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
    else:
        with Database(Settings().database_url) as database, database.engine.connect() as own:
            run(own)
