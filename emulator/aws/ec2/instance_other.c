/* Monitoring, console and CPU credits of instances. */
#include "emulator/aws/ec2/instance.h"

/** Switches detailed monitoring of all instances of a request, or of none. */
static bool monitor(struct call *call, const struct json *input, const char *state,
		    const char *shown, struct json *output, struct err *err)
{
	const struct json *ids = json_get(input, "InstanceIds");
	struct json *list = json_ensure_array(output, "InstanceMonitorings");
	const struct doc *instance;

	json_foreach (id, ids) {
		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err))
			return false;
		if (ec2_is_gone(instance))
			return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	}
	json_foreach (id, ids) {
		struct json *item = json_new_object(), *body;

		instance = world_find(call->world, &kind_instance, json_str(id));
		body = json_copy(instance->body);
		json_set_str(json_ensure_object(body, "Monitoring"), "State", state);
		world_put(call, &kind_instance, instance->key, body);
		json_set_str(item, "InstanceId", json_str(id));
		json_set_str(json_ensure_object(item, "Monitoring"), "State", shown);
		json_append(list, item);
	}
	return true;
}

bool ec2_monitor_instances(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	return monitor(call, input, "enabled", "pending", output, err);
}

bool ec2_unmonitor_instances(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	return monitor(call, input, "disabled", "disabling", output, err);
}

/* The emulated instances print nothing. */
bool ec2_get_console_output(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *instance;

	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	json_set_str(output, "InstanceId", instance->key);
	json_set_str(output, "Output", "");
	json_set_str(output, "Timestamp", aws_now(call));
	return true;
}

/* Source: EC2 API, GetPasswordData: empty for instances that do not run Windows. */
bool ec2_get_password_data(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *instance;

	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	json_set_str(output, "InstanceId", instance->key);
	json_set_str(output, "PasswordData", "");
	json_set_str(output, "Timestamp", aws_now(call));
	return true;
}

/* ---- CPU credits ---- */

static const char *credits_of(const struct doc *instance)
{
	const char *set = doc_extra_str(instance, "CpuCredits");

	/* Source: EC2 user guide, "Burstable performance": T2 starts standard, later ones
	 * unlimited */
	if (set)
		return set;
	return str_starts_with(doc_str(instance, "InstanceType"), "t2.") ? "standard" : "unlimited";
}

static const struct filter_field credit_filters[] = {
	{"instance-id", "InstanceId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_instance_credit_specifications(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_instance,
		.ids = "InstanceIds",
		.id_prefix = "i-",
		.malformed = AWS_EC2_INSTANCE_MALFORMED,
		.not_found = AWS_EC2_INSTANCE_NOT_FOUND,
		.filters = "Filters",
		.fields = credit_filters,
	};
	struct json *items;
	struct docs found;

	if (!describe_select(call, input, &describe, &found, err))
		return false;
	items = json_new_array();
	for (size_t i = 0; i < found.count; i++) {
		struct json *item;

		if (!instance_is_burstable(doc_str(found.items[i], "InstanceType")) ||
		    ec2_is_gone(found.items[i]))
			continue;
		item = json_new_object();
		json_set_str(item, "InstanceId", found.items[i]->key);
		json_set_str(item, "CpuCredits", credits_of(found.items[i]));
		json_append(items, item);
	}
	docs_done(&found);
	return ec2_page_items(call, input, output, "InstanceCreditSpecifications", items, err);
}

/** Sets one instance's credits, or says why not. */
static bool set_credits(struct call *call, const struct json *wish, struct err *err)
{
	const char *credits = json_get_str(wish, "CpuCredits");
	const struct doc *instance;
	struct json *extra;

	if (!ec2_get_by(call, &kind_instance, wish, "InstanceId", &instance, err))
		return false;
	if (!str_eq(credits, "standard") && !str_eq(credits, "unlimited"))
		return aws_fail(err, AWS_EC2_CPU_CREDITS, credits ? credits : "");
	if (!instance_is_burstable(doc_str(instance, "InstanceType")))
		return aws_fail(err, AWS_EC2_NOT_BURSTABLE, instance->key);
	extra = json_copy(instance->extra);
	json_set_str(extra, "CpuCredits", credits);
	world_put_extra(call, &kind_instance, instance->key, extra);
	return true;
}

bool ec2_modify_instance_credit_specification(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	struct json *done = json_ensure_array(output, "SuccessfulInstanceCreditSpecifications");
	struct json *failed = json_ensure_array(output, "UnsuccessfulInstanceCreditSpecifications");
	const char *key;

	/* repeated, it sets the same again and answers the same */
	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &key, err))
		return false;
	idempotency_keep(call, input, "ClientToken", "credits");
	json_foreach (wish, json_get(input, "InstanceCreditSpecifications")) {
		struct json *item = json_new_object();
		struct err why = ERR_INIT;

		json_set_copy(item, "InstanceId", json_get(wish, "InstanceId"));
		if (set_credits(call, wish, &why)) {
			json_append(done, item);
			continue;
		}
		json_set_str(json_ensure_object(item, "Error"), "Code", why.wire);
		json_set_str(json_ensure_object(item, "Error"), "Message", err_text(&why));
		json_append(failed, item);
		err_done(&why);
	}
	return true;
}
