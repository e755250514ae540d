/* From answers to bytes; see encode.h. */
#include "emulator/kube/encode.h"

#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/document.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/table.h"

static const char *meta_version(const struct accepted *accepted)
{
	return accepted->v1beta1 ? "meta.k8s.io/v1beta1" : "meta.k8s.io/v1";
}

static struct json *partial(const struct accepted *accepted, const struct json *object)
{
	struct json *part = json_new_object();

	json_set_str(part, "kind", "PartialObjectMetadata");
	json_set_str(part, "apiVersion", meta_version(accepted));
	json_set_copy(part, "metadata", json_get(object, "metadata"));
	return part;
}

/* One row of a Table; includeObject says what stands beside the cells (default: metadata). */
static struct json *table_row(struct kube_op *op, const struct accepted *accepted,
			      const struct json *object)
{
	const char *include = op->options.include_object;
	struct json *row = json_new_object(), *conditions;

	json_set(row, "cells", table_cells(op->target.type, object, op->now_ms));
	conditions = table_conditions(op->target.type, object);
	if (conditions)
		json_set(row, "conditions", conditions);
	if (str_eq(include, "Object"))
		json_set_copy(row, "object", object);
	else if (!str_eq(include, "None"))
		json_set(row, "object", partial(accepted, object));
	else
		json_set_null(row, "object");
	return row;
}

static struct json *table_frame(struct kube_op *op, const struct accepted *accepted, bool columns)
{
	struct json *table = json_new_object();

	json_set_str(table, "kind", "Table");
	json_set_str(table, "apiVersion", meta_version(accepted));
	json_set(table, "metadata", json_new_object());
	if (columns)
		json_set(table, "columnDefinitions", table_columns(op->target.type));
	else
		json_set_null(table, "columnDefinitions");
	json_set(table, "rows", json_new_array());
	return table;
}

static void add_row(struct kube_op *op, const struct accepted *accepted, struct json *table,
		    const struct json *object)
{
	json_append(json_ensure_array(table, "rows"), table_row(op, accepted, object));
}

static void set_list_meta(const struct kube_answer *answer, struct json *list)
{
	struct json *meta = json_ensure_object(list, "metadata");

	json_setf(meta, "resourceVersion", "%" PRIu64, answer->list_version);
	if (answer->list_continue)
		json_set_str(meta, "continue", answer->list_continue);
	if (answer->list_remaining >= 0)
		json_set_int(meta, "remainingItemCount", answer->list_remaining);
}

static struct json *table_of(struct kube_op *op, const struct accepted *accepted,
			     const struct kube_answer *answer)
{
	const struct api_type *type = op->target.type;
	struct json *table = table_frame(op, accepted, true);

	if (answer->is_list) {
		set_list_meta(answer, table);
		for (size_t i = 0; i < answer->items.count; i++) {
			_cleanup_(json_freep) struct json *object =
				document_object(type, answer->items.items[i], 0);

			add_row(op, accepted, table, object);
		}
	} else {
		_cleanup_(json_freep) struct json *object = answer_tree(type, answer);

		json_set_str(json_ensure_object(table, "metadata"), "resourceVersion",
			     meta_str(object, "resourceVersion"));
		add_row(op, accepted, table, object);
	}
	return table;
}

static struct json *partial_list(struct kube_op *op, const struct accepted *accepted,
				 const struct kube_answer *answer)
{
	struct json *list = json_new_object(), *items;

	json_set_str(list, "kind", "PartialObjectMetadataList");
	json_set_str(list, "apiVersion", meta_version(accepted));
	set_list_meta(answer, list);
	items = json_ensure_array(list, "items");
	for (size_t i = 0; i < answer->items.count; i++) {
		_cleanup_(json_freep) struct json *object =
			document_object(op->target.type, answer->items.items[i], 0);

		json_append(items, partial(accepted, object));
	}
	return list;
}

/* Lists are put together from the documents' cached texts; those of built-in kinds leave out kind
 * and apiVersion of their items, as Go's typed lists do. */
static void encode_list(struct kube_op *op, const struct kube_answer *answer, struct strbuf *sb)
{
	const struct api_type *type = op->target.type;
	_cleanup_(json_freep) struct json *head = json_new_object();
	_cleanup_(freep) char *meta = NULL;

	set_list_meta(answer, head);
	meta = json_to_text(json_get(head, "metadata"));
	strbuf_addf(sb, "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":", type->list_kind,
		    type->api_version);
	strbuf_add(sb, meta);
	strbuf_add(sb, ",\"items\":[");
	for (size_t i = 0; i < answer->items.count; i++) {
		struct document_text text = document_text(type, answer->items.items[i]);
		size_t skip = type->builtin ? text.prefix : 1;

		strbuf_add(sb, i ? ",{" : "{");
		strbuf_add_bytes(sb, text.text + skip, text.length - skip);
	}
	strbuf_add(sb, "]}");
}

void encode_answer(struct kube_op *op, const struct accepted *accepted,
		   const struct kube_answer *answer, struct strbuf *sb)
{
	_cleanup_(json_freep) struct json *tree = NULL;
	bool is_status = str_eq(json_get_str(answer->object, "kind"), "Status");

	if (accepted->form == ANSWER_TABLE && !is_status)
		tree = table_of(op, accepted, answer);
	else if (accepted->form == ANSWER_PARTIAL && !is_status && !answer->is_list) {
		_cleanup_(json_freep) struct json *object = answer_tree(op->target.type, answer);

		tree = partial(accepted, object);
	} else if (accepted->form == ANSWER_PARTIAL_LIST && answer->is_list)
		tree = partial_list(op, accepted, answer);
	if (tree) {
		json_print(sb, tree);
	} else if (answer->is_list) {
		encode_list(op, answer, sb);
	} else if (answer->doc) {
		struct document_text text = document_text(op->target.type, answer->doc);

		strbuf_add_bytes(sb, text.text, text.length);
	} else {
		json_print(sb, answer->object);
	}
}

void encode_event_object(struct kube_op *op, const struct accepted *accepted, const struct doc *doc,
			 uint64_t version, bool first, struct strbuf *sb)
{
	_cleanup_(json_freep) struct json *object = NULL, *tree = NULL;

	if (accepted->form == ANSWER_OBJECT && !version) {
		struct document_text text = document_text(op->target.type, doc);

		strbuf_add_bytes(sb, text.text, text.length);
		return;
	}
	object = document_object(op->target.type, doc, version);
	if (accepted->form == ANSWER_TABLE) {
		tree = table_frame(op, accepted, first);
		json_set_str(json_ensure_object(tree, "metadata"), "resourceVersion",
			     meta_str(object, "resourceVersion"));
		add_row(op, accepted, tree, object);
	} else if (accepted->form != ANSWER_OBJECT) {
		tree = partial(accepted, object);
	}
	json_print(sb, tree ? tree : object);
}
