/* Cluster IPs and IP families of Services; see service.h. */
#include "emulator/base/arena.h"
#include "emulator/base/cidr.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/kinds/service.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"
#include "emulator/world/world.h"

/* The lower part of a range is for addresses that are asked for: min(max(16, size/16), 256)
 * (ipallocator/bitmap.go calculateRangeOffset). */
#define STATIC_MIN  16
#define STATIC_MAX  256
#define STATIC_STEP 16

static const char *text_of(const struct json *spec, const char *member)
{
	const char *text = json_get_str(spec, member);

	return text ? text : "";
}

static const char *policy_of(const struct json *spec)
{
	return text_of(spec, "ipFamilyPolicy");
}

static const struct cidr *range_of(const struct kube_op *op, const char *family)
{
	enum family wanted = str_eq(family, SERVICE_FAMILY_IP4) ? FAMILY_IPV4 : FAMILY_IPV6;

	for (size_t i = 0; i < op->cluster->service_range_count; i++)
		if (op->cluster->service_ranges[i].ip.family == wanted)
			return &op->cluster->service_ranges[i];
	return NULL;
}

static const char *default_family(const struct kube_op *op)
{
	return op->cluster->service_ranges[0].ip.family == FAMILY_IPV4 ? SERVICE_FAMILY_IP4
								       : SERVICE_FAMILY_IP6;
}

static const char *other_family(const char *family)
{
	return str_eq(family, SERVICE_FAMILY_IP4) ? SERVICE_FAMILY_IP6 : SERVICE_FAMILY_IP4;
}

static bool is_dual_stack(const struct kube_op *op)
{
	return range_of(op, SERVICE_FAMILY_IP4) && range_of(op, SERVICE_FAMILY_IP6);
}

void service_normalize_ips(struct json *spec, const struct json *old_spec)
{
	const char *now = text_of(spec, "clusterIP"), *before = text_of(old_spec, "clusterIP");

	if (!old_spec) {
		if (*now && !json_first(json_get(spec, "clusterIPs")))
			json_append_str(json_ensure_array(spec, "clusterIPs"), now);
		return;
	}
	if (json_first(json_get(old_spec, "clusterIPs")) &&
	    !json_first(json_get(spec, "clusterIPs")) && str_eq(now, before))
		json_set_copy(spec, "clusterIPs", json_get(old_spec, "clusterIPs"));
	if (str_eq(now, before) || !service_same_list(spec, old_spec, "clusterIPs"))
		return;
	json_remove(spec, "clusterIPs");
	if (*now)
		json_append_str(json_ensure_array(spec, "clusterIPs"), now);
}

/* --- families ------------------------------------------------------------------------------ */

static void cut_list(struct json *spec, const char *member)
{
	struct json *list = json_get_mut(spec, member);

	while (json_size(list) > 1)
		json_remove_item(list, json_next_mut(json_first_mut(list)));
}

/* A client that asks for SingleStack gives its second family up; nobody else can. */
static void check_downgrade(struct json *spec, const struct json *old_spec,
			    struct field_errors *errors)
{
	const struct json *policy = json_get(spec, "ipFamilyPolicy");
	size_t ips = json_size(json_get(spec, "clusterIPs"));
	size_t families = json_size(json_get(spec, "ipFamilies"));

	if (str_eq(policy_of(spec), "SingleStack")) {
		if (service_same_list(spec, old_spec, "clusterIPs"))
			cut_list(spec, "clusterIPs");
		if (service_same_list(spec, old_spec, "ipFamilies"))
			cut_list(spec, "ipFamilies");
		return;
	}
	if (ips && ips < json_size(json_get(old_spec, "clusterIPs")))
		field_invalid(errors, "spec.ipFamilyPolicy", policy,
			      "must be 'SingleStack' to release the secondary cluster IP");
	if (families && families < json_size(json_get(old_spec, "ipFamilies")))
		field_invalid(errors, "spec.ipFamilyPolicy", policy,
			      "must be 'SingleStack' to release the secondary IP family");
}

