/* What to say about a leak: what it blocks, who would find it, how it is cleaned up. */
#include <ctype.h>

#include "emulator/base/strbuf.h"
#include "emulator/judge/verdict.h"

#define PLAN_MAX (4 << 20)

const char *judge_id(const struct doc *doc)
{
	static const char *const names[] = {"LoadBalancerName", "TargetGroupName", "RoleName",
					    "InstanceProfileName", "KeyName"};

	for (size_t i = 0; i < array_size(names); i++)
		if (doc_str(doc, names[i]))
			return doc_str(doc, names[i]);
	return doc->key;
}

static const char *arn_of(const struct doc *doc)
{
	static const char *const names[] = {"RuleArn", "ListenerArn", "LoadBalancerArn",
					    "TargetGroupArn", "Arn"};

	/* a listener's LoadBalancerArn is not its own: the first one is */
	for (size_t i = 0; i < array_size(names); i++)
		if (str_starts_with(doc_str(doc, names[i]), "arn:"))
			return doc_str(doc, names[i]);
	return NULL;
}

static void note_block(const struct edge *edge, void *userdata)
{
	struct strs *blocks = userdata;
	bool blocks_it = edge->relation == RELATION_IN ||
			 (edge->relation == RELATION_NAMES && str_eq(edge->kind, "security-group"));

	if (edge->doc && blocks_it && !strs_has(blocks, edge->id))
		strs_add(blocks, edge->id);
}

/* ---- Who would find it ---- */

/* Gardener's delete flow, as long as there is an Infrastructure to delete.
 * Source: provider-aws v1.72.0 pkg/aws/client/client.go:589-733. */
static bool is_found_by_gardener(const struct judgement *j, const struct leak *leak)
{
	const struct doc *doc = leak->doc;
	const char *value, *cluster = owner_tag_cluster(doc, &value);
	_cleanup_(freep) char *key = NULL;
	struct owner owner = {OWNER_INFRASTRUCTURE, cluster, "", ""};

	if (leak->verdict == VERDICT_LOST)
		return false;
	if (j->owner.type == OWNER_INFRASTRUCTURE && !j->only_inside)
		return owner_doc(j->world, &j->owner) && str_eq(leak->maker, INFRA);
	key = xasprintf(TAG_CLUSTER "%s", cluster);
	if (!*cluster || !owner_doc(j->world, &owner) || !str_eq(doc_tag(doc, key), "owned"))
		return false;
	/* target groups only through their load balancer */
	return judge_is_kind(doc, "load-balancer") || judge_is_kind(doc, "classic-load-balancer") ||
	       judge_is_kind(doc, "security-group");
}

/* The load balancer controller looks for the things of a stack when it works on its object. */
static bool is_found_by_lbc(const struct judgement *j, const struct leak *leak)
{
	const struct doc *owner = owner_doc(j->world, &j->owner);

	return leak->verdict != VERDICT_LOST && doc_tag(leak->doc, TAG_LBC_CLUSTER) && owner &&
	       str_eq(owner_responsible(j->world, &j->owner), LBC);
}

/* The cloud controller manager looks for a name that it makes out of the Service. */
static bool is_found_by_ccm(const struct judgement *j, const struct leak *leak)
{
	return leak->verdict != VERDICT_LOST && j->owner.type == OWNER_SERVICE &&
	       str_eq(leak->maker, CCM) && owner_doc(j->world, &j->owner) &&
	       str_eq(owner_responsible(j->world, &j->owner), CCM);
}

/* ---- How it is cleaned up ---- */

static struct json *add_cleanup(struct leak *leak, const char *action)
{
	struct cleanup *cleanup;

	leak->cleanups =
		xrealloc(leak->cleanups, (leak->cleanup_count + 1) * sizeof(*leak->cleanups));
	cleanup = &leak->cleanups[leak->cleanup_count++];
	*cleanup = (struct cleanup){action, json_new_object()};
	return cleanup->params;
}

