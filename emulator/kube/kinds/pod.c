/*
 * Pod: the row, the admission that every Pod passes, and pods/binding.
 *
 * Source: kubernetes pkg/registry/core/pod/{strategy.go,storage/storage.go}, plugin/pkg/admission/
 * {serviceaccount,priority,defaulttolerationseconds}.
 */
#include "emulator/base/arena.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/pod_spec.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"

#define MIRROR_ANNOTATION "kubernetes.io/config.mirror"
#define TOKEN_VOLUME	  "kube-api-access-"
#define TOKEN_PATH	  "/var/run/secrets/kubernetes.io/serviceaccount"
#define TOKEN_SECONDS	  3607 /* serviceaccount.WarnOnlyBoundTokenExpirationSeconds */
#define TOLERATION_S	  300  /* until a Pod leaves a node that is not ready */
#define NAME_ALPHABET	  "bcdfghjklmnpqrstvwxz2456789"
#define DIFFERENCE_MAX	  (1 << 20) /* bytes of a refusal's text */

static void defaults(struct kube_op *op _unused_, struct json *object)
{
	struct json *spec = json_ensure_object(object, "spec");

	pod_spec_defaults(spec);
	pod_only_defaults(spec);
}

static void gate(struct json *object)
{
	struct json *condition;

	if (!json_first(object_get(object, "spec.schedulingGates")))
		return;
	condition = json_new_object();
	json_set_str(condition, "type", "PodScheduled");
	json_set_str(condition, "status", "False");
	json_set_null(condition, "lastProbeTime");
	json_set_null(condition, "lastTransitionTime");
	json_set_str(condition, "reason", "SchedulingGated");
	json_set_str(condition, "message",
		     "Scheduling is blocked due to non-empty scheduling gates");
	json_append(json_ensure_array(json_ensure_object(object, "status"), "conditions"),
		    condition);
}

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	struct json *status = json_new_object();

	json_set_str(status, "phase", "Pending");
	json_set_str(status, "qosClass", pod_spec_qos(json_get(object, "spec")));
	json_set(object, "status", status);
	gate(object);
}

static void prepare_status(struct kube_op *op _unused_, struct json *object, const struct json *old)
{
	struct json *meta = json_ensure_object(object, "metadata");
	struct json *status = json_ensure_object(object, "status");

	json_remove(meta, "ownerReferences");
	json_set_copy(meta, "ownerReferences", meta_get(old, "ownerReferences"));
	if (!*value_str(status, "qosClass"))
		json_set_copy(status, "qosClass", object_get(old, "status.qosClass"));
	if (!json_get(status, "observedGeneration"))
		json_set_copy(status, "observedGeneration",
			      object_get(old, "status.observedGeneration"));
}

/* --- admission ----------------------------------------------------------------------------- */

static bool tolerates(const struct json *spec, const char *taint)
{
	json_foreach (item, json_get(spec, "tolerations")) {
		const char *key = value_str(item, "key"), *effect = value_str(item, "effect");

		if ((!*key || str_eq(key, taint)) && (!*effect || str_eq(effect, "NoExecute")))
			return true;
	}
	return false;
}

static void add_tolerations(struct json *spec)
{
	static const char *const taints[] = {"node.kubernetes.io/not-ready",
					     "node.kubernetes.io/unreachable"};

	for (size_t i = 0; i < array_size(taints); i++) {
		struct json *item;

		if (tolerates(spec, taints[i]))
			continue;
		item = json_new_object();
		json_set_str(item, "key", taints[i]);
		json_set_str(item, "operator", "Exists");
		json_set_str(item, "effect", "NoExecute");
		json_set_int(item, "tolerationSeconds", TOLERATION_S);
		json_append(json_ensure_array(spec, "tolerations"), item);
	}
}

/* The built-in classes; others are PriorityClass objects. */
static bool priority_of(struct kube_op *op, const char *name, const struct json **ret_policy,
			int64_t *ret)
{
	const struct api_type *classes =
		type_find_any(op->cluster, "scheduling.k8s.io", "priorityclasses");
	const struct doc *doc =
		classes ? cluster_find(op->cluster, classes->document, "", name) : NULL;

	*ret_policy = doc ? json_get(doc->body, "preemptionPolicy") : NULL;
	if (str_eq(name, "system-node-critical"))
		*ret = 2000001000;
	else if (str_eq(name, "system-cluster-critical"))
		*ret = 2000000000;
	else if (doc)
		*ret = json_get_int(doc->body, "value", 0);
	else
		return false;
	return true;
}

