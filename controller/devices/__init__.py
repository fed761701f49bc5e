"""Ring 2: what devices say and want to hear. Pure codecs, driven by one template per family of devices."""
