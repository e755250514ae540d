/* What policies would say: the simulations, by the same evaluation as every call's. */
#include "emulator/aws/iam/iam.h"

#include <strings.h>

#include "emulator/aws/policy/authorize.h"

/* @name Keys that policies ask for */

static void add_key(struct json *list, const char *name)
{
	json_foreach (item, list)
		if (strcasecmp(json_str(item), name) == 0)
			return;
	json_append_str(list, name);
}

/* "${aws:username}" within a text. */
static void add_variables(struct json *list, const char *text)
{
	const char *at = text;

	while (at && (at = strstr(at, "${"))) {
		size_t n = strcspn(at + 2, "},");
		_cleanup_(freep) char *name = xstrndup(at + 2, n);

		if (strchr(name, ':'))
			add_key(list, name);
		at += 2 + n;
	}
}

static void add_keys_of(struct json *list, const struct json *value)
{
	if (json_is_string(value))
		add_variables(list, json_str(value));
	json_foreach (item, json_is_array(value) ? value : NULL)
		add_variables(list, json_str(item));
}

static void add_statement_keys(struct json *list, const struct json *statement)
{
	add_keys_of(list, json_get(statement, "Resource"));
	add_keys_of(list, json_get(statement, "NotResource"));
	json_foreach (block, json_get(statement, "Condition"))
		json_foreach (wanted, block) {
			add_key(list, json_key(wanted));
			add_keys_of(list, wanted);
		}
}

static void add_document_keys(struct json *list, const struct json *document)
{
	const struct json *statements = json_get(document, "Statement");

	if (json_is_object(statements))
		add_statement_keys(list, statements);
	json_foreach (statement, json_is_array(statements) ? statements : NULL)
		add_statement_keys(list, statement);
}

static void add_set_keys(struct json *list, const struct policy_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		add_document_keys(list, set->items[i].json);
}

/* @name Policies of the request */

/* `name`: the input's member, by which results call its items: "PolicyInputList.1". */
static bool add_inputs(const struct json *input, const char *name, enum policy_use use,
		       struct policy_set *set, struct err *err)
{
	const struct json *value = json_get(input, name);
	const struct json *first = json_is_string(value) ? value : json_first(value);
	size_t n = 0;

	for (const struct json *item = first; item;
	     item = json_is_string(value) ? NULL : json_next(item)) {
		_cleanup_(freep) char *id =
			json_is_string(value) ? xstrdup(name) : xasprintf("%s.%zu", name, ++n);

		if (!policy_check(json_str(item), use, NULL, NULL))
			return aws_fail(err, AWS_IAM_SIMULATE_POLICY);
		policy_set_add(set, json_str(item), id);
	}
	return true;
}

/* The user, group or role behind an ARN, with all its policies. */
static bool find_source(struct call *call, const struct json *input, struct principal *ret,
			struct err *err)
{
	const char *arn = json_get_str(input, "PolicySourceArn");
	const struct doc *entity = iam_entity(call, arn);

	if (!entity)
		return aws_fail(err, AWS_IAM_SIMULATE_SOURCE, arn);
	principal_of_doc(call, entity, ret);
	return true;
}

/* @name Simulating */

struct simulation {
	struct call *call;
	const struct json *input;
	struct principal principal;
	struct policy_set resource; /* the resource's own policy */
	struct policy_principal caller;
	struct policy_context context;
	struct json *keys; /* that the policies ask for */
	const char *owner; /* of the resource, an ARN; NULL: the caller's account */
};

static void read_context(struct simulation *simulation)
{
	const struct json *entries = json_get(simulation->input, "ContextEntries");

	json_foreach (entry, entries) {
		const char *name = json_get_str(entry, "ContextKeyName");
		const struct json *values = json_get(entry, "ContextKeyValues");

		if (!name) /* the model requires none; it is about no key then */
			continue;
		policy_context_know(&simulation->context, name);
		json_foreach (value, values)
			policy_context_add(&simulation->context, name, json_str(value));
	}
}

static struct json *missing_keys(const struct simulation *simulation)
{
	struct json *list = json_new_array();

	json_foreach (key, simulation->keys)
		if (!policy_context_find(&simulation->context, json_str(key)))
			json_append_str(list, json_str(key));
	return list;
}

static const char *decision_word(enum policy_effect effect)
{
	if (effect == POLICY_ALLOWED)
		return "allowed";
	return effect == POLICY_DENIED ? "explicitDeny" : "implicitDeny";
}

static void add_place(struct json *item, const char *name, const struct policy_place *place)
{
	struct json *object = json_ensure_object(item, name);

	json_set_int(object, "Line", place->line);
	json_set_int(object, "Column", place->column);
}

