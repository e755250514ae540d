/* Claims of ownership, and who is responsible: the controllers' own published rules. */
#include "emulator/judge/judge_inner.h"

#define CLIMB_MAX 8 /* steps up; the longest chain (target … VPC) has 5 */

#define ANNOTATION_TYPE	       "service.beta.kubernetes.io/aws-load-balancer-type"
#define ANNOTATION_TARGET_TYPE "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"
#define LBC_CLASS	       "service.k8s.aws/nlb"
#define LBC_RULE	       "elbv2.k8s.aws/targetGroupBinding=shared"

static struct owner nobody(void)
{
	return (struct owner){OWNER_NONE, "", "", ""};
}

bool owner_equal(const struct owner *a, const struct owner *b)
{
	return a->type == b->type && str_eq(a->ns, b->ns) && str_eq(a->name, b->name) &&
	       (!*a->cluster || !*b->cluster || str_eq(a->cluster, b->cluster));
}

const char *owner_text(struct arena *arena, const struct owner *owner)
{
	switch (owner->type) {
	case OWNER_SERVICE: return arena_printf(arena, "service %s/%s", owner->ns, owner->name);
	case OWNER_INGRESS:
		return *owner->ns ? arena_printf(arena, "ingress %s/%s", owner->ns, owner->name)
				  : arena_printf(arena, "ingress group %s", owner->name);
	case OWNER_GATEWAY: return arena_printf(arena, "gateway %s/%s", owner->ns, owner->name);
	case OWNER_STACKS:
		return arena_printf(arena, "the load balancer controller's stacks of %s",
				    *owner->cluster ? owner->cluster : "its cluster");
	case OWNER_BINDING:
		return *owner->name ? arena_printf(arena, "target group binding %s/%s", owner->ns,
						   owner->name)
				    : "the target group binding that wanted it";
	case OWNER_BINDINGS:
		return arena_printf(arena, "the target group bindings of %s",
				    *owner->cluster ? owner->cluster : "its cluster");
	case OWNER_INFRASTRUCTURE:
		return arena_printf(arena, "infrastructure of %s", owner->cluster);
	case OWNER_NONE: break;
	}
	return "nobody";
}

const char *owner_tag_cluster(const struct doc *doc, const char **ret_value)
{
	const char *lbc = doc_tag(doc, TAG_LBC_CLUSTER), *legacy;

	*ret_value = "owned";
	if (lbc)
		return lbc;
	json_foreach (tag, doc->tags) {
		if (!str_starts_with(json_key(tag), TAG_CLUSTER) || !json_str(tag))
			continue;
		*ret_value = json_str(tag);
		return json_key(tag) + strlen(TAG_CLUSTER);
	}
	legacy = doc_tag(doc, TAG_LEGACY_CLUSTER);
	return legacy ? legacy : "";
}

/* "namespace/name", or only a name. */
static struct owner named(struct arena *arena, enum owner_type type, const char *cluster,
			  const char *text)
{
	const char *slash = strchr(text, '/');

	if (!slash)
		return (struct owner){type, cluster, "", text};
	return (struct owner){type, cluster, arena_strndup(arena, text, (size_t)(slash - text)),
			      slash + 1};
}

/* The load balancer controller's tags. Source: pkg/deploy/tracking/provider.go:15-41. */
static struct owner claimed_by_lbc(const struct doc *doc, const char *cluster, struct arena *arena)
{
	static const struct {
		const char *tag;
		enum owner_type type;
	} stacks[] = {
		{"service.k8s.aws/stack", OWNER_SERVICE},
		{"ingress.k8s.aws/stack", OWNER_INGRESS},
		{"gateway.k8s.aws.nlb/stack", OWNER_GATEWAY},
		{"gateway.k8s.aws.alb/stack", OWNER_GATEWAY},
	};

	for (size_t i = 0; i < array_size(stacks); i++)
		if (doc_tag(doc, stacks[i].tag))
			return named(arena, stacks[i].type, cluster, doc_tag(doc, stacks[i].tag));
	/* Source: pkg/networking/backend_sg_provider.go, backend security group */
	if (str_eq(doc_tag(doc, TAG_LBC_RESOURCE), "backend-sg"))
		return (struct owner){OWNER_STACKS, cluster, "", ""};
	return nobody();
}

/* "Security group for Kubernetes ELB NAME (namespace/name)".
 * Source: cloud-provider-aws pkg/providers/v1/aws.go, EnsureLoadBalancer. */
