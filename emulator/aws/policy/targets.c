/* What an operation names: the ARNs that policies speak of, and the tags it asks for. */
#include <strings.h>

#include "emulator/aws/common.h"
#include "emulator/aws/iam/iam.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/base/strbuf.h"

#define ARN_MAX 4096 /* bytes; longer than any that AWS takes */

static const struct row {
	const char *service, *operation, *members, *made;
} rows[] = {
#define TARGET(service, operation, members, made) {service, operation, members, made},
#include "emulator/aws/policy/targets.tbl"
#undef TARGET
};

/* What begins an id of EC2, and the resource's type in ARNs. Source: Service Authorization
 * Reference, "Resource types defined by Amazon EC2". */
static const struct {
	const char *prefix, *type;
} ec2_types[] = {
	{"acl-", "network-acl"},
	{"ami-", "image"},
	{"cagw-", "carrier-gateway"},
	{"cgw-", "customer-gateway"},
	{"dopt-", "dhcp-options"},
	{"eigw-", "egress-only-internet-gateway"},
	{"eipalloc-", "elastic-ip"},
	{"eni-", "network-interface"},
	{"fl-", "vpc-flow-log"},
	{"h-", "dedicated-host"},
	{"i-", "instance"},
	{"iew-", "instance-event-window"},
	{"igw-", "internet-gateway"},
	{"ipam-", "ipam"},
	{"ipam-ext-res-ver-token-", "ipam-external-resource-verification-token"},
	{"ipam-pl-resolver-", "ipam-prefix-list-resolver"},
	{"ipam-pl-resolver-target-", "ipam-prefix-list-resolver-target"},
	{"ipam-policy-", "ipam-policy"},
	{"ipam-pool-", "ipam-pool"},
	{"ipam-res-disco-", "ipam-resource-discovery"},
	{"ipam-res-disco-assoc-", "ipam-resource-discovery-association"},
	{"ipam-scope-", "ipam-scope"},
	{"ipv4pool-ec2-", "ipv4pool-ec2"},
	{"ipv6pool-ec2-", "ipv6pool-ec2"},
	{"key-", "key-pair"},
	{"lt-", "launch-template"},
	{"nat-", "natgateway"},
	{"pcx-", "vpc-peering-connection"},
	{"pg-", "placement-group"},
	{"pl-", "prefix-list"},
	{"replacevol-", "replace-root-volume-task"},
	{"rtb-", "route-table"},
	{"scr-", "subnet-cidr-reservation"},
	{"sg-", "security-group"},
	{"sgr-", "security-group-rule"},
	{"snap-", "snapshot"},
	{"subnet-", "subnet"},
	{"vgw-", "vpn-gateway"},
	{"vol-", "volume"},
	{"vpc-", "vpc"},
	{"vpce-", "vpc-endpoint"},
	{"vpce-svc-", "vpc-endpoint-service"},
	{"vpcec-", "vpc-encryption-control"},
	{"vpn-", "vpn-connection"},
};

/* Members of IAM's inputs that name a resource. */
static const struct {
	const char *member, *type;
	const struct kind *kind; /* NULL: none that has documents */
} iam_names[] = {
	{"GroupName", "group", &kind_iam_group},
	{"InstanceProfileName", "instance-profile", &kind_instance_profile},
	{"RoleName", "role", &kind_iam_role},
	{"ServerCertificateName", "server-certificate", &kind_iam_server_certificate},
	{"UserName", "user", &kind_iam_user},
};

/* @name Resources */

struct search {
	struct call *call;
	const struct aws_service_model *service;
	const struct json *input;
	const char *action;
	struct policy_targets *targets;
};

static struct policy_target *add(struct search *search, const char *action, const char *resource)
{
	struct policy_targets *targets = search->targets;
	struct policy_target *target;

	if (targets->count == targets->room) {
		size_t room = targets->room ? 2 * targets->room : 8;
		struct policy_target *more = arena_alloc(search->call->arena, room * sizeof(*more));

		if (targets->count)
			memcpy(more, targets->items, targets->count * sizeof(*more));
		targets->items = more;
		targets->room = room;
	}
	target = &targets->items[targets->count++];
	*target = (struct policy_target){.action = action, .resource = resource};
	return target;
}

/* The document of AWS's façade with that key: ids and ARNs are unique. */
static const struct doc *find_doc(const struct call *call, const char *key)
{
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(call->world, i)); i++) {
		const struct doc *doc = world_find(call->world, kind, key);

		if (doc && *doc->account)
			return doc;
	}
	return NULL;
}

/* Images and snapshots are shared: no account in their ARNs. Source: Service Authorization
 * Reference, "Resource types defined by Amazon EC2". */
