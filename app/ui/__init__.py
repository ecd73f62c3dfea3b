"""The pages: what people look at, over the same reads as the API."""