static bool add_priority(struct kube_op *op, struct json *object, struct err *err)
{
	struct json *spec = json_ensure_object(object, "spec");
	const char *name = value_str(spec, "priorityClassName");
	const struct json *policy = NULL;
	int64_t priority = 0;

	if (*name && !priority_of(op, name, &policy, &priority))
		return status_forbidden(
			err, op->target.type, meta_str(object, "name"),
			arena_printf(op->arena, "no PriorityClass with name %s was found", name));
	default_int(spec, "priority", priority);
	default_str(spec, "preemptionPolicy",
		    json_str(policy) ? json_str(policy) : "PreemptLowerPriority");
	return true;
}

static bool mounts_token(const struct json *container)
{
	json_foreach (mount, json_get(container, "volumeMounts"))
		if (str_eq(value_str(mount, "mountPath"), TOKEN_PATH))
			return true;
	return false;
}

static bool mount_token(struct json *spec, const char *list, const char *volume)
{
	bool any = false;

	for (struct json *item = json_first_mut(json_get_mut(spec, list)); item;
	     item = json_next_mut(item)) {
		struct json *mount;

		if (mounts_token(item))
			continue;
		mount = json_new_object();
		json_set_str(mount, "name", volume);
		json_set_bool(mount, "readOnly", true);
		json_set_str(mount, "mountPath", TOKEN_PATH);
		json_append(json_ensure_array(item, "volumeMounts"), mount);
		any = true;
	}
	return any;
}

static struct json *token_volume(const char *name)
{
	struct json *volume = json_new_object(), *sources, *source, *part, *item;

	json_set_str(volume, "name", name);
	part = json_ensure_object(volume, "projected");
	sources = json_ensure_array(part, "sources");
	json_set_int(part, "defaultMode", 0644);

	source = json_new_object();
	part = json_ensure_object(source, "serviceAccountToken");
	json_set_int(part, "expirationSeconds", TOKEN_SECONDS);
	json_set_str(part, "path", "token");
	json_append(sources, source);

	source = json_new_object();
	part = json_ensure_object(source, "configMap");
	json_set_str(part, "name", "kube-root-ca.crt");
	item = json_new_object();
	json_set_str(item, "key", "ca.crt");
	json_set_str(item, "path", "ca.crt");
	json_append(json_ensure_array(part, "items"), item);
	json_append(sources, source);

	source = json_new_object();
	item = json_new_object();
	json_set_str(item, "path", "namespace");
	part = json_ensure_object(item, "fieldRef");
	json_set_str(part, "apiVersion", "v1");
	json_set_str(part, "fieldPath", "metadata.namespace");
	json_append(json_ensure_array(json_ensure_object(source, "downwardAPI"), "items"), item);
	json_append(sources, source);
	return volume;
}

static void add_token(struct kube_op *op, struct json *object)
{
	struct json *spec = json_ensure_object(object, "spec");
	const char *name = NULL;
	char suffix[6];
	bool any;

	json_foreach (volume, json_get(spec, "volumes"))
		if (!name && str_starts_with(value_str(volume, "name"), TOKEN_VOLUME))
			name = value_str(volume, "name");
	ids_text(world_seed(op->cluster->kube->world), "kube-api-access", "",
		 meta_str(object, "uid"), 0, NAME_ALPHABET, 5, suffix);
	any = mount_token(spec, "initContainers",
			  name ? name : arena_printf(op->arena, TOKEN_VOLUME "%s", suffix));
	any |= mount_token(spec, "containers",
			   name ? name : arena_printf(op->arena, TOKEN_VOLUME "%s", suffix));
	if (any && !name)
		json_append(json_ensure_array(spec, "volumes"),
			    token_volume(arena_printf(op->arena, TOKEN_VOLUME "%s", suffix)));
}

static bool add_account(struct kube_op *op, struct json *object, struct err *err)
{
	struct json *spec = json_ensure_object(object, "spec");
	const struct api_type *accounts = type_find(op->cluster, "", "v1", "serviceaccounts");
	const char *ns = meta_str(object, "namespace"), *name;
	bool implied = !*value_str(spec, "serviceAccountName");
	const struct doc *account;

	default_str(spec, "serviceAccountName", "default");
	name = value_str(spec, "serviceAccountName");
	json_set_str(spec, "serviceAccount", name);
	account = cluster_find(op->cluster, accounts->document, ns, name);
	/* A namespace gets its account "default" a moment after it was made; a real server without
	 * this admission (envtest) does not mind, and neither do we. */
	if (!account && implied)
		return true;
	if (!account)
		return status_forbidden(err, op->target.type, meta_str(object, "name"),
					arena_printf(op->arena,
						     "error looking up service account %s/%s: "
						     "serviceaccount \"%s\" not found",
						     ns, name, name));
	if (json_get_bool(spec, "automountServiceAccountToken",
			  json_get_bool(account->body, "automountServiceAccountToken", true)))
		add_token(op, object);
	if (!json_first(json_get(spec, "imagePullSecrets")))
		json_set_copy(spec, "imagePullSecrets",
			      json_get(account->body, "imagePullSecrets"));
	return true;
}

