"""Policies: how many lines a mode wants, given the outlook and what the caps allow.

A policy is one small class behind the `Policy` protocol; `policy` finds it by mode. Knows no time,
no ids and no limits: those stand outside.
"""

from pacing.policies.policy import Policy, Wish
from pacing.policies.power import Power
from pacing.policies.predictive import Predictive
from pacing.policies.preview import Preview
from pacing.policies.progressive import Progressive
from pacing.settings import PacingSettings

__all__ = ["Policy", "Power", "Predictive", "Preview", "Progressive", "Wish", "policy"]


def policy(settings: PacingSettings) -> Policy:
    """Return the policy of the settings' mode."""
    if settings.mode == "power":
        return Power(settings.power_ratio)
    if settings.mode in ("predictive", "predictive_age_blind"):
        return Predictive()
    return Preview() if settings.mode == "preview" else Progressive()
