/* xml.h - small XML documents to values (the reading is done by Expat). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_XML_H
#define GATEWAYS_XML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"

#define XML_DEPTH_MAX 32
#define XML_NODES_MAX 10000

/* A map of one member: the root's local name (prefixes are dropped). An element with neither
 * children nor attributes is a text; others are maps: "@name" for attributes, children by name,
 * repeated children as a list; as a text the map is the element's own text. A document type
 * declaration is refused, so no entity can expand. E_INVALID when it is not well formed,
 * E_LIMIT past the caps. */
enum rc xml_parse(struct str text, struct arena *a, const struct val **ret,
                  struct err *err) MUST_USE;

/* The text of the first element a simple path names: "//name", "/root/a/b", "a/@attribute".
 * &VAL_NIL when there is none. */
const struct val *xml_find(const struct val *doc, struct str path, struct arena *a);

/* & < > " ' and control characters as references. */
struct str xml_escape(struct str s, struct arena *a);

#endif
