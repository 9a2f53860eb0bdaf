# Settings, users and API keys of a fresh test database.
#
# scripts/odoo feeds this to `odoo shell` of Odoo 14 and 19, where `env` is the
# environment of the superuser.  The users' names, passwords and keys go to
# /tmp/credentials inside the jail, which exists only after all else worked.

import os
import secrets

# The work on a Settings page of a manufacturer, by the names both know.
SWITCHES = ("group_uom", "group_product_variant", "group_product_pricelist",
            "group_stock_production_lot", "group_stock_multi_locations",
            "group_mrp_routings", "group_mrp_byproducts")

# All that the nightly jobs write.  The second column: not in every release.
MANAGER = (("base.group_user", True), ("base.group_partner_manager", True),
           ("base.group_allow_export", True), ("stock.group_stock_manager", True),
           ("mrp.group_mrp_manager", True), ("purchase.group_purchase_manager", True),
           ("sales_team.group_sale_manager", True),
           ("account.group_account_manager", True), ("uom.group_uom", True),
           ("stock.group_production_lot", True),
           ("stock.group_stock_multi_locations", True),
           ("product.group_product_variant", True),
           ("mrp.group_mrp_routings", True),
           ("maintenance.group_equipment_manager", True),
           ("product.group_product_manager", False))
ACCESS_RIGHTS = (("base.group_erp_manager", True),)

USERS = (("", "loader", "Loader", MANAGER + ACCESS_RIGHTS),
         ("PLANNER_", "planner", "Planner", MANAGER),
         ("CLERK_", "clerk", "Clerk", (("base.group_user", True),)))


def chart_of_accounts(env):
    if env["account.account"].search([], limit=1):
        return
    company = env["res.company"].search([], limit=1, order="id")
    if "account_type" in env["account.account"]._fields:
        env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False)
    else:
        env.ref("l10n_generic_coa.configurable_chart_template").try_loading(
            company=company)


def switch_on(env):
    settings = env["res.config.settings"]
    settings.create({name: True for name in SWITCHES
                     if name in settings._fields}).execute()


def several_warehouses(env):
    # A company of several plants.  Odoo switches this on by itself with the
    # second warehouse, but on 14 only for a user who may change views.
    env.ref("base.group_user").write(
        {"implied_ids": [(4, env.ref("stock.group_stock_multi_warehouses").id)]})


def group_ids(env, names):
    ids = []
    for name, required in names:
        group = env.ref(name, raise_if_not_found=required)
        if group:
            ids.append(group.id)
    return ids


def create_user(env, login, name, groups):
    users = env["res.users"].with_context(no_reset_password=True)
    field = "group_ids" if "group_ids" in users._fields else "groups_id"
    password = secrets.token_urlsafe(18)
    # Without a mail address Odoo 14 refuses to note anything on a document.
    user = users.create({
        "login": login, "name": name, "password": password, "tz": "UTC",
        "email": login + "@example.com",
        field: [(6, 0, group_ids(env, groups))]})
    return user, password


def create_key(env, user):
    keys = env["res.users.apikeys"].with_user(user).sudo()
    arguments = ["rpc", "scripts/odoo"]
    if "expiration_date" in keys._fields:
        arguments.append(False)
    return keys._generate(*arguments)


def main(env):
    chart_of_accounts(env)
    switch_on(env)
    several_warehouses(env)
    lines = []

    def note(prefix, login, password, key):
        lines.extend(("ODOO_%sLOGIN=%s" % (prefix, login),
                      "ODOO_%sPASSWORD=%s" % (prefix, password),
                      "ODOO_%sKEY=%s" % (prefix, key)))

    for prefix, login, name, groups in USERS:
        user, password = create_user(env, login, name, groups)
        note(prefix, login, password, create_key(env, user))
    admin = env.ref("base.user_admin")
    password = secrets.token_urlsafe(18)
    admin.write({"password": password})
    note("ADMIN_", admin.login, password, create_key(env, admin))
    env.cr.commit()

    path = "/tmp/credentials"
    with os.fdopen(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
                           0o600), "w") as out:
        out.write("\n".join(lines) + "\n")
    os.rename(path + ".new", path)


main(env)
