"""The controller: decides when the recirculation pump runs, and drives real hardware over MQTT."""
