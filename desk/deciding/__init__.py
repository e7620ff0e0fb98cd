"""Deciding: what people say of articles, posts and channels, and what waits for their word."""
