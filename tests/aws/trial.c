/*
 * Which members of its input an operation looks at. Linked into a test program, this tries each
 * operation that the program's tests call with success once more before it is done, in a call that
 * is abandoned: as it is, and then with each member of the model in turn that was not given. What
 * such a call does not look at is noted in $SKYRIG_CALLS_DIR/inputs, from where tools/coverage
 * compares it with emulator/aws/input.tbl: lines "ec2:CreateKeyPair KeyFormat ignored", or "read".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/aws/input.h"
#include "tests/aws/sample.h"

#define DEPTH_MAX      6 /* members within members; what is deeper is a document of its own kind */
#define PATH_MAX_BYTES 1000
#define TRIALS_MAX     12	 /* of one operation in one program: its calls are often alike */
#define TRIED_MAX      (1 << 16) /* names; a program meets some thousand */

/* An operation, or a member of one, as far as it is known here. The tests of a program are forks
 * one after the other: what one has found the next ones need not find again. */
struct tried {
	uint64_t name; /* a hash of it; 0: nothing yet */
	bool known, read;
	unsigned trials; /* of an operation itself */
};

static struct tried *all; /* shared by all forks, TRIED_MAX of them */
static int file = -1;

static struct tried *tried_of(const char *name)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	for (const char *p = name; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	for (size_t i = hash % TRIED_MAX;; i = (i + 1) % TRIED_MAX)
		if (!all[i].name || all[i].name == hash) {
			all[i].name = hash;
			return &all[i];
		}
}

static void write_line(const char *name, const char *what)
{
	_cleanup_(freep) char *line = xasprintf("%s %s\n", name, what);

	if (write(file, line, strlen(line)) < 0)
		abort(); /* a test that cannot say what it did proves nothing */
}

/* What was found of a member, once: that it is read outdoes that it is ignored. */
static void note(const char *name, bool read)
{
	struct tried *tried = tried_of(name);

	if (tried->read || (tried->known && !read))
		return;
	tried->known = true;
	tried->read = read;
	write_line(name, read ? "read" : "ignored");
}

/* That nothing was found of it: the sample's values were refused before it was looked at. */
static void note_unknown(const char *name)
{
	if (!tried_of(name)->known)
		write_line(name, "unknown");
}

/* @name One try */

struct
try {
	const char *wanted; /* path that must have been read */
	bool unread;
};

static void is_wanted(const char *path, void *userdata)
{
	struct try *try = userdata;
	size_t length = strlen(path);

	/* where a structure was not read none of its members was */
	if (str_starts_with(try->wanted, path) &&
	    (!try->wanted[length] || try->wanted[length] == '.'))
		try->unread = true;
}

/* Whether the handler takes the input; path_read says whether it looked at that place of it. */
static bool take(struct job *job, struct json *input, const char *path, bool *path_read)
{
	const struct aws_service_model *service = job->route.service;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(json_freep) struct json *output = json_new_object();
	const struct call_info info = {
		.actor = job->actor_name,
		.account = job->account,
		.region = job->region,
		.service = service->name,
		.operation = job->route.operation->name,
		.principal = job->principal,
		.user_agent = job->user_agent,
	};
	struct call *call = call_begin(job->aws->world, arena, &info);
	struct try try = {.wanted = path};
	struct err err = ERR_INIT;
	bool ok;

	json_watch(input);
	ok = job->operation->fn(call, input, output, &err);
	call_abandon(call);
	err_done(&err);
	if (path) {
		input_unread(service, &service->shapes[job->route.operation->input], input,
			     is_wanted, &try);
		*path_read = !try.unread;
	}
	return ok;
}

/* @name Each member in turn */

struct trial {
	struct job *job;
	struct sampler *sampler;
	const struct aws_shape *above[DEPTH_MAX];
	char path[PATH_MAX_BYTES];
};

static void try_members(struct trial *trial, const struct aws_shape *shape, unsigned depth);

/* The structure at a path below the root, made where it is missing: of lists and maps the first
 * element. NULL: no sample of it was found. */
