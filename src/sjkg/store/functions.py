"""The functions that the engine has beyond SPARQL 1.1. Source: OGC GeoSPARQL 1.1, https://www.opengis.net/doc/IS/geosparql/1.1"""

GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
RELATIONS = (
    "sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains sfOverlaps "
    "ehEquals ehDisjoint ehMeet ehOverlap ehCovers ehCoveredBy ehInside ehContains "
    "rcc8eq rcc8dc rcc8ec rcc8po rcc8tppi rcc8tpp rcc8ntpp rcc8ntppi"
).split()
OF_ONE_GEOMETRY = "envelope convexHull dimension getSRID isEmpty isSimple asGeoJSON".split()
EXTENSION_FUNCTIONS = tuple(GEOSPARQL + name for name in (*RELATIONS, *OF_ONE_GEOMETRY, "distance"))
