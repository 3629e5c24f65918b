"""The command line `sjkg`: one module for each subcommand, imported when that subcommand runs. In: command-line options.
Out: results on standard output, messages on standard error, and an exit status.
"""
