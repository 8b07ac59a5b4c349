"""A synthetic London: invented apprentices, their returns, and the faults seeded in them.

Here: everything that makes `cohort demo` possible without one real person. Not here: reading or
checking a return (`ingest`, `expectations`). Imports only `specification`.
"""