static bool is_without_account(const char *type)
{
	return str_eq(type, "image") || str_eq(type, "snapshot");
}

static const char *ec2_type(const char *id)
{
	const char *type = NULL;
	size_t best = 0;

	for (size_t i = 0; i < array_size(ec2_types); i++) {
		size_t n = strlen(ec2_types[i].prefix);

		if (n > best && str_starts_with(id, ec2_types[i].prefix)) {
			type = ec2_types[i].type;
			best = n;
		}
	}
	return type;
}

static void add_ec2(struct search *search, const char *id)
{
	const char *type = ec2_type(id);
	const struct doc *doc = type ? find_doc(search->call, id) : NULL;
	const char *arn;

	if (!type)
		return;
	arn = arena_printf(search->call->arena, "arn:%s:ec2:%s:%s:%s/%s",
			   aws_partition(search->call->region), search->call->region,
			   is_without_account(type) ? ""
			   : doc		    ? doc->account
						    : search->call->account,
			   type, id);
	add(search, search->action, arn)->doc = doc;
}

static void add_elb(struct search *search, const char *member, const char *name)
{
	const struct kind *kind = world_kind_named(search->call->world, "classic-load-balancer");

	if (!str_starts_with(member, "LoadBalancerName"))
		return;
	add(search, search->action,
	    aws_arn(search->call, "elasticloadbalancing", "loadbalancer/%s", name))
		->doc =
		kind ? world_find(search->call->world, kind,
				  arena_printf(search->call->arena, "%s/%s/%s",
					       search->call->account, search->call->region, name))
		     : NULL;
}

static void add_iam(struct search *search, const char *member, const char *name)
{
	struct call *call = search->call;

	for (size_t i = 0; i < array_size(iam_names); i++) {
		const struct doc *doc;
		const char *arn;

		if (!str_eq(iam_names[i].member, member))
			continue;
		doc = iam_find(call, iam_names[i].kind, name);
		arn = doc ? doc_str(doc, "Arn") : NULL;
		if (doc && !arn)
			arn = json_find_str(doc->body, "ServerCertificateMetadata", "Arn", NULL);
		add(search, search->action,
		    arn ? arn : aws_global_arn(call, "iam", "%s/%s", iam_names[i].type, name))
			->doc = doc;
	}
}

/* Services whose members are neither ARNs nor ids as EC2's. */
static const struct {
	const char *service, *member, *format; /* %s: the value */
} other_names[] = {
	{"efs", "FileSystemId", "arn:aws:elasticfilesystem:{region}:{account}:file-system/%s"},
	{"kms", "KeyId", "arn:aws:kms:{region}:{account}:key/%s"},
	{"route53", "HostedZoneId", "arn:aws:route53:::hostedzone/%s"},
	{"route53", "Id", "arn:aws:route53:::hostedzone/%s"},
	{"s3", "Bucket", "arn:aws:s3:::%s"},
};

static void add_other(struct search *search, const char *member, const char *value)
{
	struct call *call = search->call;

	for (size_t i = 0; i < array_size(other_names); i++) {
		const char *slash = strchr(other_names[i].format, '%'), *key, *arn;

		if (!str_eq(other_names[i].service, search->service->name) ||
		    !str_eq(other_names[i].member, member))
			continue;
		key = json_get_str(search->input, "Key");
		arn = arena_strndup(call->arena, other_names[i].format,
				    (size_t)(slash - other_names[i].format));
		if (strchr(arn, '{')) {
			const char *brace = strchr(arn, '{');
			const char *end = strrchr(arn, '}');

			arn = arena_printf(call->arena, "%.*s%s:%s%s", (int)(brace - arn), arn,
					   call->region, call->account, end + 1);
		}
		arn = arena_printf(call->arena, "%s%s%s%s", arn, value,
				   key && str_eq(member, "Bucket") ? "/" : "",
				   key && str_eq(member, "Bucket") ? key : "");
		add(search, search->action, arn)->doc = find_doc(call, value);
	}
}

static void add_value(struct search *search, const char *member, const char *value)
{
	const char *service = search->service->name;

	if (!value || !*value)
		return;
	if (str_starts_with(value, "arn:"))
		add(search, search->action, value)->doc = find_doc(search->call, value);
	else if (str_eq(service, "ec2"))
		add_ec2(search, value);
	else if (str_eq(service, "elb"))
		add_elb(search, member, value);
	else if (str_eq(service, "iam"))
		add_iam(search, member, value);
	else
		add_other(search, member, value);
}

static bool lists(const char *members, const char *name)
{
	size_t n = strlen(name);

	while (*members) {
		size_t length = strcspn(members, " ");

		if (length == n && strncmp(members, name, n) == 0)
			return true;
		members += length + (members[length] == ' ');
	}
	return false;
}

