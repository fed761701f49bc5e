import simpy

from simulator.agenda import call_at


def test_things_happen_at_their_instants_and_late_ones_at_once():
    env, seen = simpy.Environment(initial_time=10.0), []
    for at_s in (12.0, 11.0, 9.0):
        call_at(env, at_s, lambda at_s=at_s: seen.append((at_s, env.now)))
    env.run(until=20.0)
    assert seen == [(9.0, 10.0), (11.0, 11.0), (12.0, 12.0)]
