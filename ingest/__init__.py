"""Bytes in, typed rows out, and the record of what was received.

Here: the landing store, the register, readers, header mapping, exact parsing, pseudonyms and the
lake. Not here: HTTP, Dagster, Great Expectations, or any rule about what a value should be.
"""
