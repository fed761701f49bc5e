"""What a household with a shower at half past six has taught its controller."""

from datetime import date, timedelta

from controller.views import ComfortView, DayView, HabitsView

_STEPS = (
    ("frugal", 0.5, 4.0),
    ("thrifty", 0.7, 8.0),
    ("balanced", 0.86, 15.0),
    ("comfortable", 0.95, 20.0),
    ("lavish", 0.98, 26.0),
)


def learned() -> HabitsView:
    """Return what was learned: mornings and evenings, later at the weekend."""
    week = tuple(
        tuple(
            round(
                0.1 + (4.0 if n in ((13, 14) if day < 5 else (18, 19)) else 0) + (2.0 if 36 <= n < 42 else 0),
                2,
            )
            for n in range(48)
        )
        for day in range(7)
    )
    foretold = tuple((40.0 - 3 * n, 0.05 + n / 10, 0.06 + n / 11) for n in range(10))
    options = tuple(ComfortView(name, share, fills, 0.07, 0.25) for name, share, fills in _STEPS)
    return HabitsView(False, "balanced", week, options, foretold, 120, 81, 42.0, 2_100.0, 640.0, (0.11, 0.19))


def days(count: int) -> tuple[DayView, ...]:
    """Return so many days up to 5 January 2026."""
    last = date(2026, 1, 5)
    return tuple(
        DayView(
            date=(last - timedelta(days=count - 1 - n)).isoformat(),
            runs=8 + n % 5,
            run_s=900.0 + 40 * (n % 7),
            refused=n % 3,
            draws=20 + n % 6,
            hot_share=0.8 + 0.02 * (n % 7),
            wait_s=7.0 + n % 4,
            none_hot_share=(0.18, 0.42),
            none_wait_s=31.0,
            heat_kwh=(1.2 + 0.1 * (n % 4), 2.0 + 0.1 * (n % 4)),
            always_kwh=(5.5, 9.0),
        )
        for n in range(count)
    )
