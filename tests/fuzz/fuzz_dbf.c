/*
 * The reader of DBF over any bytes, and its memo files.
 *
 * The first byte chooses: a table, or a memo file of one of three kinds.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "fuzz_read.h"
#include "read/dbf_memo.h"

static void read_memos(uint8_t which, const uint8_t *data, size_t len)
{
	struct dbf_memo m = {.fd = memfd_create("memo", 0),
			     .path = (char[]){"memo"},
			     .kind = which % 3,
			     .block = 64,
			     .size = (off_t)len};
	struct buf out = BUF_INIT((size_t)64 * 1024);
	struct err err = ERR_INIT;
	uint64_t i;
	bool is_text;

	if (m.fd < 0 || write(m.fd, data, len) != (ssize_t)len)
		abort();
	for (i = 1; i < 8; i++) {
		buf_clear(&out);
		if (dbf_memo_read(&m, i, &out, &is_text, &err) == 0 &&
		    !out.over && out.len > len)
			fuzz_stop("a memo longer than its file",
				  buf_span(&out));
	}
	buf_release(&out);
	close(m.fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (len < 1)
		return 0;
	if (data[0] & 0x80) {
		read_memos(data[0] & 0x7F, data + 1, len - 1);
		return 0;
	}
	read_conf_init(&conf);
	conf.format = "dbf";
	conf.encoding = data[0] & 1 ? "UTF-8" : data[0] & 2 ? "CP932" : NULL;
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
