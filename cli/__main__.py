"""`python -m cli` is `newswire`."""

from cli.main import main

main()