static bool begin(struct kube_op *op, struct json *object, const struct json *old, struct err *err)
{
	struct json *spec = json_ensure_object(object, "spec");

	if (old)
		return true;
	if (!json_get(meta_get(object, "annotations"), MIRROR_ANNOTATION) &&
	    !add_account(op, object, err))
		return false;
	add_tolerations(spec);
	return add_priority(op, object, err);
}

/* --- validation ---------------------------------------------------------------------------- */

/* A copy of the new spec in which what may change is as it was before. */
static struct json *munged(const struct json *spec, const struct json *old_spec)
{
	static const char *const lists[] = {"containers", "initContainers"};
	static const char *const members[] = {"activeDeadlineSeconds", "schedulingGates",
					      "tolerations"};
	struct json *copy = json_copy(spec);

	for (size_t i = 0; i < array_size(lists); i++) {
		const struct json *before = json_first(json_get(old_spec, lists[i]));

		for (struct json *item = json_first_mut(json_get_mut(copy, lists[i]));
		     item && before; item = json_next_mut(item), before = json_next(before))
			json_set_copy(item, "image", json_get(before, "image"));
	}
	for (size_t i = 0; i < array_size(members); i++) {
		json_remove(copy, members[i]);
		json_set_copy(copy, members[i], json_get(old_spec, members[i]));
	}
	if (json_get_int(old_spec, "terminationGracePeriodSeconds", 0) < 0 &&
	    json_get_int(copy, "terminationGracePeriodSeconds", 0) == 1)
		json_set_copy(copy, "terminationGracePeriodSeconds",
			      json_get(old_spec, "terminationGracePeriodSeconds"));
	return copy;
}

static void print_member(struct strbuf *sb, char sign, const struct json *member)
{
	strbuf_addf(sb, "%c\t%s: ", sign, json_key(member));
	json_print(sb, member);
	strbuf_add_char(sb, '\n');
}

static void check_spec_change(const struct json *spec, const struct json *old_spec,
			      struct field_errors *errors)
{
	_cleanup_(json_freep) struct json *now = munged(spec, old_spec);
	struct strbuf sb;

	if (json_equal(now, old_spec))
		return;
	/* the real server shows Go's difference of the two specs here */
	strbuf_init(&sb, DIFFERENCE_MAX);
	json_foreach (member, old_spec)
		if (!json_equal(member, json_get(now, json_key(member))))
			print_member(&sb, '-', member);
	json_foreach (member, now)
		if (!json_equal(member, json_get(old_spec, json_key(member))))
			print_member(&sb, '+', member);
	field_forbidden(errors, "spec",
			"pod updates may not change fields other than "
			"`spec.containers[*].image`,`spec.initContainers[*].image`,"
			"`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
			"existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to "
			"be set to 1 if it was previously negative)\n%s",
			strbuf_text(&sb));
	strbuf_done(&sb);
}

static bool has_item(const struct json *list, const struct json *wanted)
{
	json_foreach (item, list)
		if (json_equal(item, wanted))
			return true;
	return false;
}

/* its tolerationSeconds may differ */
static bool has_toleration(const struct json *list, const struct json *wanted)
{
	_cleanup_(json_freep) struct json *plain = json_copy(wanted);

	json_remove(plain, "tolerationSeconds");
	json_foreach (item, list) {
		_cleanup_(json_freep) struct json *other = json_copy(item);

		json_remove(other, "tolerationSeconds");
		if (json_equal(other, plain))
			return true;
	}
	return false;
}

static void check_update(const struct json *spec, const struct json *old_spec,
			 struct field_errors *errors)
{
	static const char *const lists[] = {"containers", "initContainers"};
	const struct json *deadline = json_get(spec, "activeDeadlineSeconds");
	const struct json *before = json_get(old_spec, "activeDeadlineSeconds");
	int64_t now_s, old_s;

