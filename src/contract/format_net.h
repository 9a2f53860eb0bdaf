/*
 * format_net.h - what a text must look like to be a name or a place in a
 * network
 *
 * Spec: RFC 5321 and 6531 (addresses), 1123 (hosts), 2673 (IPv4), 4291 (IPv6),
 * 3986 (URIs), 3987 (IRIs), 6570 (templates).
 */
#ifndef SLUICE_FORMAT_NET_H
#define SLUICE_FORMAT_NET_H

#include "core/span.h"

/* Letters, digits, hyphens; the labels of international names as they are
   written in ASCII, "xn--...", are not decoded. */
bool format_is_hostname(struct span s);
bool format_is_email(struct span s);
/* Beyond ASCII, any character may be in a name. */
bool format_is_idn_email(struct span s);
bool format_is_ipv4(struct span s);
bool format_is_ipv6(struct span s);
bool format_is_uri(struct span s);
bool format_is_uri_reference(struct span s);
bool format_is_iri(struct span s);
bool format_is_iri_reference(struct span s);
bool format_is_uri_template(struct span s);

#endif
