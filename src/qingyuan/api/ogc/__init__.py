"""OGC API – Features part 1 (core, GeoJSON, HTML, OpenAPI 3.0) under /ogc/: the layers of exchange.layers for any GIS.

Who asks comes with a token or a session and is answered in his scope; what lies outside does not exist. Errors are
problem+json. Each page of items is written down in the read log.
"""
