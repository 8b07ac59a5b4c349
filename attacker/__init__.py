"""The attacker: reads what a release publishes and works out what it hides.

Here: the published files of one release and of earlier ones, the programs of everything that they
imply, and the verdict on each hidden count. Not here: the engine that hides (publisher); nothing
of it is imported, so that a mistake of one is not a mistake of both.

Source: shared/disclosure.md, step 6 and the traps.
"""
