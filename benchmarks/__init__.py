"""Measured: what Newswire promises about speed and size, each figure beside a baseline taken in the same run."""
