"""The face for servers: health, metrics and webhooks over HTTP."""
