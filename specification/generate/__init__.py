"""One specification, many renderings: one module for each kind of output.

Here: functions from a collection to the text of files. Not here: any fact that the specification
does not state.
"""
