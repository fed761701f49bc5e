"""How far a pipe spreads a front: exchange with the wall and mixing along the way, as cumulants that add up.

Water and wall exchange heat at a finite rate, so a step at the inlet arrives as a slope. With the film's conductance per
heat of the water ``a = h pi d / Cf`` (1/s), the wall's share ``R = Cw / Cf``, ``b = a / R``, the water's residence time
``tau`` and turbulent mixing along the pipe ``K' = K / u^2`` (s), the response of a pipe to an impulse has the transform
``exp(-tau (g - K' g^2 + 2 K'^2 g^3 ...))`` with ``g = s + a s / (s + b)``: a compound Poisson process of exponential
delays (Anzelius 1926, Schumann 1929), blurred. Its logarithm gives the cumulants of the time of arrival::

    kappa1 = tau (1 + R)
    kappa2 = 2 tau (R / b + K' (1 + R)^2)
    kappa3 = 6 tau (R / b^2 + 2 K' (1 + R) R / b + 2 K'^2 (1 + R)^3)

``kappa1`` is the retarded front that the pipes move exactly. The others add up along a pipe and from pipe to pipe, so a
front need only carry two numbers: a pipe keeps what it has added so far to *any* front (in litres squared and cubed, in
which turbulent flow of any strength adds nearly the same per litre), and a front notes the sum when it enters and the
difference when it leaves. Nothing is touched in between. At rest nothing is added: water and wall come to one temperature.

Heat stays in the books of the sharp front, whose mean the spread keeps: what is spread is *when within a front* a kelvin
comes, never how much. The shape is the cube of a normal number (Wilson and Hilferty 1931: nearly a gamma distribution),
set to the exact mean and variance, and to the skewness as far as such a shape can have it; it needs one error function.

Valid for fully developed flow, with a film from Gnielinski's correlation and a wall that is thin against its own heat
diffusion; for residence times of a second and more. Price: a draw that ends within a front is charged by the sharp one.
"""

from math import erf, log, pi, sqrt
from typing import Final, TypeAlias

Mark: TypeAlias = tuple[float, float]
"""Second and third cumulant of a front's arrival, in s^2 and s^3 (in l^2 and l^3 inside a pipe)."""
SHARP: Mark = (0.0, 0.0)

LAMINAR_NU: Final = 3.66
"""Nusselt number of laminar flow with a wall of one temperature."""
LAMINAR_RE: Final = 2_300.0
TURBULENT_RE: Final = 4_000.0
"""Between the two the Nusselt number is interpolated. Source: Gnielinski 2013, Int. J. Heat Mass Transfer 63."""
MOST_SKEW: Final = 2.0
"""Skewness beyond which a front's shape is no longer followed: that of a single exponential."""
WATER_J_KGK: Final = 4_180.0
"""Heat capacity of water by mass, within 0.15 % from 15 to 70 C. Source: IAPWS-IF97 at 0.3 MPa."""
_LEAST_SKEW: Final = 1e-3
_KEPT_FLOWS: Final = 4_096


