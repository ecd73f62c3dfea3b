"""The way out for alerts: signed, one sender for each kind of destination."""