static void check_single(const struct json *spec, struct field_errors *errors)
{
	const struct json *policy = json_get(spec, "ipFamilyPolicy");

	if (!str_eq(policy_of(spec), "SingleStack"))
		return;
	if (json_size(json_get(spec, "clusterIPs")) == 2)
		field_invalid(errors, "spec.ipFamilyPolicy", policy,
			      "must be 'RequireDualStack' or 'PreferDualStack' when multiple "
			      "cluster IPs are specified");
	if (json_size(json_get(spec, "ipFamilies")) == 2)
		field_invalid(errors, "spec.ipFamilyPolicy", policy,
			      "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP "
			      "families are specified");
}

/* Families that the addresses tell. */
static void infer_families(struct kube_op *op, struct json *spec, struct field_errors *errors)
{
	const struct json *ips = json_get(spec, "clusterIPs");
	size_t i = 0;

	json_foreach (item, ips) {
		const char *family = service_family_of(json_str(item));

		if (str_eq(json_str(item), SERVICE_IP_NONE))
			break;
		if (i++ < json_size(json_get(spec, "ipFamilies")))
			continue;
		if (family && range_of(op, family))
			json_append_str(json_ensure_array(spec, "ipFamilies"), family);
		else
			field_invalid(errors, field_at(errors, "spec.clusterIPs[%zu]", i - 1), ips,
				      "%s is not configured on this cluster",
				      family ? family : "unknown");
	}
}

static void check_configured(struct kube_op *op, const struct json *spec,
			     struct field_errors *errors)
{
	size_t i = 0;

	if (str_eq(policy_of(spec), "RequireDualStack") && !is_dual_stack(op))
		field_invalid(errors, "spec.ipFamilyPolicy", json_get(spec, "ipFamilyPolicy"),
			      "this cluster is not configured for dual-stack services");
	json_foreach (family, json_get(spec, "ipFamilies")) {
		if (!range_of(op, json_str(family)))
			field_invalid(errors, field_at(errors, "spec.ipFamilies[%zu]", i), family,
				      "not configured on this cluster");
		i++;
	}
}

static void fill_families(struct kube_op *op, struct json *spec, bool any_second)
{
	struct json *families = json_ensure_array(spec, "ipFamilies");

	if (!json_first(families))
		json_append_str(families, default_family(op));
	if (!str_eq(policy_of(spec), "SingleStack") && json_size(families) == 1 && any_second)
		json_append_str(families, other_family(json_str(json_first(families))));
}

/* A dual-stack Service that stays as it is (alloc.go isMatchingPreferDualStackClusterIPFields). */
static bool stays_prefer_dual(const struct json *spec, const struct json *old_spec)
{
	return old_spec && str_eq(policy_of(spec), "PreferDualStack") &&
	       str_eq(service_type(spec), service_type(old_spec)) &&
	       (!*policy_of(old_spec) || str_eq(policy_of(old_spec), "PreferDualStack")) &&
	       service_same_list(spec, old_spec, "clusterIPs") &&
	       service_same_list(spec, old_spec, "ipFamilies");
}

static void default_policy(struct json *spec, const struct json *old_spec)
{
	bool bare = str_eq(text_of(spec, "clusterIP"), SERVICE_IP_NONE) &&
		    !json_first(json_get(spec, "selector"));

	if (json_get(spec, "ipFamilyPolicy"))
		return;
	if (json_get(old_spec, "ipFamilyPolicy"))
		json_set_copy(spec, "ipFamilyPolicy", json_get(old_spec, "ipFamilyPolicy"));
	else
		json_set_str(spec, "ipFamilyPolicy", bare ? "RequireDualStack" : "SingleStack");
}

static bool init_families(struct kube_op *op, struct json *spec, const struct json *old_spec,
			  const char *name, struct err *err)
{
	const struct api_type *type = op->target.type;
	struct field_errors errors = {.arena = op->arena};

	default_policy(spec, old_spec);
	service_validate_ips(spec, old_spec, &errors);
	if (!fields_check(&errors, type, name, err))
		return false;
	if (old_spec)
		check_downgrade(spec, old_spec, &errors);
	check_single(spec, &errors);
	infer_families(op, spec, &errors);
	if (!fields_check(&errors, type, name, err))
		return false;
	/* nobody knows the families of endpoints that somebody else writes */
	if (str_eq(text_of(spec, "clusterIP"), SERVICE_IP_NONE) &&
	    !json_first(json_get(spec, "selector"))) {
		fill_families(op, spec, true);
		return true;
	}
	check_configured(op, spec, &errors);
	if (!fields_check(&errors, type, name, err))
		return false;
	fill_families(op, spec, is_dual_stack(op));
	return true;
}

