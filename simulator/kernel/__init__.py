"""The pipes once more, compiled: the same semantics as ``simulator.network``, for sweeps in which nothing decides.

Everything lies in a few arrays of records (``records``); each module does for them what its namesake outside does for
objects. Only steady sources and sharp fronts are known here. Needs numba (the extra ``fast``); whoever wants to use it asks
``simulator.fast`` whether it is there.
"""
