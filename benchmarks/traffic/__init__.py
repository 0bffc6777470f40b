"""Months of traffic as an insurer might have them, written straight into the tables.

Customers write by a daily and weekly rhythm on three channels; the assistant answers, asks
back, hands over; people reply, resolve, get rated; complaints go their steps. A new topic
and a drift can be planted. The same plan gives the same month. Texts are the shipped
training questions; what the assistant makes of them is drawn, not computed, so that a month
takes seconds: use it to measure measuring, never to measure the assistant.

Run ``python -m benchmarks.traffic HOME --month 2026-10`` to fill the database of a home.
"""

from benchmarks.traffic.plans import DriftPlan, Month, NewTopic, Plan
from benchmarks.traffic.visits import make_month

__all__ = ["DriftPlan", "Month", "NewTopic", "Plan", "make_month"]
