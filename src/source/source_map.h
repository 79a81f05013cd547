/*
 * source_map.h - looking up in a source map; reading one is in stet/source.h
 */
#ifndef STET_SOURCE_SOURCE_MAP_H
#define STET_SOURCE_SOURCE_MAP_H

#include "stet/source.h"

/* The group of `source`, owned by the map; `source` itself where it has none. */
struct stet_span stet_source_map_find(const struct stet_source_map *m, struct stet_span source);

#endif
