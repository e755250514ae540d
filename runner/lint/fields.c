/* Fields of claims, parameters of calls, parts of manifests: checked by the API models. */
#include "runner/lint/inner.h"

#include "emulator/base/cidr.h"
#include "emulator/model/aws_model.h"
#include "emulator/model/kube_model.h"
#include "runner/text.h"

#define OBJECT_META "k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta"
#define NAMES_MAX   1024
#define PATH_MAX_   512

enum spot_type { SPOT_ANY, SPOT_AWS, SPOT_MESSAGE, SPOT_FIELD, SPOT_CRD };

/* Where in a model we are. */
struct spot {
	enum spot_type type;
	const struct aws_service_model *service;
	const struct aws_shape *shape;
	const struct kube_message *message; /**< SPOT_MESSAGE; NULL: unknown */
	const struct kube_field *field;	    /**< SPOT_FIELD: a list or map of it */
	const char *called;		    /**< "load-balancer.State" */
};

/* What is common to one walk. */
struct walk {
	struct lint *lint;
	enum fields_use use;
};

static void check(struct walk *walk, struct spot spot, const struct yaml_node *node);

static struct spot spot_of_kind(const struct object_kind *kind)
{
	struct spot spot = {.type = SPOT_ANY, .called = kind ? kind->word : "object"};
	const char *colon;

	if (!kind)
		return spot;
	if (kind->kube_kind) {
		const struct kube_kind *model =
			kube_model_kind(kind->group, kind->version, kind->kube_kind);

		spot.type = model ? SPOT_MESSAGE : SPOT_CRD;
		spot.message = model ? &kube_messages[model->message] : NULL;
		return spot;
	}
	colon = kind->shape ? strchr(kind->shape, ':') : NULL;
	if (colon) {
		_cleanup_(freep) char *service =
			xstrndup(kind->shape, (size_t)(colon - kind->shape));

		spot.service = aws_model_find(service);
		spot.shape = spot.service ? aws_model_shape(spot.service, colon + 1) : NULL;
		spot.type = spot.shape ? SPOT_AWS : SPOT_ANY;
	}
	return spot;
}

static struct spot spot_of_operation(const char *action)
{
	struct spot spot = {.type = SPOT_ANY, .called = action ? action : "call"};
	const char *colon = action ? strchr(action, ':') : NULL;
	const struct aws_operation *operation;
	_cleanup_(freep) char *service = NULL;

	if (!colon)
		return spot;
	service = xstrndup(action, (size_t)(colon - action));
	spot.service = aws_model_find(service);
	operation = spot.service ? aws_model_operation(spot.service, colon + 1) : NULL;
	if (operation && operation->input >= 0) {
		spot.type = SPOT_AWS;
		spot.shape = &spot.service->shapes[operation->input];
	}
	return spot;
}

static struct spot spot_of_field(const struct kube_field *field, const char *called)
{
	struct spot spot = {.type = SPOT_FIELD, .field = field, .called = called};

	if (!(field->flags & (KUBE_REPEATED | KUBE_MAP)) && field->type == KUBE_MESSAGE) {
		spot.type = SPOT_MESSAGE;
		spot.message = &kube_messages[field->message];
	}
	return spot;
}

/* A list's or map's element. */
static struct spot spot_of_element(struct spot spot)
{
	const struct aws_member *member;

	if (spot.type == SPOT_AWS) {
		member = spot.shape->type == SHAPE_LIST ? aws_list_element(spot.service, spot.shape)
							: aws_map_value(spot.service, spot.shape);
		spot.shape = aws_member_shape(spot.service, member);
		return spot;
	}
	if (spot.type == SPOT_FIELD && spot.field->type == KUBE_MESSAGE) {
		spot.type = SPOT_MESSAGE;
		spot.message = &kube_messages[spot.field->message];
		return spot;
	}
	spot.type = SPOT_ANY;
	return spot;
}

enum form { FORM_ANY, FORM_SCALAR, FORM_LIST, FORM_STRUCTURE, FORM_MAP };

