"""The REST interface: what a newsroom's own programs ask of Walkback, one file per noun, described by OpenAPI."""