/* The statements of a set that say this. */
static void add_matched(const struct policy_set *set, const struct policy_request *request,
			enum policy_effect effect, struct json *list)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct json *statements = json_get(set->items[i].json, "Statement");
		bool single = json_is_object(statements);
		size_t n = single ? 1 : json_size(statements);

		for (size_t j = 0; j < n; j++) {
			struct policy_outcome outcome = {0};
			struct policy_place begin, end;
			struct json *item;

			policy_apply_statement(set->items[i].json,
					       single ? statements : json_at(statements, j),
					       request, &outcome);
			if ((effect == POLICY_DENIED ? !outcome.denied : !outcome.allowed) ||
			    !policy_statement_place(set->items[i].text, j, &begin, &end))
				continue;
			item = json_new_object();
			json_set_str(item, "SourcePolicyId", set->items[i].id);
			json_set_str(item, "SourcePolicyType", "IAM Policy");
			add_place(item, "StartPosition", &begin);
			add_place(item, "EndPosition", &end);
			json_append(list, item);
		}
	}
}

static bool allows(const struct policy_set *set, const struct policy_request *request)
{
	struct policy_outcome outcome = {0};

	for (size_t i = 0; i < set->count; i++)
		policy_apply(set->items[i].json, request, &outcome);
	return policy_effect(&outcome) == POLICY_ALLOWED;
}

/* What the resource's own policy adds: within an account, either is enough. Source: IAM User Guide,
 * "Policy evaluation logic". */
static void add_resource_policy(const struct simulation *simulation,
				const struct policy_request *request,
				struct policy_decision *decision)
{
	struct policy_request asked = *request;
	struct policy_outcome outcome = {0};
	const char *owner = simulation->owner;
	bool same = !owner || strstr(owner, simulation->caller.account);

	asked.principal = &simulation->caller;
	for (size_t i = 0; i < simulation->resource.count; i++)
		policy_apply(simulation->resource.items[i].json, &asked, &outcome);
	switch (policy_effect(&outcome)) {
	case POLICY_DENIED: decision->effect = POLICY_DENIED; break;
	case POLICY_ALLOWED:
		if (same && decision->effect == POLICY_SILENT)
			decision->effect = POLICY_ALLOWED;
		break;
	case POLICY_SILENT:
		if (!same && decision->effect == POLICY_ALLOWED)
			decision->effect = POLICY_SILENT;
		break;
	case POLICY_UNKNOWN:
		if (decision->effect != POLICY_DENIED)
			*decision = (struct policy_decision){POLICY_UNKNOWN, LAYER_IDENTITY,
							     outcome.unknown, NULL};
		break;
	}
}

static struct json *matched(const struct simulation *simulation,
			    const struct policy_request *request,
			    const struct policy_decision *decision)
{
	struct policy_request asked = *request;
	struct json *list = json_new_array();

	if (decision->effect == POLICY_SILENT)
		return list;
	add_matched(&simulation->principal.identity, request, decision->effect, list);
	if (decision->effect == POLICY_DENIED)
		add_matched(&simulation->principal.boundary, request, decision->effect, list);
	asked.principal = &simulation->caller;
	add_matched(&simulation->resource, &asked, decision->effect, list);
	return list;
}

static bool simulate_one(struct simulation *simulation, const char *action, const char *resource,
			 struct json *result, bool specific, struct err *err)
{
	const struct policy_request request = {
		.action = action, .resource = resource, .context = &simulation->context};
	const struct principal *principal = &simulation->principal;
	struct policy_decision decision;

	policy_decide(principal, &request, &decision);
	if (simulation->resource.count)
		add_resource_policy(simulation, &request, &decision);
	if (decision.effect == POLICY_UNKNOWN)
		return aws_fail(err, AWS_POLICY_UNKNOWN, "the simulated principal", action,
				resource, decision.unknown);
	json_set_str(result, specific ? "EvalResourceDecision" : "EvalDecision",
		     decision_word(decision.effect));
	json_set(result, "MatchedStatements", matched(simulation, &request, &decision));
	json_set(result, "MissingContextValues", missing_keys(simulation));
	if (principal->has_boundary)
		json_set_bool(json_ensure_object(result, "PermissionsBoundaryDecisionDetail"),
			      "AllowedByPermissionsBoundary",
			      allows(&principal->boundary, &request));
	return true;
}

static bool simulate_action(struct simulation *simulation, const char *action, const char *resource,
			    struct json *list, struct err *err)
{
	_cleanup_(json_freep) struct json *result = json_new_object(), *specific = NULL;
	struct json *organizations;

	json_set_str(result, "EvalActionName", action);
	json_set_str(result, "EvalResourceName", resource);
	if (!simulate_one(simulation, action, resource, result, false, err))
		return false;
	json_set(result, "EvalDecisionDetails", json_new_object());
	organizations = json_ensure_object(result, "OrganizationsDecisionDetail");
	json_set_bool(organizations, "AllowedByOrganizations", true);
	if (json_get(simulation->input, "ResourceArns")) {
		specific = json_new_object();
		json_set_str(specific, "EvalResourceName", resource);
		if (!simulate_one(simulation, action, resource, specific, true, err))
			return false;
		json_append(json_ensure_array(result, "ResourceSpecificResults"), steal(specific));
	}
	json_append(list, steal(result));
	return true;
}

