"""The command line: `cohort …`.

Here: one function a command, which calls one function below and prints what it returns. Results
go to stdout, talk to stderr. Exit codes: 0 nothing to fix, 1 findings, 2 wrong use, 3 a file that
cannot be read. Not here: any step itself.
"""
