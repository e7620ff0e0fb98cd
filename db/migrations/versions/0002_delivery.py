"""Delivery: the line, read-backs, corrections and threads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_index("ix_posts_channel_state_priority_due_at", "posts")
    op.drop_index("ix_posts_state_due_at", "posts")
    for column in (
        sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("change", sa.Text(), server_default="", nullable=False),
        sa.Column("wish", sa.JSON(), nullable=True),
        sa.Column("parts", sa.JSON(), server_default="[]", nullable=False),
    ):
        op.add_column("posts", column)
    op.add_column("deliveries", sa.Column("taken", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_posts_channel", "posts", ["channel", "state", "rank"])
    op.create_index("ix_posts_state", "posts", ["state", "due_at"])
    in_the_air = sa.text("lease_until IS NOT NULL")
    op.create_index("ix_posts_in_the_air", "posts", ["channel"], sqlite_where=in_the_air, postgresql_where=in_the_air)
    # What nobody knew under the old version is asked about; what waits keeps its order by due time.
    op.execute("UPDATE posts SET due_at = NULL WHERE state = 'uncertain'")