	for (size_t i = 0; i < array_size(lists); i++)
		if (json_size(json_get(spec, lists[i])) !=
		    json_size(json_get(old_spec, lists[i]))) {
			field_forbidden(errors, field_at(errors, "spec.%s", lists[i]),
					"pod updates may not add or remove containers");
			return;
		}
	if (json_int(deadline, &now_s) && json_int(before, &old_s) && old_s < now_s)
		field_invalid(errors, "spec.activeDeadlineSeconds", deadline,
			      "must be less than or equal to previous value");
	if (!deadline && before)
		field_invalid(errors, "spec.activeDeadlineSeconds", NULL,
			      "must not update from a positive integer to nil value");
	json_foreach (item, json_get(old_spec, "tolerations"))
		if (!has_toleration(json_get(spec, "tolerations"), item)) {
			field_forbidden(errors, "spec.tolerations",
					"existing toleration can not be modified except its "
					"tolerationSeconds");
			break;
		}
	json_foreach (item, json_get(spec, "schedulingGates"))
		if (!has_item(json_get(old_spec, "schedulingGates"), item))
			field_forbidden(errors, "spec.schedulingGates",
					"only deletion is allowed, but found new scheduling gate "
					"'%s'",
					value_str(item, "name"));
	check_spec_change(spec, old_spec, errors);
}

static void validate(struct kube_op *op _unused_, const struct json *object, const struct json *old,
		     struct field_errors *errors)
{
	pod_spec_validate(json_get(object, "spec"), "spec", errors);
	if (!old && *value_str(object, "spec.nodeName") &&
	    json_first(object_get(object, "spec.schedulingGates")))
		field_forbidden(errors, "spec.nodeName",
				"cannot be set until all schedulingGates have been cleared");
	if (old)
		check_update(json_get(object, "spec"), json_get(old, "spec"), errors);
}

static void validate_status(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old, struct field_errors *errors)
{
	static const char *const lists[] = {"podIPs", "hostIPs"};
	const struct json *status = json_get(object, "status");

	if (!json_equal(json_get(status, "qosClass"), object_get(old, "status.qosClass")))
		field_invalid(errors, "status.qosClass", json_get(status, "qosClass"),
			      "field is immutable");
	for (size_t k = 0; k < array_size(lists); k++) {
		size_t i = 0;

		json_foreach (item, json_get(status, lists[k]))
			value_ip(errors, field_at(errors, "status.%s[%zu]", lists[k], i++),
				 value_str(item, "ip"), NULL);
	}
	if (json_first(json_get(status, "podIPs")) &&
	    !str_eq(value_str(json_first(json_get(status, "podIPs")), "ip"),
		    value_str(status, "podIP")))
		field_invalid(errors, "status.podIPs[0].ip", json_get(status, "podIP"),
			      "must be equal to `podIP`");
}

/* podIP and podIPs say the same; a client that knows only one of them sets only that
 * (pkg/apis/core/v1/conversion.go). */
static void canonicalize(struct kube_op *op _unused_, struct json *object)
{
	static const char *const pairs[][2] = {{"podIP", "podIPs"}, {"hostIP", "hostIPs"}};
	struct json *status = json_ensure_object(object, "status");

	for (size_t i = 0; i < array_size(pairs); i++) {
		const char *one = value_str(status, pairs[i][0]);
		const struct json *first = json_first(json_get(status, pairs[i][1]));
		struct json *item;

		if (*one && !first) {
			item = json_new_object();
			json_set_str(item, "ip", one);
			json_append(json_ensure_array(status, pairs[i][1]), item);
		} else if (!*one && first) {
			json_set_copy(status, pairs[i][0], json_get(first, "ip"));
		}
	}
}

static int64_t grace(struct kube_op *op _unused_, const struct json *object, int64_t asked)
{
	const struct json *spec = json_get(object, "spec");
	const char *phase = value_str(object, "status.phase");
	int64_t period =
		asked >= 0 ? asked : json_get_int(spec, "terminationGracePeriodSeconds", 0);

	if (!*value_str(spec, "nodeName") || str_eq(phase, "Failed") || str_eq(phase, "Succeeded"))
		return 0;
	return period < 0 ? 1 : period;
}

static const struct selectable selectable[] = {
	{"spec.nodeName", NULL, NULL},
	{"spec.restartPolicy", NULL, NULL},
	{"spec.schedulerName", NULL, NULL},
	{"spec.serviceAccountName", NULL, NULL},
	{"spec.hostNetwork", NULL, "false"},
	{"spec.host", "spec.nodeName", NULL},
	{"status.phase", NULL, NULL},
	{"status.podIP", NULL, NULL},
	{"status.podIPs", "status.podIP", NULL},
	{"status.nominatedNodeName", NULL, NULL},
	{},
};