static bool simulate(struct simulation *simulation, struct json *output, struct err *err)
{
	const struct json *resources = json_get(simulation->input, "ResourceArns");
	_cleanup_(json_freep) struct json *all = json_new_array();
	struct json *list;
	size_t first, end;

	read_context(simulation);
	json_foreach (action, json_get(simulation->input, "ActionNames")) {
		if (!strchr(json_str(action), ':'))
			return aws_fail(err, AWS_IAM_SIMULATE_ACTION, json_str(action));
		if (!json_first(resources) &&
		    !simulate_action(simulation, json_str(action), "*", all, err))
			return false;
		json_foreach (resource, resources)
			if (!simulate_action(simulation, json_str(action), json_str(resource), all,
					     err))
				return false;
	}
	if (!page_range(simulation->call, simulation->input, output, &page_iam, json_size(all),
			&first, &end, err))
		return false;
	list = json_ensure_array(output, "EvaluationResults");
	for (size_t i = first; i < end; i++)
		json_append(list, json_copy(json_at(all, i)));
	return true;
}

/* Who asks the resource's policy: CallerArn, else whose policies are simulated. */
static bool read_caller(struct simulation *simulation, struct err *err)
{
	struct call *call = simulation->call;
	const char *arn = json_get_str(simulation->input, "CallerArn");
	struct policy_principal *caller = &simulation->caller;

	arn = arn ? arn : json_get_str(simulation->input, "PolicySourceArn");
	if (simulation->resource.count && !arn)
		return aws_fail(err, AWS_IAM_SIMULATE_CALLER);
	*caller = (struct policy_principal){.arn = arn, .account = call->account};
	if (arn && strlen(arn) > strlen("arn:aws:iam::123456789012"))
		caller->account = arena_strndup(call->arena, arn + strlen("arn:aws:iam::"), 12);
	return true;
}

static bool run(struct call *call, const struct json *input, bool source, struct json *output,
		struct err *err)
{
	struct simulation simulation = {
		.call = call,
		.input = input,
		.context = {.arena = call->arena, .closed = true},
		.keys = json_new_array(),
		.owner = json_get_str(input, "ResourceOwner"),
	};
	struct principal *principal = &simulation.principal;
	bool ok;

	/* organizations are not emulated: no account is of one */
	if (json_first(json_get(input, "OrderedOrganizationPolicyInputList")) ||
	    json_first(json_get(input, "PolicyExclusionList")) ||
	    json_get(input, "ResourceHandlingOption")) {
		json_free(simulation.keys);
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "a simulation with policies of an organization, without some of "
			       "the principal's own, or of a scenario of EC2 is not emulated");
	}

	ok = (!source || find_source(call, input, principal, err)) &&
	     add_inputs(input, "PolicyInputList", POLICY_OF_IDENTITY, &principal->identity, err) &&
	     add_inputs(input, "PermissionsBoundaryPolicyInputList", POLICY_OF_IDENTITY,
			&principal->boundary, err) &&
	     add_inputs(input, "ResourcePolicy", POLICY_OF_RESOURCE, &simulation.resource, err) &&
	     read_caller(&simulation, err);
	principal->has_boundary = principal->has_boundary || principal->boundary.count;
	add_set_keys(simulation.keys, &principal->identity);
	add_set_keys(simulation.keys, &principal->boundary);
	add_set_keys(simulation.keys, &simulation.resource);
	ok = ok && simulate(&simulation, output, err);
	json_free(simulation.keys);
	policy_set_done(&simulation.resource);
	principal_done(principal);
	return ok;
}

bool iam_simulate_custom_policy(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	return run(call, input, false, output, err);
}

bool iam_simulate_principal_policy(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	return run(call, input, true, output, err);
}

/* @name Context keys */

bool iam_get_context_keys_for_custom_policy(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	struct policy_set set = {0};
	bool ok = add_inputs(input, "PolicyInputList", POLICY_OF_IDENTITY, &set, err);

	(void)call;
	if (ok)
		add_set_keys(json_ensure_array(output, "ContextKeyNames"), &set);
	policy_set_done(&set);
	return ok;
}

bool iam_get_context_keys_for_principal_policy(struct call *call, const struct json *input,
					       struct json *output, struct err *err)
{
	struct principal principal = {0};
	bool ok =
		find_source(call, input, &principal, err) &&
		add_inputs(input, "PolicyInputList", POLICY_OF_IDENTITY, &principal.identity, err);

	if (ok)
		add_set_keys(json_ensure_array(output, "ContextKeyNames"), &principal.identity);
	principal_done(&principal);
	return ok;
}
