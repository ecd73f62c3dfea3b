"""What the commands do: each asks the same use cases as the interface and shows the answer."""
