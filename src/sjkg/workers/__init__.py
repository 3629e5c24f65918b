"""Child processes that can be killed: a deadline, a memory limit, an end when the client disconnects; the queue of queries."""