static struct json *reach(struct trial *trial, struct json *root, const struct aws_shape *shape,
			  const char *path, bool *made)
{
	const struct aws_service_model *service = trial->job->route.service;
	struct json *at = root;

	while (path && *path) {
		size_t length = strcspn(path, ".");
		_cleanup_(freep) char *name = xstrndup(path, length);
		const struct aws_member *member = aws_shape_member(service, shape, name);
		struct json *next = json_get_mut(at, name);

		shape = aws_member_shape(service, member);
		if (!next) {
			next = sample(trial->sampler, shape);
			if (!next)
				return NULL;
			json_set(at, name, next);
			*made = true;
		}
		while (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP) {
			const struct aws_member *inner = shape->type == SHAPE_LIST
								 ? aws_list_element(service, shape)
								 : aws_map_value(service, shape);
			struct json *first = json_first_mut(next);

			shape = aws_member_shape(service, inner);
			if (!first) {
				first = sample(trial->sampler, shape);
				if (!first)
					return NULL;
				json_append(next, first);
				*made = true;
			}
			next = first;
		}
		at = next;
		path += length + (path[length] == '.');
	}
	return at;
}

static void try_member(struct trial *trial, const char *parent, const struct aws_member *member)
{
	struct job *job = trial->job;
	const struct aws_service_model *service = job->route.service;
	const struct aws_shape *root_shape = &service->shapes[job->route.operation->input];
	_cleanup_(freep) char *name =
		xasprintf("%s:%s %s", service->name, job->route.operation->name, trial->path);
	_cleanup_(json_freep) struct json *root = json_copy(job->params);
	struct json *at, *value;
	bool made = false, read = false, ok, alone = true;

	if (tried_of(name)->read)
		return;
	at = reach(trial, root, root_shape, parent, &made);
	if (!at) {
		note_unknown(name);
		return;
	}
	if (made) /* what was made for the member alone may be refused, or not be looked at */
		alone = take(job, root, parent, &read);
	if (!json_get(at, member->name)) {
		value = sample(trial->sampler, aws_member_shape(service, member));
		if (!value) {
			note_unknown(name);
			return;
		}
		json_set(at, member->name, value);
	}
	ok = take(job, root, trial->path, &read);
	/* what went well without it and is refused with it was looked at, by whatever way */
	if (read || (!ok && alone))
		note(name, true);
	else if (ok)
		note(name, false);
	else
		note_unknown(name);
}

static bool is_above(const struct trial *trial, const struct aws_shape *shape, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		if (trial->above[i] == shape)
			return true;
	return false;
}

static void try_members(struct trial *trial, const struct aws_shape *shape, unsigned depth)
{
	const struct aws_service_model *service = trial->job->route.service;
	_cleanup_(freep) char *parent = xstrdup(trial->path);
	size_t length = strlen(parent);

	if (depth == DEPTH_MAX || is_above(trial, shape, depth))
		return;
	trial->above[depth] = shape;
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];
		const struct aws_shape *below = aws_member_shape(service, member);

		if (!depth && str_eq(member->name, "DryRun"))
			continue;
		snprintf(trial->path + length, sizeof(trial->path) - length, "%s%s",
			 length ? "." : "", member->name);
		try_member(trial, parent, member);
		while (below->type == SHAPE_LIST || below->type == SHAPE_MAP)
			below = aws_member_shape(service, below->type == SHAPE_LIST
								  ? aws_list_element(service, below)
								  : aws_map_value(service, below));
		if (below->type == SHAPE_STRUCTURE)
			try_members(trial, below, depth + 1);
		trial->path[length] = '\0';
	}
}

static void try_job(struct job *job)
{
	_cleanup_(json_freep) struct json *as_it_is = NULL;
	_cleanup_(freep) char *name = NULL;
	struct trial trial = {.job = job};

	name = xasprintf("%s:%s", job->route.service->name, job->route.operation->name);
	as_it_is = json_copy(job->params);
	if (tried_of(name)->trials >= TRIALS_MAX || !take(job, as_it_is, NULL, NULL))
		return;
	tried_of(name)->trials++;
	write_line(name, "tried");
	if (job->route.operation->input < 0)
		return;
	trial.sampler = sampler_new(job->route.service);
	try_members(&trial, &job->route.service->shapes[job->route.operation->input], 0);
	sampler_free(trial.sampler);
}

__attribute__((constructor)) static void trial_begin(void)
{
	const char *folder = getenv("SKYRIG_CALLS_DIR");
	_cleanup_(freep) char *inputs = NULL, *path = NULL;

	if (!folder)
		return;
	mkdir(folder, 0777);
	inputs = xasprintf("%s/inputs", folder);
	mkdir(inputs, 0777);
	path = xasprintf("%s/%s", inputs, program_invocation_short_name);
	file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	all = mmap(NULL, TRIED_MAX * sizeof(*all), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (file >= 0 && all != MAP_FAILED)
		job_trial = try_job;
}
