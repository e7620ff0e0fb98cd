"""Carrying: the one path of a post to its platform, and what becomes of one whose carrier is gone."""
