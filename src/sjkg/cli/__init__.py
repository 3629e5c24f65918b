"""The command line `sjkg`: one module for each command, loaded when that command runs."""
