"""An agent far away: a network of its own behind a NAT, and a bad line to us, on one machine."""
