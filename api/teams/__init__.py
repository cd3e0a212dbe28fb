"""Teams over REST."""
