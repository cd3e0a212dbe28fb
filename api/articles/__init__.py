"""Knowledge articles over REST."""
