"""What a return is: fields, code lists, rules, messages, metrics, quarters and boroughs.

Here: the source of truth, as data, and the small models that read it. Not here: reading files,
running checks, anything that imports another package of this repository.
"""