static struct owner claimed_by_description(const struct doc *doc, const char *cluster,
					   struct arena *arena)
{
	const char *text = doc_str(doc, "Description"), *open = text ? strrchr(text, '(') : NULL;
	size_t length = open ? strcspn(open + 1, ")") : 0;

	if (!length || !str_starts_with(doc_str(doc, "GroupName"), CCM_GROUP_PREFIX))
		return nobody();
	return named(arena, OWNER_SERVICE, cluster, arena_strndup(arena, open + 1, length));
}

/* Names that Gardener gives: "<technical id>-nodes", "<technical id>-ssh-publickey".
 * Source: provider-aws pkg/controller/infrastructure/infraflow, IAM and key pair tasks. */
static struct owner claimed_by_name(const struct doc *doc, struct arena *arena)
{
	static const struct {
		const char *kind, *member, *suffix;
	} names[] = {
		{"iam-role", "RoleName", "-nodes"},
		{"iam-role-policy", "PolicyName", "-nodes"},
		{"instance-profile", "InstanceProfileName", "-nodes"},
		{"key-pair", "KeyName", "-ssh-publickey"},
	};

	for (size_t i = 0; i < array_size(names); i++) {
		const char *name = doc_str(doc, names[i].member);

		if (!judge_is_kind(doc, names[i].kind) || !str_starts_with(name, "shoot--") ||
		    !str_ends_with(name, names[i].suffix))
			continue;
		return (struct owner){
			OWNER_INFRASTRUCTURE,
			arena_strndup(arena, name, strlen(name) - strlen(names[i].suffix)), "", ""};
	}
	return nobody();
}

/* A rule that the load balancer controller wrote into the nodes' group.
 * Source: pkg/networking/networking_manager.go:28. */
static struct owner claimed_by_rule(const struct world *world, const struct doc *rule)
{
	const char *value;
	const struct doc *group;

	if (!judge_is_kind(rule, "security-group-rule") ||
	    !str_eq(doc_str(rule, "Description"), LBC_RULE))
		return nobody();
	group = judge_find(world, "security-group", doc_str(rule, "GroupId"));
	return (struct owner){OWNER_BINDINGS, group ? owner_tag_cluster(group, &value) : "", "",
			      ""};
}

/* Labels of the load balancer controller's own objects.
 * Source: pkg/deploy/tracking/provider.go:30-41, stack labels. */
static struct owner claimed_by_labels(const struct doc *doc, struct arena *arena)
{
	static const struct {
		const char *ns, *name, *group;
		enum owner_type type;
	} stacks[] = {
		{"service.k8s.aws/stack-namespace", "service.k8s.aws/stack-name", NULL,
		 OWNER_SERVICE},
		{"ingress.k8s.aws/stack-namespace", "ingress.k8s.aws/stack-name",
		 "ingress.k8s.aws/stack", OWNER_INGRESS},
		{"gateway.k8s.aws.nlb/stack-namespace", "gateway.k8s.aws.nlb/stack-name", NULL,
		 OWNER_GATEWAY},
		{"gateway.k8s.aws.alb/stack-namespace", "gateway.k8s.aws.alb/stack-name", NULL,
		 OWNER_GATEWAY},
	};

	for (size_t i = 0; i < array_size(stacks); i++) {
		const char *ns = judge_kube_label(doc, stacks[i].ns);
		const char *name = judge_kube_label(doc, stacks[i].name);
		const char *group = stacks[i].group ? judge_kube_label(doc, stacks[i].group) : NULL;

		if ((ns && name) || group)
			return (struct owner){stacks[i].type, judge_kube_key(doc, arena).cluster,
					      group ? "" : ns, group ? group : name};
	}
	return nobody();
}

struct owner owner_claimed(const struct world *world, const struct doc *doc, struct arena *arena)
{
	const char *value, *cluster = owner_tag_cluster(doc, &value);
	struct owner owner;

