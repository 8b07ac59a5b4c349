"""The parts of the page, each from marts to protected figures.

Here: one module a part. Not here: how a part looks (templates, charts).
"""
