/*
 * hash.h - SHA-256, also cut to 128 bits
 *
 * Spec: FIPS 180-4; the arithmetic is OpenSSL's.
 */
#ifndef SLUICE_HASH_H
#define SLUICE_HASH_H

#include <stddef.h>

#include "core/span.h"

#define HASH_LEN     32 /* bytes of SHA-256 */
#define HASH_128     16 /* the first half, for records */
#define HASH_HEX_MAX 65 /* lower hex and NUL */

struct hash {
	void *ctx; /* EVP_MD_CTX */
};

/* Ready for the first byte; may be used again after hash_end. */
void hash_init(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t len);
/* Length and bytes, so that "ab","c" and "a","bc" differ. */
void hash_add_span(struct hash *h, struct span s);
/* The digest; `h` is ready for a next one. */
void hash_end(struct hash *h, unsigned char out[HASH_LEN]);
void hash_release(struct hash *h);

/*
 * HMAC-SHA-256 (RFC 2104) with one key for many texts.  The key is only in
 * here afterwards; hash_key_free forgets it.
 */
struct hash_key;
struct hash_key *hash_key_new(struct span key);
void hash_key_free(struct hash_key *k);
void hash_keyed(struct hash_key *k, struct span text,
		unsigned char out[HASH_LEN]);

/* Lower hex, NUL-terminated. */
void hash_hex(const unsigned char digest[HASH_LEN], char out[HASH_HEX_MAX]);

#endif