static const char *text_of(const struct doc *doc, const char *member)
{
	const char *text = doc_str(doc, member);

	return text ? text : doc_extra_str(doc, member);
}

static void clean_target(struct leak *leak, const struct json *view)
{
	struct json *params = add_cleanup(leak, "elbv2:DeregisterTargets");
	const struct json *shown = json_get(view, "Target");
	const struct json *target = shown ? shown : leak->doc->body;
	struct json *item = json_new_object();

	json_set_str(params, "TargetGroupArn", text_of(leak->doc, "TargetGroupArn"));
	json_set_copy(item, "Id", json_get(target, "Id"));
	json_set_copy(item, "Port", json_get(target, "Port"));
	json_append(json_ensure_array(params, "Targets"), item);
}

static void clean_security_group_rule(struct leak *leak, const struct json *view)
{
	bool egress = json_get_bool(view, "IsEgress", false);
	struct json *params = add_cleanup(leak, egress ? "ec2:RevokeSecurityGroupEgress"
						       : "ec2:RevokeSecurityGroupIngress");

	json_set_str(params, "GroupId", doc_str(leak->doc, "GroupId"));
	json_append_str(json_ensure_array(params, "SecurityGroupRuleIds"), leak->doc->key);
}

static void clean_route(struct leak *leak, const struct json *view)
{
	static const char *const members[] = {"DestinationCidrBlock", "DestinationIpv6CidrBlock",
					      "DestinationPrefixListId"};
	struct json *params = add_cleanup(leak, "ec2:DeleteRoute");

	json_set_str(params, "RouteTableId", text_of(leak->doc, "RouteTableId"));
	for (size_t i = 0; i < array_size(members); i++)
		json_set_str(params, members[i], json_get_str(view, members[i]));
}

static void clean_internet_gateway(struct leak *leak, const struct json *view)
{
	json_foreach (attachment, json_get(view, "Attachments")) {
		struct json *params = add_cleanup(leak, "ec2:DetachInternetGateway");

		json_set_str(params, "InternetGatewayId", leak->doc->key);
		json_set_str(params, "VpcId", json_get_str(attachment, "VpcId"));
	}
	json_set_str(add_cleanup(leak, "ec2:DeleteInternetGateway"), "InternetGatewayId",
		     leak->doc->key);
}

static void clean_instance_profile(struct leak *leak, const struct json *view)
{
	const char *name = doc_str(leak->doc, "InstanceProfileName");

	json_foreach (role, json_get(view, "Roles")) {
		struct json *params = add_cleanup(leak, "iam:RemoveRoleFromInstanceProfile");

		json_set_str(params, "InstanceProfileName", name);
		json_set_str(params, "RoleName", json_get_str(role, "RoleName"));
	}
	json_set_str(add_cleanup(leak, "iam:DeleteInstanceProfile"), "InstanceProfileName", name);
}

static void clean_role_policy(struct leak *leak, const struct json *view)
{
	struct json *params = add_cleanup(leak, "iam:DeleteRolePolicy");

	json_set_str(params, "RoleName", json_get_str(view, "RoleName"));
	json_set_str(params, "PolicyName", json_get_str(view, "PolicyName"));
}

static void clean_attached_policy(struct leak *leak, const struct json *view)
{
	struct json *params = add_cleanup(leak, "iam:DetachRolePolicy");
	const char *role = doc_extra_str(leak->doc, "Role"); /* "account/name" */

	json_set_str(params, "RoleName", role ? strrchr(role, '/') + 1 : NULL);
	json_set_str(params, "PolicyArn", json_get_str(view, "PolicyArn"));
}

static void clean_list(struct leak *leak, const struct leak_row *row)
{
	struct json *params = add_cleanup(leak, row->action);

	json_append_str(json_ensure_array(params, row->parameter), leak->doc->key);
}

static void clean_instance(struct leak *leak, const struct json *view)
{
	(void)view;
	clean_list(leak, leak_row("instance"));
}

static void clean_vpc_endpoint(struct leak *leak, const struct json *view)
{
	(void)view;
	clean_list(leak, leak_row("vpc-endpoint"));
}

