"""Child processes that can be killed, query workers that evaluate SPARQL queries in such processes, admission control.

In: a Python module to run, or a SPARQL query; a deadline, a memory limit and a callback that reports a closed connection.
Out: the child's standard output or the query result, or an exception that says why the child ended before.
"""
