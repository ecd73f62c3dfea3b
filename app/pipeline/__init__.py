"""One function for each thing that Walkback does; each reads like its sentence and is one transaction a step."""
