"""The page of supported devices, made of the templates."""

from collections.abc import Iterator, Mapping
from typing import Final

from controller.core.leases import LeaseClass
from controller.devices.shape import Parameter, Template

_HEAD: Final = """# Supported devices

Made of the templates in `controller/devices/templates` by `zcw devices list --markdown > docs/devices.md`; do not edit it here.

Every device is declared by a name of your own, with its `family` and what the family asks for:

```yaml
devices:
  pump_plug:
    family: tasmota
    topic: tasmota_A1B2C3
```

`zcw devices scan` finds what is on your broker, `zcw setup` tries it out and writes the file. A family that is missing
here is one more YAML file; until then `generic` takes any topic and JSON path.

Class of the switch: **A** takes a timer with every ON and goes off by itself when no more orders come; **B** has one fixed
auto-off, set on the device; **C** has none, so only people start the pump unless `pump.allow_without_auto_off: true`.
"read back" means that the device tells its timer, so that the controller sees whether it is kept.
"""

_AUTOMATION: Final = """## The automation for Home Assistant

The families `homeassistant` and `heater_*` need Home Assistant to tell states and to carry orders out. In its
`configuration.yaml`, with your entities:

```yaml
mqtt_statestream:
  base_topic: statestream
  include:
    entities: [switch.circulation_pump, sensor.return_pipe, select.water_heater_cruise_mode]

automation:
  - alias: zcw, carry orders out
    mode: parallel
    trigger:
      - platform: mqtt
        topic: zcw/homeassistant/+/set
    variables:
      entity: "{{ trigger.topic.split('/')[2] }}"
      allowed: [switch.circulation_pump, select.water_heater_cruise_mode]
    condition: "{{ entity in allowed }}"
    action:
      - choose:
          - conditions: "{{ entity.startswith('select.') }}"
            sequence:
              - service: select.select_option
                target: {entity_id: "{{ entity }}"}
                data: {option: "{{ trigger.payload }}"}
        default:
          - service: "homeassistant.turn_{{ 'on' if trigger.payload == 'on' else 'off' }}"
            target: {entity_id: "{{ entity }}"}

  - alias: zcw, tell a state when asked
    mode: parallel
    trigger:
      - platform: mqtt
        topic: zcw/homeassistant/+/get
    variables:
      entity: "{{ trigger.topic.split('/')[2] }}"
    action:
      - service: mqtt.publish
        data:
          topic: "statestream/{{ entity.replace('.', '/') }}/state"
          payload: "{{ states(entity) }}"

  - alias: zcw, keep telling the temperatures
    trigger:
      - platform: time_pattern
        seconds: "/20"
    action:
      - repeat:
          for_each: [sensor.return_pipe]
          sequence:
            - service: mqtt.publish
              data:
                topic: "statestream/{{ repeat.item.replace('.', '/') }}/state"
                payload: "{{ states(repeat.item) }}"
```

The last one matters: Statestream tells changes only, and a sensor that says nothing for a minute is not trusted.
"""


def page(families: Mapping[str, Template]) -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *_overview(families), *_families(families), _AUTOMATION])


def classes(template: Template) -> str:
    """Return what a family's switch can enforce by itself, such as ``A, B``; empty when it has no switch."""
    shape = template.switch
    found = {start.lease_class for start in shape.starts} if shape else set()
    if shape is None and template.heater:
        found = {LeaseClass.B, LeaseClass.C}
    if template.schedule:
        found = {LeaseClass.C}
    read_back = " (read back)" if shape and shape.leases else ""
    return ", ".join(sorted(found)) + read_back


def _overview(families: Mapping[str, Template]) -> Iterator[str]:
    yield "| Family | Devices | What they can be | Class of the switch |"
    yield "|---|---|---|---|"
    for name, template in sorted(families.items()):
        parts = ", ".join(template.capabilities)
        yield f"| [`{name}`](#{name}) | {template.title} | {parts} | {classes(template)} |"
    yield ""


def _families(families: Mapping[str, Template]) -> Iterator[str]:
    for name, template in sorted(families.items()):
        yield from (f"## {name}", "", f"{template.title}.", "", template.notes.strip(), "")
        yield from ("| Parameter | Meaning | Default |", "|---|---|---|")
        for one in template.parameters:
            yield f"| `{one.name}` | {_cell(one.help)} | {_default(one)} |"
        yield ""
        for part, channel in _channels(template):
            usual = f"`{channel.default}` by default" if channel.default else "always needed"
            yield f"`channel` of a {part}: {channel.help} ({usual})."
        yield ""


def _default(one: Parameter) -> str:
    if one.required:
        return "required"
    if one.choices:
        return f"`{one.default}` of {', '.join(one.choices)}"
    return f"`{_cell(one.default)}`" if one.default else ""


def _channels(template: Template) -> Iterator[tuple[str, Parameter]]:
    shapes = {"temperature": template.temperature, "flow": template.flow, "button": template.button}
    for part, shape in (*shapes.items(), *((kind.value, cue) for kind, cue in template.cues.items())):
        if shape is not None and shape.channel is not None:
            yield part, shape.channel


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
