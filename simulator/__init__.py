"""The simulator: house plumbing with exact plug flow and heat loss, driven by the very same controller code."""

import os

if os.environ.get("ZCW_COMPILED") == "on":
    from simulator.compiled import use

    use()
