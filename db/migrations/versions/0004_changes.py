"""Changes: what each revision changed, when pages are looked at again, and pages that could not be read yet."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("revisions", sa.Column("change", sa.JSON(), nullable=True))
    op.add_column("sources", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "checks",
        sa.Column("article_id", ID, sa.ForeignKey("articles.id", name="fk_checks_article_id"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("misses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missing_since", TIME, nullable=True),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("last_modified", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("listed", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("article_id", name="pk_checks"),
    )
    op.create_index("ix_checks_at", "checks", ["at"])
    op.create_table(
        "unread",
        sa.Column("key", sa.String(700), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_unread"),
    )
    op.create_index("ix_unread_at", "unread", ["at"])
