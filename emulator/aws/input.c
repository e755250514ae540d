/* What of a request nobody looked at: found, looked up in the table, told. */
#include "emulator/aws/input.h"

#include "emulator/aws/private.h"
#include "emulator/base/log.h"

#define PATH_MAX_BYTES (16 * 1024)

/* sorted by service, operation, member: looked up with bsearch; tests/aws/test_tables.c checks */
static const struct aws_unread rows[] = {
#define INPUT_WITHOUT_EFFECT(service, operation, member, reason)                                   \
	{service, operation, member, reason},
#define INPUT_NOT_MODELLED(service, operation, member) {service, operation, member, NULL},
#include "emulator/aws/input.tbl"
#undef INPUT_WITHOUT_EFFECT
#undef INPUT_NOT_MODELLED
};

const struct aws_unread *aws_unread_at(const char *service, const char *operation, size_t index)
{
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].service, service) && str_eq(rows[i].operation, operation) &&
		    !index--)
			return &rows[i];
	return NULL;
}

static int by_place(const void *key, const void *row)
{
	const struct aws_unread *a = key, *b = row;
	int order = strcmp(a->service, b->service);

	order = order ? order : strcmp(a->operation, b->operation);
	return order ? order : strcmp(a->member, b->member);
}

/* What has no row is looked at where it matters (tools/coverage sees to it): not in an empty world
 * or in a create that is repeated, where AWS does nothing with it either. */
static bool is_not_modelled(const struct aws_unread *wanted)
{
	const struct aws_unread *row =
		bsearch(wanted, rows, array_size(rows), sizeof(*rows), by_place);

	return row && !row->reason;
}

/* @name The walk */

struct walk {
	const struct aws_service_model *service;
	struct strbuf path;
	input_unread_fn *fn;
	void *userdata;
};

static void walk_value(struct walk *walk, const struct aws_shape *shape, const struct json *value);

static void walk_structure(struct walk *walk, const struct aws_shape *shape,
			   const struct json *value)
{
	size_t before = walk->path.length;

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &walk->service->members[shape->first_member + i];
		const struct json *given = json_peek(value, member->name);

		if (!given)
			continue;
		strbuf_addf(&walk->path, "%s%s", before ? "." : "", member->name);
		if (json_was_read(given))
			walk_value(walk, aws_member_shape(walk->service, member), given);
		else
			walk->fn(strbuf_text(&walk->path), walk->userdata);
		strbuf_truncate(&walk->path, before);
	}
}

static void walk_value(struct walk *walk, const struct aws_shape *shape, const struct json *value)
{
	const struct aws_member *inner = NULL;

	switch ((enum shape_type)shape->type) {
	case SHAPE_STRUCTURE: walk_structure(walk, shape, value); return;
	case SHAPE_LIST: inner = aws_list_element(walk->service, shape); break;
	case SHAPE_MAP: inner = aws_map_value(walk->service, shape); break;
	default: return;
	}
	json_foreach (item, value)
		walk_value(walk, aws_member_shape(walk->service, inner), item);
}

void input_unread(const struct aws_service_model *service, const struct aws_shape *shape,
		  const struct json *input, input_unread_fn *fn, void *userdata)
{
	struct walk walk = {.service = service, .fn = fn, .userdata = userdata};

	strbuf_init(&walk.path, PATH_MAX_BYTES);
	walk_structure(&walk, shape, input);
	strbuf_done(&walk.path);
}

/* @name What follows */

struct judgement {
	struct job *job;
	struct strbuf names;
};

static void add(const char *path, void *userdata)
{
	struct judgement *judgement = userdata;
	const struct aws_unread wanted = {.service = judgement->job->route.service->name,
					  .operation = judgement->job->route.operation->name,
					  .member = path};
	_cleanup_(freep) char *name = NULL;

	if (!is_not_modelled(&wanted))
		return;
	if (judgement->names.length) {
		/* of a list each element tells the same */
		size_t length = strlen(path);
		const char *text = strbuf_text(&judgement->names);

		for (const char *at = text; (at = strstr(at, path)); at += length)
			if ((at == text || at[-1] == ' ') && (!at[length] || at[length] == ','))
				return;
		strbuf_add(&judgement->names, ", ");
	}
	strbuf_add(&judgement->names, path);
	name = xasprintf("%s:%s %s", wanted.service, wanted.operation, path);
	if (member_ignored(judgement->job->aws, name))
		log_warning("%s was given and has no effect: skyrig does not model it", name);
}

bool input_judge(struct job *job, struct call *call)
{
	const struct aws_service_model *service = job->route.service;
	struct judgement judgement = {.job = job};
	bool any;

	if (job->route.operation->input < 0)
		return false;
	strbuf_init(&judgement.names, PATH_MAX_BYTES);
	input_unread(service, &service->shapes[job->route.operation->input], job->params, add,
		     &judgement);
	any = judgement.names.length > 0;
	call_set_ignored(call, any ? strbuf_text(&judgement.names) : NULL);
	strbuf_done(&judgement.names);
	return any;
}
