"""What the pages cost and how soon they show, in a real browser: `make bench-pages`."""
