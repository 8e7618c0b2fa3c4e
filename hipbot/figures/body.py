"""The person of the drawings: an adult's lengths, masses and joint ranges. Used by pose.py, checks.py and shapes.py.

Lengths: fractions of body height after Drillis and Contini (1966), as in D. A. Winter, "Biomechanics and Motor
Control of Human Movement" (4th edition, 2009), figure 4.1. Masses and where they sit: the same book, table 4.1.
"""

from __future__ import annotations

HEIGHT = 170.0  # cm; poses are written in cm and degrees

THIGH = 0.245 * HEIGHT
SHIN = 0.246 * HEIGHT
ANKLE = 0.039 * HEIGHT  # above the sole
FOOT = 0.152 * HEIGHT
HEEL = 0.25 * FOOT  # behind the ankle; ours, by eye
UPPER_ARM = 0.186 * HEIGHT
FOREARM = 0.146 * HEIGHT
HAND = 0.108 * HEIGHT
PALM = 0.45 * HAND  # from the wrist to what touches
HEAD = 0.182 * HEIGHT  # shoulder to top of head
HALF_HIPS = 0.191 * HEIGHT / 2 - 7.5  # the same figure gives the width over the skin; the joints lie deeper
HALF_SHOULDERS = 0.259 * HEIGHT / 2 - 5
# Hip to shoulder, 0.288, shared out as P. de Leva (1996, Journal of Biomechanics 29(9), table 4, men) measured the
# lower, middle and upper trunk: 145.7, 215.5 and 170.7 mm. The back bends at navel and lower end of the breastbone.
_TRUNK = 0.288 * HEIGHT / (145.7 + 215.5 + 170.7)
PELVIS, WAIST, CHEST = 145.7 * _TRUNK, 215.5 * _TRUNK, 170.7 * _TRUNK

# Shares of the body's mass; the first number of a pair is the mass, the second where it sits along the part.
MASS = {
    "pelvis": (0.142, 0.5),
    "waist": (0.139, 0.5),
    "chest": (0.216, 0.5),
    "head": (0.081, 0.6),
    "thigh": (0.100, 0.433),
    "shin": (0.0465, 0.433),
    "foot": (0.0145, 0.5),
    "upper_arm": (0.028, 0.436),
    "forearm": (0.016, 0.430),
    "hand": (0.006, 0.506),
}

# Degrees that a healthy adult's joints allow, straight being 0: American Academy of Orthopaedic Surgeons, "Joint
# motion" (1965). Knee and ankle have some 15 more, as weight or a hand bends them here. Waist and chest share out
# what it gives for the whole back.
RANGES = {
    "hip": (-30, 125),
    "knee": (0, 155),
    "ankle": (-65, 30),
    "shoulder": (-60, 185),
    "elbow": (0, 150),
    "wrist": (-80, 80),
    "waist": (-35, 25),
    "chest": (-25, 20),
    "neck": (-45, 40),
}

THICK = {"hip": 9.0, "knee": 6.0, "ankle": 3.8, "wrist": 3.0, "elbow": 4.2}  # from the bone to the skin, cm
