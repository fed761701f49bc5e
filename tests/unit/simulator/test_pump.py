from simulator.pump import Pump


def test_a_pump_drives_its_flow_only_while_it_runs():
    pump = Pump(0.1)
    assert pump.drive_lps == 0.0
    pump.running = True
    assert pump.drive_lps == 0.1
