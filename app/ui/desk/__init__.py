"""The desk: what people set up, ask and look after; beside the pages on which the record itself is read."""