static enum form form_of(struct spot spot)
{
	switch (spot.type) {
	case SPOT_AWS:
		switch (spot.shape->type) {
		case SHAPE_STRUCTURE: return FORM_STRUCTURE;
		case SHAPE_LIST: return FORM_LIST;
		case SHAPE_MAP: return FORM_MAP;
		default: return FORM_SCALAR;
		}
	case SPOT_CRD:
	case SPOT_MESSAGE: return FORM_STRUCTURE;
	case SPOT_FIELD:
		if (spot.field->flags & KUBE_REPEATED)
			return FORM_LIST;
		if (spot.field->flags & KUBE_MAP)
			return FORM_MAP;
		return spot.field->type >= KUBE_RAW_EXTENSION ? FORM_ANY : FORM_SCALAR;
	default: return FORM_ANY;
	}
}

/*
 * Members that AWS shows by a call of their own, but that belong to the object: our documents have
 * them (DescribeTargetGroupAttributes and its like).
 */
static const struct aws_shape *companion(struct spot spot, const char *key)
{
	static const struct {
		const char *shape, *member, *of;
	} rows[] = {
		{"LoadBalancer", "Attributes", "LoadBalancerAttributes"},
		{"LoadBalancer", "MinimumLoadBalancerCapacity", "MinimumLoadBalancerCapacity"},
		{"TargetGroup", "Attributes", "TargetGroupAttributes"},
		{"Listener", "Attributes", "ListenerAttributes"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].shape, spot.shape->name) && str_eq(rows[i].member, key))
			return aws_model_shape(spot.service, rows[i].of);
	return NULL;
}

/* Goes to a member; false when there is none. */
static bool enter(struct spot spot, const char *key, struct spot *ret)
{
	static const char *const open_parts[] = {"spec", "status", "apiVersion", "kind", "data"};

	*ret = (struct spot){.type = SPOT_ANY, .called = spot.called};
	if (spot.type == SPOT_AWS) {
		const struct aws_member *member = aws_shape_member(spot.service, spot.shape, key);

		*ret = spot;
		ret->shape = member ? aws_member_shape(spot.service, member) : companion(spot, key);
		return ret->shape != NULL;
	}
	if (spot.type == SPOT_MESSAGE) {
		const struct kube_field *field = kube_message_field(spot.message, key);

		if (field)
			*ret = spot_of_field(field, spot.called);
		return field || str_eq(key, "apiVersion") || str_eq(key, "kind");
	}
	if (str_eq(key, "metadata")) {
		ret->message = kube_model_message(OBJECT_META);
		ret->type = ret->message ? SPOT_MESSAGE : SPOT_ANY;
		return true;
	}
	for (size_t i = 0; i < array_size(open_parts); i++)
		if (str_eq(key, open_parts[i]))
			return true;
	return false;
}

static size_t member_names(struct spot spot, const char **ret, size_t room)
{
	size_t n = 0;

	if (spot.type == SPOT_AWS)
		for (; n < spot.shape->member_count && n < room; n++)
			ret[n] = spot.service->members[spot.shape->first_member + n].name;
	if (spot.type == SPOT_MESSAGE)
		for (; n < spot.message->field_count && n < room; n++)
			ret[n] = spot.message->fields[n].name;
	if (spot.type == SPOT_CRD && room >= 3) {
		ret[n++] = "metadata";
		ret[n++] = "spec";
		ret[n++] = "status";
	}
	return n;
}

static void unknown_field(struct walk *walk, struct spot spot, struct place place, const char *key)
{
	_cleanup_(freep) const char **names = xcalloc(NAMES_MAX, sizeof(*names));
	size_t n = member_names(spot, names, NAMES_MAX);
	char *remedy = NULL;

	/* another case is the likeliest slip, however many letters differ */
	for (size_t i = 0; i < n && !remedy; i++)
		if (strcasecmp(names[i], key) == 0)
			remedy = xasprintf("did you mean %s?", names[i]);
	if (!remedy)
		remedy = text_did_you_mean(key, names, n);
	if (!remedy && schema_is_matcher_word(key))
		remedy = xstrdup("a matcher stands in the place of a single value or a list");
	if (!remedy)
		remedy = xasprintf("all fields: skyrig explain %s", spot.called);
	lint_error(walk->lint, place,
		   xasprintf("unknown %s \"%s\" of %s",
			     walk->use == FIELDS_PARAMS || strchr(spot.called, ':') ? "parameter"
										    : "field",
			     key, spot.called),
		   remedy);
}

