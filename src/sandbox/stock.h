/*
 * stock.h - quantities on hand: counting, applying a count
 *
 * In 19 a count waits in inventory_quantity until action_apply_inventory
 * moves the difference from or to the location of inventory adjustments; the
 * action called again counts 0, as the real one does.  In 14 a count applies
 * at once.
 */
#ifndef SLUICE_SANDBOX_STOCK_H
#define SLUICE_SANDBOX_STOCK_H

#include "sandbox/env.h"

/* The quant of these (lot 0: none), made where `make` and it is missing. */
int stock_quant(struct env *env, json_int_t product, json_int_t location,
		json_int_t lot, bool make, json_int_t *id);
/* Note what was counted: the value of "inventory_quantity". */
int stock_count(struct env *env, json_int_t id, const json_t *count);
/* action_apply_inventory and action_set_inventory_quantity_to_zero. */
int stock_apply(struct env *env, json_int_t id);
/* No quants of services, nor in views. */
int stock_quant_allowed(struct env *env, json_int_t product,
			json_int_t location);

#endif
