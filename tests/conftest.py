"""Every run draws the same examples, and a slow machine is no failure."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "outpace", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("outpace")
