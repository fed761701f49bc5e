"""The shipped device families: one YAML file each, read by the settings and checked by ``parse_template``."""
