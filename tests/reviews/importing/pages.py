"""Saved review pages written for the tests."""

REFERENCE = """\
Hard Hit (2021)
6/10
Tense, and a little too clean
19 August 2023
A banker, two children, a bomb under the seat.

It is a remake of Retribution (2015) and knows it.
3 out of 4 found this helpful. Was this review helpful? Sign in to vote.
Permalink

Recently Viewed"""

SIGNED_BELOW = """\
8/10
Tense from the first ring
Nothing moves but the car, and the car must not stop.
Helpful•41
16
    night_busAug 24, 2021Permalink
"""
