/* What AWS says when a scenario's fault refuses a call. */
#include "emulator/aws/fault_words.h"

#include "emulator/aws/errors.h"
#include "emulator/base/strbuf.h"

#define TEXT_MAX 4096

static const struct row {
	const char *fault, *service, *operation, *code;
	int status;
	const char *text;
} rows[] = {
#define AWS_FAULT(fault, service, operation, code, status, text, source)                           \
	{fault, service, operation, code, status, text},
#include "emulator/aws/faults.tbl"
#undef AWS_FAULT
};

static bool is_json(const struct aws_service_model *service)
{
	return service->protocol == PROTOCOL_JSON || service->protocol == PROTOCOL_REST_JSON;
}

static const struct row *find_row(const char *fault, const struct aws_service_model *service,
				  const char *operation)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		const struct row *row = &rows[i];

		if (!str_eq(row->fault, fault) || !str_glob(row->operation, operation))
			continue;
		if (str_eq(row->service, "*") || str_eq(row->service, service->name) ||
		    (str_eq(row->service, "json") && is_json(service)))
			return row;
	}
	return NULL;
}

/* The status that a code has: by our table, by the model's exceptions, else a client's mistake. */
static int status_of(const struct aws_service_model *service, const char *code)
{
	for (int i = 0; i < AWS_ERROR_COUNT; i++)
		if (str_eq(aws_error_row(i)->code, code))
			return aws_error_row(i)->status;
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].code, code))
			return rows[i].status;
	for (size_t i = 0; i < service->shape_count; i++) {
		const struct aws_shape *shape = &service->shapes[i];
		const char *name = shape->error_code ? shape->error_code : shape->name;

		if ((shape->flags & SHAPE_EXCEPTION) && shape->error_status && str_eq(name, code))
			return shape->error_status;
	}
	return 400;
}

/* A row's text: %s stand for principal, service and operation, in this order. */
static void fill(struct strbuf *sb, const char *text, const char *const *arguments)
{
	for (; *text; text++) {
		if (text[0] == '%' && text[1] == 's' && *arguments) {
			strbuf_add(sb, *arguments++);
			text++;
		} else {
			strbuf_add_char(sb, *text);
		}
	}
}

void fault_words(const struct fault_verdict *verdict, const struct aws_service_model *service,
		 const char *operation, const char *principal, struct err *err)
{
	const struct row *row = verdict->code ? NULL : find_row(verdict->fault, service, operation);
	const char *arguments[] = {principal, service->signing_name, operation, NULL};
	const char *code = verdict->code, *text = verdict->message;
	int status = verdict->status;
	struct strbuf sb;

	if (!code)
		code = row ? row->code : "ServiceUnavailable";
	if (!status)
		status = row ? row->status : verdict->code ? status_of(service, code) : 503;
	strbuf_init(&sb, TEXT_MAX);
	if (text)
		strbuf_add(&sb, text);
	else if (row)
		fill(&sb, row->text, arguments);
	else
		strbuf_addf(&sb, "%s (a fault of the scenario)", code);
	err_set(err, ERR_UNAVAILABLE, code, "%s", strbuf_text(&sb));
	err->status = status;
	strbuf_done(&sb);
}

bool fault_has_words(const char *fault, const char *action)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *own = xasprintf("%s:%s", rows[i].service, rows[i].operation);

		if (str_eq(rows[i].fault, fault) &&
		    (str_glob(action, own) || str_glob(own, action)))
			return true;
	}
	return false;
}
