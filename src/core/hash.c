#include "core/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/err.h"
#include "core/mem.h"

/* The library fails here only when there is no memory. */
static void must(int ok)
{
	if (ok == 1)
		return;
	fputs("sluice: no memory for a digest\n", stderr);
	exit(ERR_OS);
}

/* Looked up once: that costs more than hashing a record. */
static const EVP_MD *sha256(void)
{
	static EVP_MD *md;

	if (!md)
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(md != NULL);
	return md;
}

void hash_init(struct hash *h)
{
	h->ctx = EVP_MD_CTX_new();
	must(h->ctx != NULL);
	must(EVP_DigestInit_ex2(h->ctx, sha256(), NULL));
}

void hash_add(struct hash *h, const void *p, size_t len)
{
	if (len)
		must(EVP_DigestUpdate(h->ctx, p, len));
}

void hash_add_span(struct hash *h, struct span s)
{
	unsigned char len[8];
	size_t i;

	for (i = 0; i < sizeof(len); i++)
		len[i] = (unsigned char)((uint64_t)s.len >> (8 * i));
	hash_add(h, len, sizeof(len));
	hash_add(h, s.p, s.len);
}

void hash_end(struct hash *h, unsigned char out[HASH_LEN])
{
	must(EVP_DigestFinal_ex(h->ctx, out, NULL));
	must(EVP_DigestInit_ex2(h->ctx, sha256(), NULL));
}

void hash_release(struct hash *h)
{
	EVP_MD_CTX_free(h->ctx);
	h->ctx = NULL;
}

#define BLOCK 64 /* bytes that SHA-256 takes at a time */

struct hash_key {
	EVP_MD_CTX *inner, *outer; /* after their first block */
	EVP_MD_CTX *work;
};

static EVP_MD_CTX *after_block(const unsigned char block[BLOCK],
			       unsigned char mask)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char masked[BLOCK];
	size_t i;

	for (i = 0; i < BLOCK; i++)
		masked[i] = block[i] ^ mask;
	must(ctx != NULL);
	must(EVP_DigestInit_ex2(ctx, sha256(), NULL));
	must(EVP_DigestUpdate(ctx, masked, BLOCK));
	OPENSSL_cleanse(masked, BLOCK);
	return ctx;
}

struct hash_key *hash_key_new(struct span key)
{
	struct hash_key *k = mem_zalloc(sizeof(*k));
	unsigned char block[BLOCK] = {0};

	/* A longer key is hashed first. */
	if (key.len > BLOCK)
		must(EVP_Digest(key.p, key.len, block, NULL, sha256(), NULL));
	else if (key.len)
		memcpy(block, key.p, key.len);
	k->inner = after_block(block, 0x36);
	k->outer = after_block(block, 0x5c);
	k->work = EVP_MD_CTX_new();
	must(k->work != NULL);
	OPENSSL_cleanse(block, BLOCK);
	return k;
}

void hash_key_free(struct hash_key *k)
{
	if (!k)
		return;
	EVP_MD_CTX_free(k->inner);
	EVP_MD_CTX_free(k->outer);
	EVP_MD_CTX_free(k->work);
	free(k);
}

void hash_keyed(struct hash_key *k, struct span text,
		unsigned char out[HASH_LEN])
{
	must(EVP_MD_CTX_copy_ex(k->work, k->inner));
	if (text.len)
		must(EVP_DigestUpdate(k->work, text.p, text.len));
	must(EVP_DigestFinal_ex(k->work, out, NULL));
	must(EVP_MD_CTX_copy_ex(k->work, k->outer));
	must(EVP_DigestUpdate(k->work, out, HASH_LEN));
	must(EVP_DigestFinal_ex(k->work, out, NULL));
}

void hash_hex(const unsigned char digest[HASH_LEN], char out[HASH_HEX_MAX])
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < HASH_LEN; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[2 * HASH_LEN] = '\0';
}