static const struct {
	const char *kind;
	void (*clean)(struct leak *leak, const struct json *view);
} cleaners[] = {
	{"instance", clean_instance},
	{"instance-profile", clean_instance_profile},
	{"iam-attached-policy", clean_attached_policy},
	{"iam-role-policy", clean_role_policy},
	{"internet-gateway", clean_internet_gateway},
	{"route", clean_route},
	{"security-group-rule", clean_security_group_rule},
	{"target", clean_target},
	{"vpc-endpoint", clean_vpc_endpoint},
};

static void clean(struct leak *leak, const struct json *view)
{
	const struct leak_row *row = leak_row(leak->doc->kind->name);
	const char *value;

	for (size_t i = 0; i < array_size(cleaners); i++) {
		if (!judge_is_kind(leak->doc, cleaners[i].kind))
			continue;
		cleaners[i].clean(leak, view);
		return;
	}
	value = *row->member ? text_of(leak->doc, row->member) : NULL;
	json_set_str(add_cleanup(leak, row->action), row->parameter,
		     value ? value : leak->doc->key);
}

void leak_describe(struct leak *leak, const struct judgement *j)
{
	_cleanup_(json_freep) struct json *view = NULL;

	leak->id = xstrdup(judge_id(leak->doc));
	leak->arn = arn_of(leak->doc);
	leak->found_by_gardener = is_found_by_gardener(j, leak);
	leak->found_by_lbc = is_found_by_lbc(j, leak);
	leak->found_by_ccm = is_found_by_ccm(j, leak);
	if (leak->verdict == VERDICT_LOST)
		return; /* nothing is there any more */
	view = doc_view(j->world, leak->doc);
	edges_of(j->world, leak->doc, j->arena, note_block, &leak->blocks);
	/* what was somebody's before is not to be deleted: only its maker knows how it was */
	if (leak->verdict != VERDICT_RESIDUE || str_eq(leak->doc->maker, leak->maker))
		clean(leak, view);
}

struct json *leak_to_json(const struct leak *leak, int64_t now_ms)
{
	struct json *json = json_new_object(), *list, *found;

	json_set_str(json, "leak", verdict_name(leak->verdict));
	json_set_str(json, "kind", leak->doc->kind->name);
	json_set_str(json, "id", leak->id);
	if (leak->arn)
		json_set_str(json, "arn", leak->arn);
	else
		json_set_null(json, "arn");
	json_set_str(json, "owner", leak->owner);
	json_set_str(json, "owner_state", leak->owner_state);
	json_set_str(json, "maker", leak->maker);
	json_set_int(json, "made_by_call", (int64_t)leak->made_by_call);
	json_set_int(json, "made_at_ms", leak->made_at_ms);
	json_set_int(json, "leaked_since_call", (int64_t)leak->leaked_since_call);
	json_set_int(json, "age_ms", now_ms - leak->leaked_since_ms);
	json_set_str(json, "why", leak->why);
	json_set_copy(json, "tags", leak->doc->tags);
	list = json_ensure_array(json, "blocks");
	for (size_t i = 0; i < leak->blocks.count; i++)
		json_append_str(list, leak->blocks.items[i]);
	found = json_ensure_object(json, "found_by");
	json_set_bool(found, "gardener-delete-flow", leak->found_by_gardener);
	json_set_bool(found, LBC, leak->found_by_lbc);
	json_set_bool(found, CCM, leak->found_by_ccm);
	list = json_ensure_array(json, "cleanup");
	for (size_t i = 0; i < leak->cleanup_count; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "action", leak->cleanups[i].action);
		json_set_copy(item, "params", leak->cleanups[i].params);
		json_append(list, item);
	}
	return json;
}

/* ---- The plan ---- */