static bool is_matcher(const struct yaml_node *map)
{
	for (const struct yaml_node *child = map->first; child; child = child->next)
		if (!schema_is_matcher_word(child->key))
			return false;
	return map->count > 0;
}

static void check_structure(struct walk *walk, struct spot spot, const struct yaml_node *node)
{
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		_cleanup_(freep) char *called = xasprintf("%s.%s", spot.called, child->key);
		struct spot inner;

		if (!enter(spot, child->key, &inner)) {
			unknown_field(walk, spot, place_of_key(child), child->key);
			continue;
		}
		inner.called = called;
		check(walk, inner, child);
	}
	if (walk->use != FIELDS_PARAMS || spot.type != SPOT_AWS)
		return;
	for (size_t i = 0; i < spot.shape->member_count; i++) {
		const struct aws_member *member =
			&spot.service->members[spot.shape->first_member + i];

		if ((member->flags & MEMBER_REQUIRED) && !yaml_get(node, member->name))
			lint_error(
				walk->lint, place_of_key(node),
				xasprintf("%s needs the parameter %s", spot.called, member->name),
				NULL);
	}
}

static void bad_scalar(struct walk *walk, struct spot spot, const struct yaml_node *node,
		       const char *what)
{
	lint_error(walk->lint, place_of_value(node),
		   xasprintf("\"%s\" can never be %s", node->text, spot.called), xstrdup(what));
}

static bool is_whole_number(const char *text)
{
	char *end;

	(void)!strtoll(text, &end, 10);
	return *text && !*end;
}

static void check_enum(struct walk *walk, struct spot spot, const struct yaml_node *node,
		       const char *text)
{
	const char *const *allowed = spot.service->enums + spot.shape->first_enum;
	size_t n = spot.shape->enum_count;
	char *remedy;

	if (aws_shape_allows(spot.service, spot.shape, text))
		return;
	remedy = text_did_you_mean(text, allowed, n);
	if (!remedy && n <= 8) {
		_cleanup_(freep) char *list = text_list(allowed, n, "or");

		remedy = xasprintf("one of %s", list);
	}
	lint_error(walk->lint, place_of_value(node),
		   xasprintf("%s is never \"%s\"", spot.called, text), remedy);
}

static void check_scalar(struct walk *walk, struct spot spot, const struct yaml_node *node)
{
	const struct json *value = NULL;
	_cleanup_(freep) char *text = strstr(node->text, "${")
					      ? lint_expand(walk->lint, node, NULL, &value)
					      : xstrdup(node->text);
	enum form form = form_of(spot);

	if (!text)
		return; /* known when it runs */
	if (!node->quoted && (str_eq(text, "null") || str_eq(text, "~") || !*text))
		return;
	if ((form == FORM_MAP && json_is_object(value)) ||
	    (form == FORM_LIST && json_is_array(value)))
		return; /* a variable that is one: what is in it, the API server checks */
	if (form == FORM_LIST)
		lint_error(walk->lint, place_of_value(node), xasprintf("%s is a list", spot.called),
			   xasprintf("write [ %s ]", text));
	else if (form == FORM_STRUCTURE || form == FORM_MAP)
		lint_error(walk->lint, place_of_value(node),
			   xasprintf("%s has fields of its own", spot.called),
			   xstrdup("name one of them"));
	else if (spot.type == SPOT_AWS && spot.shape->enum_count)
		check_enum(walk, spot, node, text);
	else if (spot.type == SPOT_AWS && spot.shape->type == SHAPE_BOOLEAN &&
		 !str_eq(text, "true") && !str_eq(text, "false"))
		bad_scalar(walk, spot, node, "it is true or false");
	else if (spot.type == SPOT_AWS &&
		 (spot.shape->type == SHAPE_INTEGER || spot.shape->type == SHAPE_LONG) &&
		 !is_whole_number(text))
		bad_scalar(walk, spot, node, "it is a whole number");
	else if (spot.type == SPOT_FIELD && spot.field->type == KUBE_BOOL &&
		 !str_eq(text, "true") && !str_eq(text, "false"))
		bad_scalar(walk, spot, node, "it is true or false");
}

