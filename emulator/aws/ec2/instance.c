/*
 * Instances: kind and life. Shape: EC2 Instance; its NetworkInterfaces are documents of their own,
 * put in on read. Life: pending → running → stopping → stopped → pending …, shutting-down →
 * terminated; a terminated one is shown for about an hour.
 */
#include "emulator/aws/ec2/volume.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SubnetId");
}

static void terms_private_dns_name(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "PrivateDnsName");
}

static void terms_key_pair(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "KeyName");
}

static const struct kind_index instance_indexes[] = {
	{"vpc", terms_vpc},
	{"subnet", terms_subnet},
	{"private-dns-name", terms_private_dns_name},
	{"key-pair", terms_key_pair},
	{NULL, NULL},
};

/* ---- The document as a reply shows it ---- */

/** Members of an interface's attachment that an instance shows too. */
static struct json *attachment_item(const struct json *attachment)
{
	static const char *const members[] = {"AttachTime",  "AttachmentId", "DeleteOnTermination",
					      "DeviceIndex", "Status",	     "NetworkCardIndex"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(item, members[i], json_get(attachment, members[i]));
	return item;
}

static struct json *association_item(const struct json *association)
{
	static const char *const members[] = {"IpOwnerId", "PublicDnsName", "PublicIp"};
	struct json *item;

	if (!association)
		return NULL;
	item = json_new_object();
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(item, members[i], json_get(association, members[i]));
	return item;
}

static struct json *addresses_item(const struct json *addresses)
{
	struct json *list = json_new_array();

	json_foreach (address, addresses) {
		struct json *item = json_new_object();

		json_set(item, "Association", association_item(json_get(address, "Association")));
		json_set_copy(item, "Primary", json_get(address, "Primary"));
		json_set_copy(item, "PrivateDnsName", json_get(address, "PrivateDnsName"));
		json_set_copy(item, "PrivateIpAddress", json_get(address, "PrivateIpAddress"));
		json_append(list, item);
	}
	return list;
}

/** One interface as InstanceNetworkInterface. */
static struct json *interface_of(const struct doc *doc)
{
	static const char *const same[] = {"Description",
					   "Groups",
					   "Ipv6Addresses",
					   "MacAddress",
					   "NetworkInterfaceId",
					   "OwnerId",
					   "PrivateDnsName",
					   "PrivateIpAddress",
					   "SourceDestCheck",
					   "Status",
					   "SubnetId",
					   "VpcId",
					   "InterfaceType",
					   "Ipv4Prefixes",
					   "Ipv6Prefixes",
					   "ConnectionTrackingConfiguration",
					   "Operator"};
	struct json *item = json_new_object(), *ipv6 = json_new_array();

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(item, same[i], json_get(doc->body, same[i]));
	json_foreach (address, json_get(doc->body, "Ipv6Addresses")) {
		struct json *one = json_new_object();

		json_set_copy(one, "Ipv6Address", json_get(address, "Ipv6Address"));
		json_set_copy(one, "IsPrimaryIpv6", json_get(address, "IsPrimaryIpv6"));
		json_append(ipv6, one);
	}
	json_set(item, "Ipv6Addresses", ipv6);
	json_set(item, "Association", association_item(json_get(doc->body, "Association")));
	json_set(item, "Attachment", attachment_item(json_get(doc->body, "Attachment")));
	json_set(item, "PrivateIpAddresses",
		 addresses_item(json_get(doc->body, "PrivateIpAddresses")));
	return item;
}

/** What of the first interface the instance itself shows. */
static void show_primary(struct json *item, const struct doc *interface)
{
	json_set_copy(item, "SecurityGroups", json_get(interface->body, "Groups"));
	json_set_copy(item, "SourceDestCheck", json_get(interface->body, "SourceDestCheck"));
	json_set_copy(item, "Ipv6Address", json_get(interface->body, "Ipv6Address"));
	json_set_copy(item, "PublicDnsName",
		      json_find(interface->body, "Association", "PublicDnsName", NULL));
	json_set_copy(item, "PublicIpAddress",
		      json_find(interface->body, "Association", "PublicIp", NULL));
}

struct json *instance_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc), *list = json_new_array();
	struct docs interfaces = {0};

	json_set_str(item, "PublicDnsName", "");
	world_lookup(world, &kind_network_interface, "instance", doc->key, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++) {
		const struct json *attachment = json_get(interfaces.items[i]->body, "Attachment");

		if (json_get_int(attachment, "DeviceIndex", -1) == 0)
			show_primary(item, interfaces.items[i]);
		json_append(list, interface_of(interfaces.items[i]));
	}
	docs_done(&interfaces);
	json_set(item, "NetworkInterfaces", list);
	return item;
}