const struct kube_strategy strategy_pod = {
	.group = "",
	.resource = "pods",
	.flags = STRATEGY_GENERATION | STRATEGY_GRACE | STRATEGY_RETURNS_DELETED,
	.selectable = selectable,
	.defaults = defaults,
	.prepare_create = prepare_create,
	.prepare_status = prepare_status,
	.begin = begin,
	.validate = validate,
	.validate_status = validate_status,
	.canonicalize = canonicalize,
	.grace = grace,
};

/* --- pods/binding -------------------------------------------------------------------------- */

static bool check_binding(struct kube_op *op, const struct json *body, struct err *err)
{
	static const char *const kinds[] = {"Node", "<empty>", NULL};
	const char *kind = value_str(body, "target.kind");
	struct field_errors errors = {.arena = op->arena};
	const struct field_error *first;

	if (!str_eq(meta_str(body, "name"), op->target.name))
		return status_bad_request(err, "name in URL does not match name in Binding object");
	if (*kind && !str_eq(kind, "Node"))
		field_not_supported(&errors, "target.kind", object_get(body, "target.kind"), kinds);
	if (!*value_str(body, "target.name"))
		field_required(&errors, "target.name", "");
	first = errors.first;
	if (!first)
		return true;
	/* no kind's own 422, but a plain error (storage.go BindingREST.Create) */
	return status_set(err, 500, NULL, "%s: %s", first->path, first->body);
}

static bool may_bind(struct kube_op *op, const struct doc *doc, const struct json *body,
		     struct err *err)
{
	const char *name = meta_str(doc->body, "name"), *uid = meta_str(body, "uid");
	const char *node = value_str(doc->body, "spec.nodeName"), *why = NULL;
	struct api_type as_binding = *op->target.type;

	as_binding.resource = "pods/binding";
	if (*uid && !str_eq(uid, meta_str(doc->body, "uid")))
		return status_conflict(err, op->target.type, name,
				       arena_printf(op->arena,
						    "Precondition failed: UID in precondition: %s, "
						    "UID in object meta: %s",
						    uid, meta_str(doc->body, "uid")));
	if (meta_is_deleting(doc->body))
		why = arena_printf(op->arena,
				   "pod %s is being deleted, cannot be assigned to a host", name);
	else if (*node)
		why = arena_printf(op->arena, "pod %s is already assigned to node \"%s\"", name,
				   node);
	else if (json_first(object_get(doc->body, "spec.schedulingGates")))
		why = arena_printf(op->arena, "pod %s has non-empty .spec.schedulingGates", name);
	return !why || status_conflict(err, &as_binding, name, why);
}

static void set_scheduled(struct kube_op *op, struct json *pod)
{
	struct json *status = json_ensure_object(pod, "status");
	struct json *list = json_ensure_array(status, "conditions"), *condition;

	for (struct json *item = json_first_mut(list), *next; item; item = next) {
		next = json_next_mut(item);
		if (str_eq(value_str(item, "type"), "PodScheduled"))
			json_remove_item(list, item);
	}
	condition = json_new_object();
	json_set_str(condition, "type", "PodScheduled");
	json_set_str(condition, "status", "True");
	json_set_null(condition, "lastProbeTime");
	json_set_str(condition, "lastTransitionTime", op_timestamp(op));
	json_append(list, condition);
	json_remove(status, "nominatedNodeName");
}

static void copy_map(struct json *meta, const struct json *from, const char *member)
{
	json_foreach (item, meta_get(from, member))
		json_set_copy(json_ensure_object(meta, member), json_key(item), item);
}

bool special_pod_binding(struct kube_op *op, struct json *body, struct json **ret, struct err *err)
{
	const struct kube_kind *kind = kube_model_kind("", "v1", "Binding");
	struct kube_answer answer = {};
	const struct doc *doc;
	struct json *pod;

	if (!body)
		return status_bad_request(err, "EOF");
	if (!decode_as(op, "", "v1", "Binding", &kube_messages[kind->message], body, err) ||
	    !check_binding(op, body, err) || !registry_find(op, &doc, err) ||
	    !may_bind(op, doc, body, err))
		return false;
	pod = json_copy(doc->body);
	json_set_copy(json_ensure_object(pod, "spec"), "nodeName", object_get(body, "target.name"));
	copy_map(json_ensure_object(pod, "metadata"), body, "annotations");
	copy_map(json_ensure_object(pod, "metadata"), body, "labels");
	set_scheduled(op, pod);
	registry_store(op, pod, doc, &answer);
	answer_done(&answer);
	*ret = json_new_object();
	json_set_str(*ret, "kind", "Status");
	json_set_str(*ret, "apiVersion", "v1");
	json_set(*ret, "metadata", json_new_object());
	json_set_str(*ret, "status", "Success");
	json_set_int(*ret, "code", 201);
	return true;
}
