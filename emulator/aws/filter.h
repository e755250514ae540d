#pragma once
/*
 * EC2's filters: Filters = [{Name, Values}]. All filters must match; of one filter's values one
 * must; `*` and `?` are wildcards (a backslash takes them literally); values compare with case.
 * tag:KEY, tag-key and tag-value work for every kind without a row. An unknown name is refused.
 */
#include "emulator/aws/errors.h"
#include "emulator/world/call.h"

/** Collects the values that a document has for a filter. */
struct filter_values;
void filter_value(struct filter_values *values, const char *text); /* NULL is ignored */
void filter_value_int(struct filter_values *values, int64_t number);
void filter_value_bool(struct filter_values *values, bool truth);

/** All values at a path of a tree, as a field's path says them of a body: for derived values. */
void filter_values_at(struct call *call, const struct json *tree, const char *path,
		      struct filter_values *values);

/** One filter that an operation knows. Tables end with a row of NULLs; order does not matter. */
struct filter_field {
	const char *name; /**< "vpc-id" */
	/** Where in the body: "VpcId", or through lists and objects: "Attachments.VpcId". Numbers
	 * and booleans compare by their text. NULL: values says. */
	const char *path;
	/** For derived values; called per document. NULL: path says. */
	void (*values)(struct call *call, const struct doc *doc, struct filter_values *values);
	/** An index of the kind whose terms are exactly these values: makes the search fast. NULL:
	 * none. */
	const char *index;
};

struct filters;

/**
 * Checks a request's filters against the table; in the call's arena.
 *
 * @param list    the input's Filters; NULL or empty matches everything
 * @param fields  the table
 * @param err     InvalidParameterValue for an unknown or missing name, FilterLimitExceeded for
 *                more than 200 values
 */
must_check bool filters_parse(struct call *call, const struct json *list,
			      const struct filter_field *fields, struct filters **ret,
			      struct err *err);
/** Whether a document matches all filters. */
bool filters_match(struct call *call, const struct filters *filters, const struct doc *doc);
/** The same for a tree that is no document but an item of a reply: fields say paths in it, tags are
 * its member Tags. */
bool filters_match_tree(struct call *call, const struct filters *filters, const struct json *tree);
/** The only value of a filter that was given once, without wildcards; else NULL. */
const char *filters_exact(const struct filters *filters, const char *name);
/** All documents of a kind that match and are in the call's scope, in the order made; uses an
 * index where one fits. */
void filters_select(struct call *call, const struct filters *filters, const struct kind *kind,
		    struct docs *ret);