static struct json *instance_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(instance_item(world, doc));
}

/* ---- Life ---- */

/* Codes of EC2's InstanceState. */
static const struct {
	const char *name;
	int code;
} states[] = {
	{"pending", 0},	    {"running", 16},  {"shutting-down", 32},
	{"terminated", 48}, {"stopping", 64}, {"stopped", 80},
};

struct json *instance_state(const char *name)
{
	struct json *state = json_new_object();

	for (size_t i = 0; i < array_size(states); i++)
		if (str_eq(states[i].name, name))
			json_set_int(state, "Code", states[i].code);
	json_set_str(state, "Name", name);
	return state;
}

const char *instance_state_name(const struct doc *instance)
{
	return json_find_str(instance->body, "State", "Name", NULL);
}

bool instance_is_live(const struct doc *instance)
{
	const char *name = instance_state_name(instance);

	return str_eq(name, "pending") || str_eq(name, "running");
}

void instance_set_state(struct call *call, const char *id, const char *name, const char *reason,
			const char *message)
{
	const struct doc *doc = world_find(call->world, &kind_instance, id);
	struct json *body = json_copy(doc->body), *why;

	json_set(body, "State", instance_state(name));
	json_remove(body, "StateReason");
	json_set_str(body, "StateTransitionReason", "");
	if (reason) {
		why = json_ensure_object(body, "StateReason");
		json_set_str(why, "Code", reason);
		json_set_str(why, "Message", message);
		json_setf(body, "StateTransitionReason", "User initiated (%s)", aws_now(call));
	}
	world_put(call, &kind_instance, id, body);
	route_refresh(call, id);
}

/** Interfaces go or are let go; the instance forgets where it was. */
static void become_terminated(struct call *call, const char *id)
{
	static const char *const members[] = {"SubnetId", "VpcId", "PrivateIpAddress"};
	struct docs interfaces = {0};
	struct json *body;

	world_lookup(call->world, &kind_network_interface, "instance", id, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++) {
		const struct json *attachment = json_get(interfaces.items[i]->body, "Attachment");

		if (json_get_bool(attachment, "DeleteOnTermination", false))
			ec2_interface_remove(call, interfaces.items[i]->key);
		else
			interface_detach(call, interfaces.items[i]->key);
	}
	docs_done(&interfaces);
	volume_drop_all(call, id);
	ec2_remove_all(call, &kind_iam_instance_profile_association, "instance", id);
	body = json_copy(world_find(call->world, &kind_instance, id)->body);
	for (size_t i = 0; i < array_size(members); i++)
		json_remove(body, members[i]);
	json_set_str(body, "PrivateDnsName", "");
	json_set(body, "State", instance_state("terminated"));
	world_put(call, &kind_instance, id, body);
	lifecycle_start(call, &kind_instance, id, LIFECYCLE_FORGOTTEN, "forget");
}

/** A public address that AWS lent goes with the stop. */
static void become_stopped(struct call *call, const char *id)
{
	const struct doc *interface = ec2_instance_interface(call->world, id);

	if (interface)
		interface_drop_public_ip(call, interface->key);
	instance_set_state(call, id, "stopped", "Client.UserInitiatedShutdown",
			   "Client.UserInitiatedShutdown: User initiated shutdown");
}

static void instance_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *state = instance_state_name(doc);

	if (str_eq(timer, "running") && str_eq(state, "pending"))
		instance_set_state(call, doc->key, "running", NULL, NULL);
	else if (str_eq(timer, "stopped") && str_eq(state, "stopping"))
		become_stopped(call, doc->key);
	else if (str_eq(timer, "terminated"))
		become_terminated(call, doc->key);
	else if (str_eq(timer, "forget"))
		world_remove(call, &kind_instance, doc->key);
}

const struct kind kind_instance = {
	.name = "instance",
	.shape = "ec2:Instance",
	.indexes = instance_indexes,
	.timer = instance_timer,
	.view = instance_view,
};

/* ---- StartInstances, StopInstances, RebootInstances, TerminateInstances ---- */

/** What one of them does with an instance: from which states, through which, by which timer. */
struct step {
	const char *list; /* output member */
	const char *through, *timer;
	const char *reason, *message;
	bool terminates;
};