/* "DeleteVPCEndpoints" → "delete-vpc-endpoints", as the AWS CLI calls it. */
static void add_kebab(struct strbuf *sb, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		bool upper = isupper((unsigned char)text[i]);
		bool after_lower = i && !isupper((unsigned char)text[i - 1]);
		bool before_lower = islower((unsigned char)text[i + 1]);

		if (upper && i && (after_lower || before_lower))
			strbuf_add_char(sb, '-');
		strbuf_add_char(sb, (char)tolower((unsigned char)text[i]));
	}
}

/* Ids, names and ARNs need no quotes; what does gets them, so that a shell sees one word. */
static void add_word(struct strbuf *sb, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./:=,@+";

	if (*text && strspn(text, plain) == strlen(text)) {
		strbuf_add(sb, text);
		return;
	}
	strbuf_add_char(sb, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_add(sb, "'\\''");
		else
			strbuf_add_char(sb, *text);
	}
	strbuf_add_char(sb, '\'');
}

static void add_value(struct strbuf *sb, const struct json *value)
{
	_cleanup_(freep) char *text = NULL;

	if (json_is_string(value)) {
		add_word(sb, json_str(value));
		return;
	}
	if (json_is_array(value) && json_is_string(json_at(value, 0)) && json_size(value) == 1) {
		add_word(sb, json_str(json_at(value, 0)));
		return;
	}
	text = json_to_text(value);
	add_word(sb, text);
}

static void add_command(struct strbuf *sb, const struct cleanup *cleanup)
{
	const char *colon = strchr(cleanup->action, ':');

	strbuf_addf(sb, "aws %.*s ", (int)(colon - cleanup->action), cleanup->action);
	add_kebab(sb, colon + 1);
	json_foreach (param, cleanup->params) {
		strbuf_add(sb, " --");
		add_kebab(sb, json_key(param));
		strbuf_add_char(sb, ' ');
		add_value(sb, param);
	}
}

/* What takes its time to go, and holds addresses, groups and subnets meanwhile. */
static bool is_slow(const struct leak *leak)
{
	static const char *const kinds[] = {"load-balancer", "classic-load-balancer", "instance",
					    "nat-gateway", "vpc-endpoint"};

	for (size_t i = 0; i < array_size(kinds); i++)
		if (judge_is_kind(leak->doc, kinds[i]))
			return true;
	return false;
}

#define RANK_MAX 99

void leaks_each_cleanup(const struct leaks *leaks,
			void (*fn)(const struct leak *leak, const struct cleanup *cleanup,
				   bool waits, void *userdata),
			void *userdata)
{
	bool waits = false;

	for (unsigned rank = 0; rank <= RANK_MAX; rank++) {
		for (size_t i = 0; i < leaks->count; i++) {
			const struct leak *leak = &leaks->items[i];

			if (leak_row(leak->doc->kind->name)->rank != rank)
				continue;
			for (size_t k = 0; k < leak->cleanup_count; k++)
				fn(leak, &leak->cleanups[k], waits, userdata);
			waits |= is_slow(leak);
		}
	}
}

static void add_line(const struct leak *leak, const struct cleanup *cleanup, bool waits,
		     void *userdata)
{
	struct strbuf *sb = userdata;
	bool loops = waits && str_starts_with(cleanup->action, "ec2:");

	if (str_starts_with(cleanup->action, "k8s:")) {
		const char *ns = strchr(leak->doc->key, '/') + 1;

		strbuf_addf(sb, "kubectl delete targetgroupbinding -n %.*s %s\n",
			    (int)strcspn(ns, "/"), ns, strrchr(leak->doc->key, '/') + 1);
		return;
	}
	strbuf_add(sb, loops ? "n=0; until " : "");
	add_command(sb, cleanup);
	/* a quarter of an hour: what lingers has gone by then, and a refusal for ever ends */
	strbuf_add(sb, loops ? "; do [ $((n += 1)) -lt 180 ] || break; sleep 5; done\n" : "\n");
}

char *leaks_plan(const struct leaks *leaks)
{
	struct strbuf sb;

	strbuf_init(&sb, PLAN_MAX);
	leaks_each_cleanup(leaks, add_line, &sb);
	return strbuf_steal(&sb);
}
