"""One file per kind of source: bytes in, statements out. Nothing here touches the network or a clock."""
