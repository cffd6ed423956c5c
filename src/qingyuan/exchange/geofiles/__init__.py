"""图形文件: GeoJSON, GeoPackage, zipped shapefile, KML and KMZ, in and out.

Enter: bytes that say they are one of these. Happens: they are looked into (kinds), opened from a folder of our own
(layers), their points or outlines brought to CGCS2000 degrees (reference). Leave: features for an import of outlets
(table) or for an official file of places (exchange.official); files of the register (writing). GDAL stands here and
nowhere below; it is given only files whose content was recognised first, by names of our own, and no other address.
"""
