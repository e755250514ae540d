/* How documents hang together: rows of edges.tbl, and the few that no member says. */
#include "emulator/judge/judge_inner.h"

#define SEGMENT_MAX 64 /* bytes of one member's name in a path */

static const struct edge_row {
	const char *kind;
	enum relation relation;
	const char *to, *path;
} rows[] = {
#define EDGE(kind, relation, to, path) {kind, relation, to, path},
#include "emulator/judge/edges.tbl"
#undef EDGE
};

/* Members that say who a document is, where its key may be something else. */
static const char *const names[] = {
	"LoadBalancerArn",  "TargetGroupArn", "ListenerArn",	     "RuleArn",
	"LoadBalancerName", "RoleName",	      "InstanceProfileName",
};

static bool is_called(const struct doc *doc, const char *id)
{
	for (size_t i = 0; i < array_size(names); i++)
		if (str_eq(doc_str(doc, names[i]), id))
			return true;
	return false;
}

const struct doc *judge_find(const struct world *world, const char *kind_name, const char *id)
{
	const struct kind *kind = world_kind_named(world, kind_name);
	const struct doc *doc = kind ? world_find(world, kind, id) : NULL;

	if (doc || !kind || (kind->shape && str_starts_with(kind->shape, "ec2:")))
		return doc;
	world_foreach (other, world, kind)
		if (is_called(other, id))
			return other;
	return NULL;
}

struct walk {
	const struct world *world;
	struct arena *arena;
	edge_fn *fn;
	void *userdata;
};

static void tell(const struct walk *walk, enum relation relation, const char *kind, const char *id,
		 const struct doc *doc)
{
	struct edge edge = {relation, kind, id, doc};

	walk->fn(&edge, walk->userdata);
}

/** What GatewayId of a route can name, by how its ids begin; "local" is none of them. */
static bool is_gateway_of(const char *kind, const char *id)
{
	static const char *const prefixes[][2] = {
		{"internet-gateway", "igw-"}, {"vpn-gateway", "vgw-"}, {"vpc-endpoint", "vpce-"}};

	for (size_t i = 0; i < array_size(prefixes); i++)
		if (str_eq(prefixes[i][0], kind))
			return str_starts_with(id, prefixes[i][1]);
	return true;
}

static void tell_row(const struct walk *walk, const struct edge_row *row, const char *id)
{
	if (str_eq(row->path, "GatewayId") && !is_gateway_of(row->to, id))
		return;
	tell(walk, row->relation, row->to, id, judge_find(walk->world, row->to, id));
}

static void walk_path(const struct walk *walk, const struct edge_row *row, const struct json *json,
		      const char *path)
{
	size_t length = strcspn(path, ".[");
	char segment[SEGMENT_MAX];

	if (!*path) {
		if (json_str(json) && *json_str(json))
			tell_row(walk, row, json_str(json));
		return;
	}
	if (*path == '[') {
		const char *rest = path + 2 + (path[2] == '.');

		json_foreach (item, json)
			walk_path(walk, row, item, rest);
		return;
	}
	assert(length < sizeof(segment));
	memcpy(segment, path, length);
	segment[length] = '\0';
	walk_path(walk, row, json_get(json, segment), path + length + (path[length] == '.'));
}

/* A load balancer that uses the target group, told by the group's view, or by the listeners. */
static void tell_load_balancers(const struct walk *walk, const struct doc *group)
{
	_cleanup_(json_freep) struct json *view = NULL;

	if (!group->kind->view)
		return;
	view = doc_view(walk->world, group);
	json_foreach (arn, json_get(view, "LoadBalancerArns")) {
		const char *id = arena_strdup(walk->arena, json_str(arn));

		tell(walk, RELATION_PART, "load-balancer", id,
		     judge_find(walk->world, "load-balancer", id));
	}
}

/* "…:listener-rule/net/NAME/LB/LISTENER/RULE" is a rule of "…:listener/net/NAME/LB/LISTENER".
 * Source: ELBv2 API, ARN formats. */
static void tell_listener(const struct walk *walk, const struct doc *rule)
{
	const char *arn = doc_str(rule, "RuleArn"),
		   *at = arn ? strstr(arn, ":listener-rule/") : NULL;
	const char *end = at ? strrchr(at, '/') : NULL, *id;

	if (!at || doc_str(rule, "ListenerArn") || doc_extra_str(rule, "ListenerArn"))
		return;
	at += strlen(":listener");
	id = arena_printf(walk->arena, "%.*s%.*s", (int)(at - arn), arn,
			  (int)(end - at - strlen("-rule")), at + strlen("-rule"));
	tell(walk, RELATION_PART, "listener", id, judge_find(walk->world, "listener", id));
}

/* The cloud-controller-manager calls a load balancer's group "k8s-elb-" and its name.
 * Source: cloud-provider-aws pkg/providers/v1/aws.go, EnsureLoadBalancer. */
static void tell_group_owner(const struct walk *walk, const struct doc *group)
{
	static const char *const kinds[] = {"classic-load-balancer", "load-balancer"};
	const char *name = doc_str(group, "GroupName");

	if (!str_starts_with(name, CCM_GROUP_PREFIX))
		return;
	name += strlen(CCM_GROUP_PREFIX);
	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct doc *lb = judge_find(walk->world, kinds[i], name);

		if (lb || i == 0)
			tell(walk, RELATION_PART, kinds[i], name, lb);
		if (lb)
			break;
	}
}

const struct doc *judge_implied_by(const struct world *world, const struct doc *doc)
{
	const struct kind *kind;
	const struct doc *other;

	for (size_t i = 0; doc->implied_by && (kind = world_kind(world, i)); i++) {
		other = world_find(world, kind, doc->implied_by);
		if (other && other != doc)
			return other;
	}
	return NULL;
}

void edges_of(const struct world *world, const struct doc *doc, struct arena *arena, edge_fn *fn,
	      void *userdata)
{
	struct walk walk = {world, arena, fn, userdata};
	const struct doc *maker = judge_implied_by(world, doc);

	if (doc->implied_by)
		tell(&walk, RELATION_PART, maker ? maker->kind->name : "", doc->implied_by, maker);
	if (judge_is_kind(doc, "target-group"))
		tell_load_balancers(&walk, doc);
	else if (judge_is_kind(doc, "rule"))
		tell_listener(&walk, doc);
	else if (judge_is_kind(doc, "security-group"))
		tell_group_owner(&walk, doc);
	for (size_t i = 0; i < array_size(rows); i++) {
		if (!judge_is_kind(doc, rows[i].kind))
			continue;
		walk_path(&walk, &rows[i], doc->body, rows[i].path);
		walk_path(&walk, &rows[i], doc->extra, rows[i].path);
	}
}
