"""Siblings: editions of one story, likenesses, and pages that are not ready."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "siblings",
        sa.Column("article_id", ID, sa.ForeignKey("articles.id", name="fk_siblings_article_id"), nullable=False),
        sa.Column("story", ID, nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_siblings"),
    )
    op.create_index("ix_siblings_story", "siblings", ["story"])
    op.create_table(
        "likenesses",
        sa.Column("article_id", ID, sa.ForeignKey("articles.id", name="fk_likenesses_article_id"), nullable=False),
        sa.Column("other_id", ID, sa.ForeignKey("articles.id", name="fk_likenesses_other_id"), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_likenesses"),
    )
    op.create_table(
        "readiness",
        sa.Column("article_id", ID, sa.ForeignKey("articles.id", name="fk_readiness_article_id"), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_readiness"),
    )
    op.create_index("ix_readiness_next_at", "readiness", ["next_at"])
