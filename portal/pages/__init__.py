"""The pages, a module for each part of the work.

Here: what a page shows and what its forms do. Not here: who may enter (access, page).
"""
