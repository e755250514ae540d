/* Listeners of accelerators. Document kind: accelerator-listener, shape: Listener. */
#include "emulator/aws/globalaccelerator/globalaccelerator.h"

static void by_accelerator(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Accelerator"));
}

static const struct kind_index indexes[] = {{"accelerator", by_accelerator}, {NULL, NULL}};

const struct kind kind_accelerator_listener = {
	.name = "accelerator-listener",
	.shape = "globalaccelerator:Listener",
	.indexes = indexes,
};

const struct doc *ga_listener(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_accelerator_listener, json_get_str(input, "ListenerArn"));

	if (!doc)
		aws_fail(err, AWS_GA_LISTENER);
	return doc;
}

static bool overlap(const struct json *a, const struct json *b)
{
	return json_get_int(a, "FromPort", 0) <= json_get_int(b, "ToPort", 0) &&
	       json_get_int(b, "FromPort", 0) <= json_get_int(a, "ToPort", 0);
}

/* Each range in order; none twice on the accelerator under one protocol. */
static bool check_ports(struct call *call, const char *accelerator, const struct doc *self,
			const char *protocol, const struct json *ranges, struct err *err)
{
	struct docs docs = {0};
	bool ok = true;

	json_foreach (range, ranges) {
		ok = ok && json_get_int(range, "FromPort", 0) <= json_get_int(range, "ToPort", 0);
		for (const struct json *o = json_next(range); o; o = json_next(o))
			ok = ok && !overlap(range, o);
	}
	world_lookup(call->world, &kind_accelerator_listener, "accelerator", accelerator, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		if (docs.items[i] == self || !str_eq(doc_str(docs.items[i], "Protocol"), protocol))
			continue;
		json_foreach (other, json_get(docs.items[i]->body, "PortRanges"))
			json_foreach (range, ranges)
				ok = ok && !overlap(range, other);
	}
	docs_done(&docs);
	return ok || aws_fail(err, AWS_GA_PORTS);
}

bool ga_create_listener(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *accelerator = ga_accelerator(call, input, err), *doc;
	const char *affinity = json_get_str(input, "ClientAffinity"), *arn;
	struct json *body;

	if (!accelerator)
		return false;
	doc = ga_made_before(call, &kind_accelerator_listener, input);
	if (doc) {
		json_set_borrowed(output, "Listener", doc->body);
		return true;
	}
	if (!check_ports(call, accelerator->key, NULL, json_get_str(input, "Protocol"),
			 json_get(input, "PortRanges"), err))
		return false;
	arn = arena_printf(call->arena, "%s/listener/%s", accelerator->key,
			   ga_hex(call, "accelerator-listener", accelerator->key, 8));
	body = json_new_object();
	json_set_str(body, "ListenerArn", arn);
	json_set_copy(body, "PortRanges", json_get(input, "PortRanges"));
	json_set_copy(body, "Protocol", json_get(input, "Protocol"));
	json_set_str(body, "ClientAffinity", affinity ? affinity : "NONE");
	doc = world_add(
		call, (struct doc_spec){.kind = &kind_accelerator_listener,
					.key = arn,
					.body = body,
					.extra = ga_extra(input, "Accelerator", accelerator->key)});
	json_set_borrowed(output, "Listener", doc->body);
	ga_deploy(call, accelerator->key);
	return true;
}

bool ga_describe_listener(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct doc *doc = ga_listener(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "Listener", doc->body);
	return true;
}

bool ga_list_listeners(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *accelerator = ga_accelerator(call, input, err);

	return accelerator && ga_list(call, &kind_accelerator_listener, "accelerator",
				      accelerator->key, "Listeners", input, output, err);
}

bool ga_update_listener(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	static const char *const members[] = {"PortRanges", "Protocol", "ClientAffinity"};
	const struct doc *doc = ga_listener(call, input, err);
	struct json *body;

	if (!doc)
		return false;
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	if (!check_ports(call, doc_extra_str(doc, "Accelerator"), doc,
			 json_get_str(body, "Protocol"), json_get(body, "PortRanges"), err)) {
		json_free(body);
		return false;
	}
	doc = world_put(call, &kind_accelerator_listener, doc->key, body);
	json_set_borrowed(output, "Listener", doc->body);
	ga_deploy(call, doc_extra_str(doc, "Accelerator"));
	return true;
}

bool ga_delete_listener(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *doc = ga_listener(call, input, err);
	const char *accelerator;

	(void)output;
	if (!doc)
		return false;
	if (world_lookup_count(call->world, &kind_endpoint_group, "listener", doc->key))
		return aws_fail(err, AWS_GA_GROUPS);
	accelerator = arena_strdup(call->arena, doc_extra_str(doc, "Accelerator"));
	world_remove(call, &kind_accelerator_listener, doc->key);
	ga_deploy(call, accelerator);
	return true;
}