static void check_matcher(struct walk *walk, struct spot spot, const struct yaml_node *node)
{
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		const char *word = child->key;
		bool element = form_of(spot) == FORM_LIST && child->type != YAML_LIST;

		if (str_eq(word, "not"))
			check(walk, spot, child);
		else if (str_eq(word, "contains") && element)
			check(walk, spot_of_element(spot), child);
		else if ((str_eq(word, "exactly") || str_eq(word, "in-order")) &&
			 form_of(spot) == FORM_LIST)
			check(walk, spot, child);
		else if (str_eq(word, "in") && child->type == YAML_LIST)
			for (const struct yaml_node *item = child->first; item; item = item->next)
				check(walk, spot, item);
	}
	lint_matcher(walk->lint, node);
}

static void check_map_node(struct walk *walk, struct spot spot, const struct yaml_node *node)
{
	enum form form = form_of(spot);
	bool matcher = walk->use == FIELDS_MATCH && is_matcher(node);
	struct spot inner;

	if (matcher && (form != FORM_STRUCTURE || !enter(spot, node->first->key, &inner))) {
		check_matcher(walk, spot, node);
		return;
	}
	switch (form) {
	case FORM_STRUCTURE: check_structure(walk, spot, node); break;
	case FORM_MAP:
		for (const struct yaml_node *child = node->first; child; child = child->next)
			check(walk, spot_of_element(spot), child);
		break;
	case FORM_LIST:
		lint_error(walk->lint, place_of_value(node), xasprintf("%s is a list", spot.called),
			   xstrdup("put brackets or a dash before its element"));
		break;
	case FORM_SCALAR:
		if (walk->use == FIELDS_MATCH)
			lint_matcher(walk->lint, node);
		else
			lint_error(walk->lint, place_of_value(node),
				   xasprintf("%s is a single value", spot.called), NULL);
		break;
	case FORM_ANY:
		for (const struct yaml_node *child = node->first; child; child = child->next)
			check(walk, spot, child);
		break;
	}
}

static void check(struct walk *walk, struct spot spot, const struct yaml_node *node)
{
	enum form form = form_of(spot);

	if (node->type == YAML_SCALAR) {
		check_scalar(walk, spot, node);
	} else if (node->type == YAML_MAP) {
		check_map_node(walk, spot, node);
	} else if (form == FORM_LIST || form == FORM_ANY) {
		struct spot element = form == FORM_LIST ? spot_of_element(spot) : spot;

		for (const struct yaml_node *item = node->first; item; item = item->next)
			check(walk, element, item);
	} else {
		lint_error(walk->lint, place_of_value(node),
			   xasprintf("%s is no list", spot.called), NULL);
	}
}

void lint_fields_of_kind(struct lint *lint, const struct object_kind *kind, enum fields_use use,
			 const struct yaml_node *node)
{
	struct walk walk = {lint, use};

	check(&walk, spot_of_kind(kind), node);
}

void lint_fields_of_operation(struct lint *lint, const char *action, enum fields_use use,
			      const struct yaml_node *node)
{
	struct walk walk = {lint, use};

	check(&walk, spot_of_operation(action), node);
}

void lint_param_name(struct lint *lint, const char *action, const struct yaml_node *node)
{
	struct walk walk = {lint, FIELDS_MATCH};
	struct spot spot = spot_of_operation(action), inner;

	if (form_of(spot) == FORM_STRUCTURE && !enter(spot, node->text, &inner))
		unknown_field(&walk, spot, place_of_value(node), node->text);
}

void lint_field_path(struct lint *lint, const struct object_kind *kind, const char *path,
		     struct place place)
{
	struct walk walk = {lint, FIELDS_MATCH};
	struct spot spot = spot_of_kind(kind);

	while (*path) {
		size_t length = strcspn(path, ".[");
		_cleanup_(freep) char *key = xstrndup(path, length);
		struct spot inner = spot;

		if (*path == '[') { /* an index */
			const char *close = strchr(path, ']');

			if (form_of(spot) == FORM_LIST)
				spot = spot_of_element(spot);
			path = close ? close + 1 : path + strlen(path);
			path += *path == '.';
			continue;
		}
		if (form_of(spot) == FORM_STRUCTURE && !enter(spot, key, &inner)) {
			unknown_field(&walk, spot, place, key);
			return;
		}
		if (form_of(spot) == FORM_MAP || form_of(spot) == FORM_ANY)
			return; /* keys may hold dots of their own */
		inner.called = spot.called;
		spot = inner;
		path += length;
		path += *path == '.';
	}
}
