"""What an operator types: one module a command, imported when it is called."""
