"""Pictures of protected tables, as SVG.

Here: one module a kind of picture; each reads only a table of the figures file. Not here: any
number that is not in that file, or any text of the page.
"""
