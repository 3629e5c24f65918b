"""`python -m sjkg` is the command `sjkg`."""

from sjkg.cli.main import main

main()