/* --- addresses ----------------------------------------------------------------------------- */

static const struct api_type *address_type(const struct kube_op *op)
{
	return type_find(op->cluster, "networking.k8s.io", "v1", "ipaddresses");
}

static bool is_taken(struct kube_op *op, const char *address)
{
	return cluster_find(op->cluster, address_type(op)->document, "", address);
}

/* The IPAddress object that stands for an address in use (ipallocator.go createIPAddress). */
static void take(struct kube_op *op, const struct json *service, const char *address)
{
	const struct api_type *type = address_type(op);
	struct kube *kube = op->cluster->kube;
	const char *key = op_key(op, "", address);
	struct json *object = json_new_object(), *meta, *labels, *ref;
	const char *id = arena_printf(op->arena, "ipaddresses %s", key);
	char uid[37];

	ids_uuid(world_seed(kube->world), "kube-uid", "", id, kube_next_ordinal(kube, id), uid);
	json_set_str(object, "kind", type->kind);
	json_set_str(object, "apiVersion", type->api_version);
	meta = json_ensure_object(object, "metadata");
	json_set_str(meta, "name", address);
	json_set_str(meta, "uid", uid);
	json_set_int(meta, "generation", 1);
	json_set_str(meta, "creationTimestamp", op_timestamp(op));
	labels = json_ensure_object(meta, "labels");
	json_set_str(labels, "ipaddress.kubernetes.io/ip-family", service_family_of(address));
	json_set_str(labels, "ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
	ref = json_ensure_object(json_ensure_object(object, "spec"), "parentRef");
	json_set_str(ref, "resource", "services");
	json_set_str(ref, "namespace", meta_str(service, "namespace"));
	json_set_str(ref, "name", meta_str(service, "name"));
	world_add(op->call, (struct doc_spec){.kind = type->document,
					      .key = key,
					      .body = object,
					      .account = "",
					      .region = ""});
}

static void give_back(struct kube_op *op, const char *address)
{
	if (address && service_family_of(address) && is_taken(op, address))
		world_remove(op->call, address_type(op)->document, op_key(op, "", address));
}

/* Offsets from the first usable address to the last one; neither the network's own nor IPv4's
 * broadcast address can be had. */
static uint64_t usable(const struct cidr *range)
{
	uint64_t hosts = cidr_hosts(range);
	uint64_t last = range->ip.family == FAMILY_IPV4 ? hosts - 2 : hosts - 1;

	return hosts < 4 ? 0 : last;
}

static uint64_t static_part(uint64_t size)
{
	uint64_t part = size / STATIC_STEP;

	if (size <= STATIC_MIN)
		return 0;
	return part < STATIC_MIN ? STATIC_MIN : part > STATIC_MAX ? STATIC_MAX : part;
}

static const char *free_between(struct kube_op *op, const struct cidr *range, uint64_t first,
				uint64_t count, uint64_t start)
{
	for (uint64_t i = 0; i < count; i++) {
		char buffer[CIDR_TEXT_MAX];
		struct ip ip;

		if (cidr_host(range, first + (start + i) % count, &ip) &&
		    !is_taken(op, ip_format(&ip, buffer)))
			return arena_strdup(op->arena, buffer);
	}
	return NULL;
}

static const char *next_free(struct kube_op *op, const struct json *service, const char *family)
{
	const struct cidr *range = range_of(op, family);
	uint64_t size = usable(range), reserved = static_part(size), start;
	const char *found = NULL;
	char digits[16];

	ids_hex(world_seed(op->cluster->kube->world), "cluster-ip", family,
		meta_str(service, "uid"), 0, 15, digits);
	start = strtoull(digits, NULL, 16);
	if (size > reserved)
		found = free_between(op, range, 1 + reserved, size - reserved,
				     start % (size - reserved));
	if (!found && reserved)
		found = free_between(op, range, 1, reserved, start % reserved);
	return found;
}

static bool refuse(struct kube_op *op, const struct json *service, const char *address,
		   const char *why, struct err *err)
{
	struct field_errors errors = {.arena = op->arena};

	field_invalid(&errors, "spec.clusterIPs", object_get(service, "spec.clusterIPs"),
		      "failed to allocate IP %s: %s", address, why);
	return fields_check(&errors, op->target.type, meta_str(service, "name"), err);
}

static bool take_asked(struct kube_op *op, const struct json *service, const char *address,
		       struct err *err)
{
	const struct cidr *range = range_of(op, service_family_of(address));
	char buffer[CIDR_TEXT_MAX];
	struct ip ip;
	uint64_t offset;

	if (!range || !ip_parse(address, &ip) || !cidr_contains_ip(range, &ip))
		return refuse(op, service, address,
			      "the provided network does not match the current range", err);
	offset = cidr_offset(range, &ip);
	if (!offset || offset > usable(range))
		return refuse(op, service, address,
			      arena_printf(op->arena,
					   "the provided IP (%s) is not in the valid range. The "
					   "range of valid IPs is %s",
					   address, cidr_format(range, buffer)),
			      err);
	if (is_taken(op, ip_format(&ip, buffer)))
		return refuse(op, service, address, "provided IP is already allocated", err);
	take(op, service, buffer);
	return true;
}

/* Takes the address of one family: the one that stands in clusterIPs, or a free one. */
static bool take_one(struct kube_op *op, struct json *service, size_t index, const char *family,
		     struct err *err)
{
	struct json *spec = json_ensure_object(service, "spec");
	struct json *list = json_ensure_array(spec, "clusterIPs");
	const struct json *have = json_at(list, index);
	const char *address = json_str(have);

	if (address && *address)
		return take_asked(op, service, address, err);
	address = next_free(op, service, family);
	if (!address)
		return status_internal(err,
				       "failed to allocate a serviceIP for Service \"%s\": range "
				       "is full",
				       meta_str(service, "name"));
	take(op, service, address);
	json_append_str(list, address);
	if (!index)
		json_set_str(spec, "clusterIP", address);
	return true;
}

static bool take_all(struct kube_op *op, struct json *service, struct err *err)
{
	const struct json *spec = json_get(service, "spec");
	size_t index = 0;

	if (service_has_type(spec, "ExternalName") ||
	    str_eq(json_str(json_first(json_get(spec, "clusterIPs"))), SERVICE_IP_NONE))
		return true;
	json_foreach (family, json_get(spec, "ipFamilies"))
		if (!take_one(op, service, index++, json_str(family), err))
			return false;
	return true;
}

static bool update_ips(struct kube_op *op, struct json *service, const struct json *old_spec,
		       struct err *err)
{
	const struct json *spec = json_get(service, "spec");
	size_t before = json_size(json_get(old_spec, "ipFamilies"));
	size_t now = json_size(json_get(spec, "ipFamilies"));

	if (stays_prefer_dual(spec, old_spec))
		return true;
	if (service_has_type(old_spec, "ExternalName"))
		return take_all(op, service, err);
	if (str_eq(json_str(json_first(json_get(old_spec, "clusterIPs"))), SERVICE_IP_NONE))
		return true;
	if (service_has_type(spec, "ExternalName")) {
		service_release_ips(op, old_spec);
		return true;
	}
	if (before == 1 && now == 2)
		return take_one(op, service, 1, json_str(json_at(json_get(spec, "ipFamilies"), 1)),
				err);
	if (before == 2 && now == 1)
		give_back(op, json_str(json_at(json_get(old_spec, "clusterIPs"), 1)));
	return true;
}

bool service_take_ips(struct kube_op *op, struct json *object, const struct json *old,
		      struct err *err)
{
	struct json *spec = json_ensure_object(object, "spec");
	const struct json *old_spec = json_get(old, "spec");

	if (!service_has_type(spec, "ExternalName") && !stays_prefer_dual(spec, old_spec) &&
	    !init_families(op, spec, old_spec, meta_str(object, "name"), err))
		return false;
	return old ? update_ips(op, object, old_spec, err) : take_all(op, object, err);
}

void service_release_ips(struct kube_op *op, const struct json *spec)
{
	json_foreach (item, json_get(spec, "clusterIPs"))
		give_back(op, json_str(item));
}
