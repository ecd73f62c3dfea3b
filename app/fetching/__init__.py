"""The way out to the network: one guarded client, polite to every site, for all that is fetched or sent."""