static void add_named(struct search *search, const char *members)
{
	if (str_eq(members, "-"))
		return;
	json_foreach (member, search->input) {
		const char *name = json_key(member);

		if (*members && !lists(members, name))
			continue;
		if (json_is_string(member))
			add_value(search, name, json_str(member));
		json_foreach (item, json_is_array(member) ? member : NULL)
			add_value(search, name,
				  json_is_object(item) ? json_get_str(item, "RuleArn")
						       : json_str(item));
	}
}

/* @name What is made */

static const char *made_part(struct search *search, const char *name)
{
	const char *value = json_get_str(search->input, name);

	if (str_eq(name, "Type")) /* of a load balancer, as its ARN has it */
		return str_eq(value, "network") ? "net" : str_eq(value, "gateway") ? "gwy" : "app";
	if (str_eq(name, "Path"))
		return value ? value : "/";
	if (str_eq(name, "Scope"))
		return str_eq(value, "CLOUDFRONT") ? "global" : "regional";
	if (str_eq(name, "Url") && str_starts_with(value, "https://"))
		return value + strlen("https://");
	return value ? value : "*";
}

/* A pattern with the input's members in their places. */
static const char *made_resource(struct search *search, const char *pattern)
{
	const char *service = policy_action_prefix(search->service), *result;
	bool regional = !search->service->global;
	struct strbuf sb;

	strbuf_init(&sb, ARN_MAX);
	strbuf_addf(&sb, "arn:%s:%s:%s:%s:", aws_partition(search->call->region), service,
		    regional ? search->call->region : "",
		    str_eq(pattern, "image/*") || str_eq(pattern, "snapshot/*")
			    ? ""
			    : search->call->account);
	while (*pattern) {
		size_t n = strcspn(pattern, "{");

		strbuf_add_bytes(&sb, pattern, n);
		pattern += n;
		if (*pattern) {
			n = strcspn(pattern, "}");
			strbuf_add(&sb, made_part(search, arena_strndup(search->call->arena,
									pattern + 1, n - 1)));
			pattern += n + 1;
		}
	}
	result = arena_strdup(search->call->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}

/* Listeners and rules: what they are of, with one more part. */
static const char *part_resource(struct search *search, const char *operation)
{
	const char *listener = json_get_str(search->input, "ListenerArn");
	const char *balancer = json_get_str(search->input, "LoadBalancerArn");
	const char *of = str_eq(operation, "CreateRule") ? listener : balancer;
	const char *from = str_eq(operation, "CreateRule") ? ":listener/" : ":loadbalancer/";
	const char *to = str_eq(operation, "CreateRule") ? ":listener-rule/" : ":listener/";
	const char *at = of ? strstr(of, from) : NULL;

	if (!at)
		return NULL;
	return arena_printf(search->call->arena, "%.*s%s%s/*", (int)(at - of), of, to,
			    at + strlen(from));
}

static const struct json *tags_for(struct search *search, const char *type)
{
	const struct json *tags = json_get(search->input, "Tags");
	size_t n = strcspn(type, "/");

	if (tags)
		return tags;
	json_foreach (item, json_get(search->input, "TagSpecifications")) {
		const char *of = json_get_str(item, "ResourceType");

		if (of && strlen(of) == n && strncmp(of, type, n) == 0)
			return json_get(item, "Tags");
	}
	return NULL;
}

/* What tags that come with a create need by themselves; the operation is their CreateAction where a
 * service has such a key. Source: Service Authorization Reference, dependent actions of each
 * create; IAM User Guide, "Tags for IAM resources". */
static const struct {
	const char *service, *operation, *action; /* operation: a glob */
} tagging[] = {
	{"acm", "*", "acm:AddTagsToCertificate"},
	{"ec2", "*", "ec2:CreateTags"},
	{"efs", "*", "elasticfilesystem:TagResource"},
	{"elb", "*", "elasticloadbalancing:AddTags"},
	{"elbv2", "*", "elasticloadbalancing:AddTags"},
	{"globalaccelerator", "*", "globalaccelerator:TagResource"},
	{"iam", "CreateInstanceProfile", "iam:TagInstanceProfile"},
	{"iam", "CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"},
	{"iam", "CreatePolicy", "iam:TagPolicy"},
	{"iam", "CreateRole", "iam:TagRole"},
	{"iam", "CreateSAMLProvider", "iam:TagSAMLProvider"},
	{"iam", "CreateUser", "iam:TagUser"},
	{"iam", "CreateVirtualMFADevice", "iam:TagMFADevice"},
	{"iam", "UploadServerCertificate", "iam:TagServerCertificate"},
	{"wafv2", "*", "wafv2:TagResource"},
};

static void add_tagging(struct search *search, const char *resource, const struct json *tags,
			const char *operation)
{
	const char *action = NULL;
	struct policy_target *target;

	for (size_t i = 0; i < array_size(tagging) && !action; i++)
		if (str_eq(tagging[i].service, search->service->name) &&
		    str_glob(tagging[i].operation, operation))
			action = tagging[i].action;
	if (!json_first(tags) || !action)
		return;
	target = add(search, action, resource);
	target->tags = tags;
	target->create_action = operation;
}

static void add_made(struct search *search, const struct row *row, const char *operation)
{
	const char *resource = made_resource(search, row->made);
	const struct json *tags = tags_for(search, row->made);

	add(search, search->action, resource)->tags = tags;
	add_tagging(search, resource, tags, operation);
}

/* RunInstances makes interfaces and volumes too, and names its key pair. */
static void add_run_instances(struct search *search)
{
	static const char *const made[] = {"network-interface/*", "volume/*"};
	const char *key = json_get_str(search->input, "KeyName");

	for (size_t i = 0; i < array_size(made); i++) {
		const struct json *tags = tags_for(search, made[i]);
		const char *resource = made_resource(search, made[i]);

		add(search, search->action, resource)->tags = tags;
		add_tagging(search, resource, tags, "RunInstances");
	}
	if (key)
		add(search, search->action, aws_arn(search->call, "ec2", "key-pair/%s", key));
	json_foreach (item, json_get(search->input, "NetworkInterfaces")) {
		add_value(search, "SubnetId", json_get_str(item, "SubnetId"));
		json_foreach (group, json_get(item, "Groups"))
			add_value(search, "Groups", json_str(group));
	}
}

/* @name Roles that are handed on */

static const struct doc *role_of_profile(struct search *search)
{
	const struct json *profile = json_get(search->input, "IamInstanceProfile");
	const char *name = json_get_str(profile, "Name"), *arn = json_get_str(profile, "Arn");
	const struct doc *doc;

	if (!name && arn)
		name = strrchr(arn, '/') ? strrchr(arn, '/') + 1 : NULL;
	doc = name ? world_find(search->call->world, &kind_instance_profile,
				iam_key(search->call, name))
		   : NULL;
	return doc && doc_extra_str(doc, "Role")
		       ? world_find(search->call->world, &kind_iam_role, doc_extra_str(doc, "Role"))
		       : NULL;
}

/* IAM User Guide, "Grant permissions to pass a role to a service". */
static void add_pass_role(struct search *search, const char *operation)
{
	const char *name = json_get_str(search->input, "RoleName");
	const struct doc *role = NULL;

	if (json_get(search->input, "IamInstanceProfile"))
		role = role_of_profile(search);
	else if (str_eq(operation, "AddRoleToInstanceProfile") && name)
		role = world_find(search->call->world, &kind_iam_role, iam_key(search->call, name));
	if (role)
		add(search, "iam:PassRole", doc_str(role, "Arn"))->doc = role;
}

/* @name All together */

static const struct row *find_row(const struct aws_service_model *service, const char *operation)
{
	static const struct row none = {"", "", "", ""};

	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].service, service->name) &&
		    str_glob(rows[i].operation, operation))
			return &rows[i];
	return &none;
}