	if (judge_kube_is(doc))
		return claimed_by_labels(doc, arena);
	owner = claimed_by_lbc(doc, cluster, arena);
	if (owner.type != OWNER_NONE)
		return owner;
	if (doc_tag(doc, TAG_CCM_SERVICE))
		return named(arena, OWNER_SERVICE, cluster, doc_tag(doc, TAG_CCM_SERVICE));
	owner = binding_claims_target(world, doc, arena);
	if (owner.type != OWNER_NONE)
		return owner;
	owner = claimed_by_rule(world, doc);
	if (owner.type != OWNER_NONE)
		return owner;
	owner = claimed_by_name(doc, arena);
	if (owner.type != OWNER_NONE)
		return owner;
	/* the group's load balancer says more than its description: see edges.c */
	if (str_starts_with(doc_str(doc, "GroupName"), CCM_GROUP_PREFIX))
		return nobody();
	/* "1" up to provider-aws v1.72, "owned" from v1.73; "shared" is use, not ownership */
	if (*cluster && !doc_tag(doc, TAG_LBC_CLUSTER) &&
	    (str_eq(value, "1") || str_eq(value, "owned")))
		return (struct owner){OWNER_INFRASTRUCTURE, cluster, "", ""};
	return nobody();
}

struct climb {
	const struct world *world;
	struct arena *arena;
	unsigned depth;
	enum relation relation;
	const struct doc *from;
	struct owner owner;
	const struct doc *through;
};

static void climb(struct climb *climb, const struct doc *doc);

static void climb_edge(const struct edge *edge, void *userdata)
{
	struct climb *up = userdata;
	const struct doc *from = up->from;

	if (up->owner.type != OWNER_NONE || edge->relation != up->relation || !edge->doc ||
	    edge->doc == from)
		return;
	climb(up, edge->doc);
	up->from = from;
}

static void climb(struct climb *up, const struct doc *doc)
{
	static const enum relation order[] = {RELATION_PART, RELATION_IN};

	up->owner = owner_claimed(up->world, doc, up->arena);
	if (up->owner.type != OWNER_NONE) {
		up->through = doc;
		return;
	}
	if (up->depth >= CLIMB_MAX)
		return;
	up->depth++;
	for (size_t i = 0; i < array_size(order) && up->owner.type == OWNER_NONE; i++) {
		enum relation before = up->relation;

		up->relation = order[i];
		up->from = doc;
		edges_of(up->world, doc, up->arena, climb_edge, up);
		up->relation = before;
		if (order[i] == RELATION_PART && up->owner.type == OWNER_NONE) {
			/* its load balancer is gone: the description is all there is */
			const char *value;

			up->owner = claimed_by_description(doc, owner_tag_cluster(doc, &value),
							   up->arena);
			up->through = up->owner.type != OWNER_NONE ? doc : NULL;
		}
	}
	up->depth--;
}

/* A rule that lets a load balancer's group in is there for that group, whosever group it stands in:
 * when the same controller made both. */
static const struct doc *referenced_group(const struct world *world, const struct doc *rule)
{
	const char *id = json_find_str(rule->body, "ReferencedGroupInfo", "GroupId", NULL);
	const struct doc *group;

	if (!id || !judge_is_kind(rule, "security-group-rule") ||
	    str_eq(id, doc_str(rule, "GroupId")))
		return NULL;
	group = judge_find(world, "security-group", id);
	return group && str_eq(group->maker, rule->maker) ? group : NULL;
}

struct owner owner_of(const struct world *world, const struct doc *doc, struct arena *arena,
		      const struct doc **ret_through)
{
	struct climb up = {
		.world = world, .arena = arena, .owner = owner_claimed(world, doc, arena)};
	const struct doc *group = NULL;

	if (up.owner.type == OWNER_NONE)
		group = referenced_group(world, doc);
	climb(&up, group ? group : doc);
	if (ret_through)
		*ret_through = up.through;
	return up.owner;
}

const char *service_responsible(const struct doc *service)
{
	const char *type = judge_kube_annotation(service, ANNOTATION_TYPE);
	const char *target = judge_kube_annotation(service, ANNOTATION_TARGET_TYPE);
	const char *class = json_find_str(service->body, "spec", "loadBalancerClass", NULL);

	/* LBC pkg/service/service_utils.go:39-80: spec.type is not looked at */
	if (class)
		return str_eq(class, LBC_CLASS) ? LBC : NULL;
	if (str_eq(type, "nlb-ip"))
		return LBC;
	/* CCM pkg/providers/v1/aws_loadbalancer.go:91: external is somebody else's */
	if (str_eq(type, "external"))
		return str_eq(target, "ip") || str_eq(target, "instance") ? LBC : NULL;
	if (str_eq(json_find_str(service->body, "spec", "type", NULL), "LoadBalancer"))
		return CCM;
	return NULL;
}

