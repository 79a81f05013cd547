/*
 * presets.c - the defaults of source, and fields as well-known corpora name them
 */
#include "stet/source.h"

#include <string.h>

#define MIB ((uint64_t)1 << 20)

const struct stet_preset stet_presets[] = {
	{ "stet", { .text = "text", .id = "id", .url = "url", .source = "source",
		    .date = "date", .title = "title" } },

	/*
	 * Dolma's documents (AI2).  `source` names the collection; `metadata` is the
	 * collection's own, that of its Common Crawl part has url and title.
	 */
	{ "dolma", { .text = "text", .id = "id", .url = "metadata.url", .source = "source",
		     .date = "created", .title = "metadata.title" } },

	/* C4 as JSON Lines (AllenAI's export of the TensorFlow data set). */
	{ "c4", { .text = "text", .url = "url", .date = "timestamp" } },

	/* OSCAR 22.01 and later: the headers of the WET record stand beside the content. */
	{ "oscar", { .text = "content", .id = "warc_headers.warc-record-id",
		     .url = "warc_headers.warc-target-uri", .date = "warc_headers.warc-date" } },

	/* DCLM-baseline: the headers of the WARC record are the metadata. */
	{ "dclm", { .text = "text", .id = "metadata.WARC-Record-ID", .url = "url",
		    .date = "metadata.WARC-Date" } },

	/* RedPajama-Data-v2's documents, which are those of cc_net. */
	{ "redpajama-v2", { .text = "raw_content", .id = "digest", .url = "url",
			    .source = "source_domain", .date = "date_download",
			    .title = "title" } },

	/* FineWeb, exported from Parquet as JSON Lines. */
	{ "fineweb", { .text = "text", .id = "id", .url = "url", .date = "date" } },

	/* What passim reads; only id and text are required there, `series` is its source. */
	{ "passim", { .text = "text", .id = "id", .url = "url", .source = "series",
		      .date = "date", .title = "title" } },

	{ .name = NULL },
};

const struct stet_preset *stet_preset_find(const char *name)
{
	for (const struct stet_preset *p = stet_presets; p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

void stet_source_options_init(struct stet_source_options *o)
{
	*o = (struct stet_source_options){
		.fields = stet_presets[0].fields,
		.format = STET_AUTO,
		.max_record = 256 * MIB,
		.max_document = 64 * MIB,
	};
}
