"""The command line's subcommands, one a file: each has `add_arguments(parser)` and `main(args) -> int`."""