static bool ingress_wants(const struct doc *ingress)
{
	const char *class = json_find_str(ingress->body, "spec", "ingressClassName", NULL);

	if (!class)
		class = judge_kube_annotation(ingress, "kubernetes.io/ingress.class");
	return str_eq(class, "alb");
}

const struct doc *owner_lbc_root(const struct world *world, const char *cluster)
{
	static const char *const kinds[] = {"service", "ingress", "gateway"};
	size_t length = strlen(cluster);

	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct kind *kind = world_kind_named(world, kinds[i]);

		for (const struct doc *doc = kind ? world_next(world, kind, NULL) : NULL; doc;
		     doc = world_next(world, kind, doc)) {
			if (length &&
			    (strncmp(doc->key, cluster, length) || doc->key[length] != '/'))
				continue;
			if (judge_kube_is_deleting(doc))
				continue;
			if (i == 0 ? str_eq(service_responsible(doc), LBC)
				   : i == 2 || ingress_wants(doc))
				return doc;
		}
	}
	return NULL;
}

/* A member of an Ingress group, which has no object of its own. */
static const struct doc *group_member(const struct world *world, const char *group)
{
	const struct kind *kind = world_kind_named(world, "ingress");

	if (!kind)
		return NULL;
	world_foreach (doc, world, kind)
		if (str_eq(judge_kube_annotation(doc, INGRESS_GROUP), group))
			return doc;
	return NULL;
}

static const struct doc *infrastructure_doc(const struct world *world, const char *cluster)
{
	const struct kind *kind = world_kind_named(world, "infrastructure");
	_cleanup_(freep) char *ns = xasprintf("/%s/", cluster);

	if (!kind)
		return NULL;
	world_foreach (doc, world, kind) {
		const char *slash = strchr(doc->key, '/');

		if (slash && str_starts_with(slash, ns))
			return doc;
	}
	return NULL;
}

const struct doc *owner_doc(const struct world *world, const struct owner *owner)
{
	switch (owner->type) {
	case OWNER_SERVICE:
		return judge_kube_find(world, "service", owner->cluster, owner->ns, owner->name);
	case OWNER_INGRESS:
		if (!*owner->ns)
			return group_member(world, owner->name);
		return judge_kube_find(world, "ingress", owner->cluster, owner->ns, owner->name);
	case OWNER_GATEWAY:
		return judge_kube_find(world, "gateway", owner->cluster, owner->ns, owner->name);
	case OWNER_STACKS: return owner_lbc_root(world, owner->cluster);
	case OWNER_BINDINGS: return binding_with_rules(world, owner->cluster);
	case OWNER_BINDING:
		return judge_kube_find(world, "target-group-binding", owner->cluster, owner->ns,
				       owner->name);
	case OWNER_INFRASTRUCTURE: return infrastructure_doc(world, owner->cluster);
	case OWNER_NONE: break;
	}
	return NULL;
}

const char *owner_responsible(const struct world *world, const struct owner *owner)
{
	const struct doc *doc = owner_doc(world, owner);

	if (!doc)
		return NULL;
	switch (owner->type) {
	case OWNER_SERVICE: return service_responsible(doc);
	case OWNER_INGRESS: return ingress_wants(doc) ? LBC : NULL;
	case OWNER_GATEWAY:
	case OWNER_STACKS:
	case OWNER_BINDINGS:
	case OWNER_BINDING: return LBC;
	case OWNER_INFRASTRUCTURE: return INFRA;
	case OWNER_NONE: break;
	}
	return NULL;
}

bool owner_is_live(const struct world *world, const struct owner *owner)
{
	const struct doc *doc = owner_doc(world, owner);

	return doc && !judge_kube_is_deleting(doc) && owner_responsible(world, owner);
}

bool actor_is_controller(const char *actor)
{
	static const char *const others[] = {"operator", "gardenlet", "kubelet", "cluster",
					     "aws",	 "anyone",    ""};

	for (size_t i = 0; i < array_size(others); i++)
		if (str_eq(actor, others[i]))
			return false;
	return true;
}

const char *maker_of(const struct world *world, const struct doc *doc)
{
	/* what a timer makes for a load balancer is due to whoever made the load balancer */
	for (unsigned i = 0; i < CLIMB_MAX && !actor_is_controller(doc->maker); i++) {
		const struct doc *for_doc = judge_implied_by(world, doc);

		if (!for_doc)
			break;
		doc = for_doc;
	}
	return doc->maker;
}
