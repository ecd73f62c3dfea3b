"""The pages: what Walkback found, for people who look before they read. They ask the same functions as the API."""
