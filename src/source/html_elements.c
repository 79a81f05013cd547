/*
 * html_elements.c - which elements of a page are open
 */
#include "html_elements.h"

static bool is_item(unsigned tag)
{
	return tag == STET_TAG_LI || tag == STET_TAG_DT || tag == STET_TAG_DD;
}

static bool is_cell(unsigned tag)
{
	return tag == STET_TAG_TD || tag == STET_TAG_TH;
}

static bool is_row_group(unsigned tag)
{
	return tag == STET_TAG_TBODY || tag == STET_TAG_THEAD || tag == STET_TAG_TFOOT;
}

/* Close the element at place `i`, if there is one, and all inside it. */
static void close_from(struct stet_elements *e, uint16_t i)
{
	if (i == 0)
		return;
	for (; e->n >= i; e->n--)
		e->last[e->v[e->n].tag] = e->v[e->n].same;
	if (e->hidden > e->n)
		e->hidden = 0;
}

static void push(struct stet_elements *e, unsigned tag, bool hidden)
{
	const unsigned traits = stet_tag_traits(tag);
	const uint16_t i = (uint16_t)(e->n + 1);
	const bool is_block = traits & (STET_TAG_BLOCK | STET_TAG_SCOPE | STET_TAG_OUT);
	struct stet_element x = e->v[e->n];

	if (e->n == STET_HTML_MAX_DEPTH)
		return;
	x.tag = (uint16_t)tag;
	x.same = e->last[tag];
	if (traits & STET_TAG_SCOPE)
		x = (struct stet_element){ .tag = x.tag, .same = x.same, .scope = i };
	if (tag == STET_TAG_BUTTON)
		x.p = 0;
	if (is_block && tag != STET_TAG_ADDRESS && tag != STET_TAG_DIV && tag != STET_TAG_P)
		x.item = 0;
	if (is_block)
		x.block = i;
	if (tag == STET_TAG_P)
		x.p = i;
	if (is_item(tag))
		x.item = i;
	if (is_cell(tag))
		x.cell = i;
	e->v[i] = x;
	e->n = i;
	e->last[tag] = i;
	if (hidden && !e->hidden)
		e->hidden = i;
}

/* Close the innermost of three tags if it is inside the innermost table. */
static void close_in_table(struct stet_elements *e, unsigned a, unsigned b, unsigned c)
{
	uint16_t i = e->last[a];

	i = e->last[b] > i ? e->last[b] : i;
	i = e->last[c] > i ? e->last[c] : i;
	if (i > e->last[STET_TAG_TABLE])
		close_from(e, i);
}

void stet_elements_open(struct stet_elements *e, unsigned tag, bool hidden)
{
	const struct stet_element *top = &e->v[e->n];

	if (is_item(tag) && top->item &&
	    (tag == STET_TAG_LI) == (e->v[top->item].tag == STET_TAG_LI))
		close_from(e, top->item);
	else if (is_cell(tag))
		close_from(e, top->cell);
	else if (tag == STET_TAG_TR)
		close_in_table(e, tag, tag, tag);
	else if (is_row_group(tag))
		close_in_table(e, STET_TAG_TBODY, STET_TAG_THEAD, STET_TAG_TFOOT);
	if ((stet_tag_traits(tag) & STET_TAG_BLOCK) && tag != STET_TAG_BUTTON)
		close_from(e, e->v[e->n].p);
	if (!(stet_tag_traits(tag) & STET_TAG_VOID))
		push(e, tag, hidden);
}

void stet_elements_close(struct stet_elements *e, unsigned tag)
{
	const struct stet_element *top = &e->v[e->n];
	const unsigned traits = stet_tag_traits(tag);
	uint16_t outside = top->block;		/* where the search ends */

	if (tag == STET_TAG_BODY || tag == STET_TAG_HTML)
		return;		/* what comes behind belongs to the page all the same */
	if (is_cell(tag) || is_row_group(tag) || tag == STET_TAG_TR)
		outside = e->last[STET_TAG_TABLE];
	else if (traits & STET_TAG_SCOPE)
		outside = 0;
	else if (traits & (STET_TAG_BLOCK | STET_TAG_OUT))
		outside = top->scope;
	if (tag == STET_TAG_LI && e->last[STET_TAG_UL] > outside)
		outside = e->last[STET_TAG_UL];
	if (tag == STET_TAG_LI && e->last[STET_TAG_OL] > outside)
		outside = e->last[STET_TAG_OL];
	if (e->last[tag] > outside)
		close_from(e, e->last[tag]);
}
