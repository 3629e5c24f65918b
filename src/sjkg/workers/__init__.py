"""Child processes that can be killed, and the queue of queries.

In: a module to run, limits (deadline, memory) and a check of the client's connection; or a query.
Out: the output or the query result, or the error that says why the child ended.
"""