void policy_targets_find(struct call *call, const struct aws_service_model *service,
			 const char *operation, const struct json *input,
			 struct policy_targets *ret)
{
	const struct row *row = find_row(service, operation);
	struct search search = {
		.call = call,
		.service = service,
		.input = input,
		.action = arena_printf(call->arena, "%s:%s", policy_action_prefix(service),
				       policy_action_name(service, operation)),
		.targets = ret,
	};
	const char *part;

	*ret = (struct policy_targets){0};
	add_named(&search, row->members);
	for (size_t i = 0; i < ret->count; i++) { /* tags given to what is there */
		ret->items[i].tags = json_get(input, "Tags");
		ret->items[i].keys = json_get(input, "TagKeys");
	}
	if (*row->made)
		add_made(&search, row, operation);
	if (str_eq(service->name, "ec2") && str_eq(operation, "RunInstances"))
		add_run_instances(&search);
	part = str_eq(service->name, "elbv2") ? part_resource(&search, operation) : NULL;
	if (part && str_starts_with(operation, "Create"))
		add_tagging(&search, part, json_get(input, "Tags"), operation);
	if (!ret->count) {
		struct policy_target *target = add(&search, search.action, "*");

		target->tags = json_get(input, "Tags");
		target->keys = json_get(input, "TagKeys");
	}
	add_pass_role(&search, operation);
}
