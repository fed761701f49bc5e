"""Devices of the simulated house, each speaking on MQTT as its bought original does.

Written from what the originals do on the wire and from nothing in ``controller.devices``: were both sides made
from one piece, a mistake in it would cancel out and the tests would pass.
"""