class Spread:
    """What one pipe adds to the cumulants of fronts.

    Args:
        inner_mm: Inner diameter, in mm.
        capacity: Heat capacity of water and wall over that of the water (1 + Cw/Cf).
        wall_mk_w: Resistance between the wall's inner face and its heat, in m K/W.
        water_c: Temperature for which the water's properties are taken, in C.
    """

    __slots__ = ("_added", "_capacity", "_conductivity", "_heat", "_inner_m", "_viscosity", "_wall_mk_w")

    def __init__(
        self, inner_mm: float, capacity: float, *, wall_mk_w: float = 0.0, water_c: float = 40.0
    ) -> None:
        self._inner_m = inner_mm / 1000.0
        self._capacity = capacity
        self._wall_mk_w = wall_mk_w
        self._viscosity, self._conductivity, self._heat = water(water_c)
        self._added: dict[float, Mark] = {}

    def growth(self, flow_lps: float) -> Mark:
        """Return what is added in a second of flow to the second (l^2/s) and third cumulant (l^3/s)."""
        found = self._added.get(flow_lps)
        if found is None:
            if len(self._added) >= _KEPT_FLOWS:
                self._added.clear()
            found = self._added[flow_lps] = self._growth(abs(flow_lps))
        return found

    def film_w_m2k(self, flow_lps: float) -> float:
        """Return the heat transfer coefficient between water and wall, in W/(m2 K)."""
        number = nusselt(self._reynolds(flow_lps), self._prandtl)
        return number * self._conductivity / self._inner_m

    @property
    def _prandtl(self) -> float:
        return self._viscosity * self._heat / self._conductivity

    def _reynolds(self, flow_lps: float) -> float:
        return 4.0 * flow_lps / 1000.0 / (pi * self._inner_m * self._viscosity)

    def _growth(self, flow_lps: float) -> Mark:
        area_m2 = pi * self._inner_m**2 / 4.0
        speed = flow_lps / 1000.0 / area_m2
        resistance = 1.0 / (self.film_w_m2k(flow_lps) * pi * self._inner_m) + self._wall_mk_w
        exchange = 1.0 / (resistance * self._heat * area_m2)
        share = self._capacity - 1.0
        lag = share * share / exchange
        skew = share * (share / exchange) ** 2
        blur = self._inner_m * dispersion(self._reynolds(flow_lps)) / speed
        kappa2 = 2.0 * (lag + blur * self._capacity**2)
        kappa3 = 6.0 * (skew + 2.0 * blur * self._capacity * lag + 2.0 * blur**2 * self._capacity**3)
        # Per second of the front's own way, which takes the wall's heat along.
        return kappa2 * flow_lps**2 / self._capacity, kappa3 * flow_lps**3 / self._capacity


def water(at_c: float) -> tuple[float, float, float]:
    """Return water's kinematic viscosity (m2/s), conductivity (W/(m K)) and heat capacity (J/(m3 K)).

    Source: fits to IAPWS-IF97 at 0.3 MPa from 10 to 70 C; viscosity by Vogel's equation; within 2 %.
    """
    heat = 4.2105e6 - 1.63e3 * at_c
    viscosity: float = 2.414e-5 * 10.0 ** (247.8 / (at_c + 133.15)) / (heat / WATER_J_KGK)
    return viscosity, 0.5636 + at_c * (1.946e-3 - 8.15e-6 * at_c), heat


def nusselt(reynolds: float, prandtl: float) -> float:
    """Return the Nusselt number in a smooth pipe.

    Source: Gnielinski 1976 (0.5 < Pr < 2000, Re up to 5e6), with Petukhov's friction factor; 3.66 for laminar flow.
    """
    if reynolds <= LAMINAR_RE:
        return LAMINAR_NU
    if reynolds < TURBULENT_RE:
        share = (reynolds - LAMINAR_RE) / (TURBULENT_RE - LAMINAR_RE)
        return (1.0 - share) * LAMINAR_NU + share * nusselt(TURBULENT_RE, prandtl)
    eighth = 0.125 / (0.79 * log(reynolds) - 1.64) ** 2
    sublayer: float = 1.0 + 12.7 * sqrt(eighth) * (prandtl ** (2.0 / 3.0) - 1.0)
    return eighth * (reynolds - 1000.0) * prandtl / sublayer


def dispersion(reynolds: float) -> float:
    """Return the coefficient of mixing along a pipe, over speed times diameter.

    Source: Wen and Fan 1975 (fit to Levenspiel's data, Re above 2000). Below the turbulent range its last value is kept:
    bends and warm walls stir what a laminar profile would draw out.
    """
    reynolds = max(reynolds, LAMINAR_RE)
    mixing: float = 3.0e7 / reynolds**2.1 + 1.35 / reynolds**0.125
    return mixing


def arrived(after_s: float, mark: Mark) -> float:
    """Return the share of a front's step that has come, so long after the instant at which the sharp front comes."""
    variance, third = mark
    deviation = sqrt(variance)
    skew = min(max(third / (variance * deviation), _LEAST_SKEW), MOST_SKEW)
    shape = 4.0 / (skew * skew)
    middle, width2 = 1.0 - 1.0 / (9.0 * shape), 1.0 / (9.0 * shape)
    mean = middle * (middle * middle + 3.0 * width2)
    spread2 = width2 * (9.0 * middle**4 + width2 * (36.0 * middle**2 + 15.0 * width2))
    cube = mean + after_s / deviation * sqrt(spread2)
    root = cube ** (1.0 / 3.0) if cube >= 0.0 else -((-cube) ** (1.0 / 3.0))
    return 0.5 * (1.0 + erf((root - middle) / sqrt(2.0 * width2)))