static bool is_protected(const struct doc *instance, const struct step *step)
{
	return json_get_bool(instance->extra,
			     step->terminates ? "DisableApiTermination" : "DisableApiStop", false);
}

/** Whether the instance is where the step leads already: then nothing happens. */
static bool is_there(const struct doc *instance, const struct step *step)
{
	const char *state = instance_state_name(instance);

	return str_eq(state, step->through) || str_eq(state, step->timer) ||
	       (str_eq(state, "shutting-down") && step->terminates);
}

static bool check_step(const struct doc *instance, const struct step *step, struct err *err)
{
	const char *state = instance_state_name(instance);

	if (is_there(instance, step))
		return true;
	if (!str_eq(step->timer, "running") && is_protected(instance, step))
		return aws_fail(err, AWS_EC2_INSTANCE_PROTECTED, instance->key,
				step->terminates ? "terminated" : "stopped",
				step->terminates ? "disableApiTermination" : "disableApiStop");
	if (str_eq(step->timer, "running") && !str_eq(state, "stopped"))
		return aws_fail(err, AWS_EC2_INSTANCE_START, instance->key);
	if (!step->terminates && (str_eq(state, "terminated") || str_eq(state, "shutting-down")))
		return aws_fail(err, AWS_EC2_INSTANCE_STOP, instance->key);
	return true;
}

static void do_step(struct call *call, const struct doc *instance, const struct step *step)
{
	const struct doc *interface;

	if (is_there(instance, step))
		return;
	instance_set_state(call, instance->key, step->through, step->reason, step->message);
	interface = ec2_instance_interface(call->world, instance->key);
	if (str_eq(step->timer, "running") && interface &&
	    json_get_bool(instance->extra, "PublicIp", false) &&
	    !json_get(interface->body, "Association"))
		interface_add_public_ip(call, interface->key, "amazon");
	lifecycle_start(call, &kind_instance, instance->key, LIFECYCLE_INSTANCE, step->timer);
}

/** All instances of a request or none. */
static bool step_instances(struct call *call, const struct json *input, const struct step *step,
			   struct json *output, struct err *err)
{
	const struct json *ids = json_get(input, "InstanceIds");
	struct json *list = json_ensure_array(output, step->list);

	json_foreach (id, ids) {
		const struct doc *instance;

		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err) ||
		    !check_step(instance, step, err))
			return false;
	}
	json_foreach (id, ids) {
		const struct doc *before = world_find(call->world, &kind_instance, json_str(id));
		struct json *item = json_new_object();

		json_set_str(item, "InstanceId", json_str(id));
		json_set_copy(item, "PreviousState", json_get(before->body, "State"));
		json_set(item, "CurrentState",
			 is_there(before, step) ? json_copy(json_get(before->body, "State"))
						: instance_state(step->through));
		json_append(list, item);
		do_step(call, before, step);
	}
	return true;
}

bool ec2_start_instances(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	static const struct step step = {
		"StartingInstances", "pending", "running", NULL, NULL, false};

	return step_instances(call, input, &step, output, err);
}

/** Instances hibernate only where they were launched for it. */
static bool check_hibernation(const struct call *call, const struct json *input, struct err *err)
{
	if (!json_get_bool(input, "Hibernate", false))
		return true;
	json_foreach (id, json_get(input, "InstanceIds")) {
		const struct doc *instance = ec2_find(call, &kind_instance, json_str(id));

		if (instance && !json_get_bool(json_get(instance->body, "HibernationOptions"),
					       "Configured", false))
			return aws_fail(err, AWS_EC2_HIBERNATION, instance->key);
	}
	return true;
}

bool ec2_stop_instances(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	static const struct step step = {"StoppingInstances",
					 "stopping",
					 "stopped",
					 "Client.UserInitiatedShutdown",
					 "Client.UserInitiatedShutdown: User initiated shutdown",
					 false};

	return check_hibernation(call, input, err) &&
	       step_instances(call, input, &step, output, err);
}

bool ec2_terminate_instances(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	static const struct step step = {"TerminatingInstances",
					 "shutting-down",
					 "terminated",
					 "Client.UserInitiatedShutdown",
					 "Client.UserInitiatedShutdown: User initiated shutdown",
					 true};

	return step_instances(call, input, &step, output, err);
}

bool ec2_reboot_instances(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	(void)output;
	json_foreach (id, json_get(input, "InstanceIds")) {
		const struct doc *instance;

		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err))
			return false;
		if (!str_eq(instance_state_name(instance), "running"))
			return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	}
	return true;
}
