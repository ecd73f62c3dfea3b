"""What every table shares: names of constraints that are the same on both databases."""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

VersionNumber = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
"""The number of a version; that of an archived one has 14 digits. SQLite keeps any whole number in an INTEGER."""
