/*
 * Workbooks, archives and packed files over any bytes.
 *
 * The first byte says what the rest is: a file as it stands, or one part of a
 * workbook that is well otherwise; the second one chooses settings.
 */
#include <stdlib.h>
#include <zlib.h>

#include "core/buf.h"
#include "fuzz.h"
#include "fuzz_read.h"

#define MAIN "xmlns:r=\"r\""

static void put(struct buf *b, uint64_t n, size_t bytes)
{
	for (; bytes; bytes--, n >>= 8)
		buf_addc(b, (char)(n & 0xFF));
}

struct archive {
	struct buf file, directory;
	unsigned n;
};

/* Add a part, stored. */
static void add(struct archive *a, const char *name, struct span part)
{
	uint32_t crc =
		(uint32_t)crc32(0, (const Bytef *)part.p, (uInt)part.len);
	uint64_t at = a->file.len;
	struct buf head = BUF_INIT(4096);

	put(&head, 20, 2);
	put(&head, 0, 8); /* flags, method, time, date */
	put(&head, crc, 4);
	put(&head, part.len, 4);
	put(&head, part.len, 4);
	put(&head, strlen(name), 2);
	put(&head, 0, 2);
	buf_adds(&a->file, "PK\3\4");
	buf_add_span(&a->file, buf_span(&head));
	buf_adds(&a->file, name);
	buf_add_span(&a->file, part);
	buf_adds(&a->directory, "PK\1\2");
	put(&a->directory, 20, 2);
	buf_add_span(&a->directory, buf_span(&head));
	put(&a->directory, 0, 10); /* comment, disk, attributes */
	put(&a->directory, at, 4);
	buf_adds(&a->directory, name);
	a->n++;
	buf_release(&head);
}

static void end(struct archive *a)
{
	uint64_t at = a->file.len;

	buf_add_span(&a->file, buf_span(&a->directory));
	buf_adds(&a->file, "PK\5\6");
	put(&a->file, 0, 4);
	put(&a->file, a->n, 2);
	put(&a->file, a->n, 2);
	put(&a->file, a->directory.len, 4);
	put(&a->file, at, 4);
	put(&a->file, 0, 2);
}

/* Parts of a workbook; `data` takes the place of number `which`. */
static void make_xlsx(struct archive *a, unsigned which, struct span data)
{
	static const char *const part[][2] = {
		{"xl/s.xml",
		 "<w><sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c "
		 "t=\"str\"><v>v</v></c></row><row><c s=\"1\"><v>45322.5</v>"
		 "</c><c t=\"s\"><v>1</v></c></row></sheetData></w>"},
		{"xl/t.xml", "<sst><si><t>k</t></si><si><t>two</t></si></sst>"},
		{"xl/f.xml", "<s><cellXfs><xf numFmtId=\"0\"/><xf "
			     "numFmtId=\"22\"/></cellXfs></s>"},
		{"xl/workbook.xml", "<w " MAIN "><sheets><sheet name=\"S\" "
				    "r:id=\"s\"/></sheets></w>"},
		{"xl/_rels/workbook.xml.rels",
		 "<R><Relationship Id=\"s\" Type=\"x/worksheet\" "
		 "Target=\"s.xml\"/><Relationship Id=\"t\" "
		 "Type=\"x/sharedStrings\" Target=\"t.xml\"/><Relationship "
		 "Id=\"f\" Type=\"x/styles\" Target=\"f.xml\"/></R>"},
	};
	size_t i;

	for (i = 0; i < sizeof(part) / sizeof(*part); i++)
		add(a, part[i][0], i == which ? data : span_of(part[i][1]));
}

static void choose(uint8_t b, struct read_conf *conf)
{
	read_conf_init(conf);
	conf->header = b & 3 ? (b & 3) : READ_UNSET;
	if ((b & 15) == 15)
		conf->header = 0;
	conf->ragged = b >> 2 & 1;
	conf->hidden = b >> 4 & 1;
	conf->skip = b >> 5 & 1;
	conf->sheet = b >> 6 & 1 ? "1" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const plain[] = {"xlsx", "ods", "csv"};
	struct archive a = {.file = BUF_INIT(8 * LINE_CEILING),
			    .directory = BUF_INIT(65536)};
	struct read_conf conf;
	struct span rest = {(const char *)data + 2, len - 2};
	unsigned what;

	if (len < 2)
		return 0;
	what = data[0] % 9;
	choose(data[1], &conf);
	if (what < 3) {
		conf.format = plain[what];
		buf_add_span(&a.file, rest);
	} else if (what < 8) {
		conf.format = "xlsx";
		make_xlsx(&a, what - 3, rest);
		end(&a);
	} else {
		conf.format = "ods";
		add(&a, "content.xml", rest);
		end(&a);
	}
	fuzz_read(&conf, (const uint8_t *)a.file.data, a.file.len);
	buf_release(&a.file);
	buf_release(&a.directory);
	return 0;
}
