/*
 * xid.h - the external id of a record in Odoo, both directions
 *
 *	sluice.ENTITY.KEY
 *	sluice.ENTITY.SITE.KEY      where the entity is per site
 *
 * In KEY and SITE the bytes A-Z a-z 0-9 and '-' stay, every other byte becomes
 * _XX (upper hex), so that any key fits, reads back and never collides.  To
 * Odoo "sluice" is the module and the rest is the name.
 *
 * Spec: DESIGN section 5, identity.
 */
#ifndef SLUICE_XID_H
#define SLUICE_XID_H

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

#define XID_MODULE "sluice"

/*
 * Longest external id, in bytes: PostgreSQL indexes no text of more than some
 * 2700 bytes.
 */
#define XID_MAX 1024

struct xid {
	struct span entity, site, key; /* decoded; an empty site is none */
};

/*
 * Append the external id of these parts; an empty `site` is left out.
 * 0, or -1 with ERR_DATA (and nothing appended): an entity that is not
 * [a-z][a-z0-9_]*, an empty key, an id beyond XID_MAX.
 */
int xid_put(struct buf *out, const struct xid *parts, struct err *err);

/*
 * Take an external id apart.  The parts point into `store`, which is cleared
 * first.  0, or -1 where it is none that xid_put makes.
 */
int xid_parse(struct span text, struct buf *store, struct xid *parts);

#endif
