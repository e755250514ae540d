/* Shoot in, seed objects out. See shoot.h. */
#include "runner/gardenlet/shoot.h"

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/gardenlet/ssh_key.h"

#define EXTENSIONS   "extensions.gardener.cloud/v1alpha1"
#define FAMILIES_MAX 1024 /* bytes of the names of IP families */

static bool wrong(struct err *err, const char *name, const char *path, const char *what)
{
	err_set(err, ERR_INVALID, "Invalid", "Shoot.core.gardener.cloud \"%s\" is invalid: %s: %s",
		name, path, what);
	if (err)
		err->status = 422;
	return false;
}

bool is_shoot(const struct json *manifest)
{
	return str_eq(json_get_str(manifest, "kind"), "Shoot") &&
	       str_starts_with(json_get_str(manifest, "apiVersion"), "core.gardener.cloud/");
}

bool is_infrastructure(const struct json *manifest)
{
	return str_eq(json_get_str(manifest, "kind"), "Infrastructure") &&
	       str_starts_with(json_get_str(manifest, "apiVersion"), "extensions.gardener.cloud/");
}

void shoot_spec_done(struct shoot_spec *spec)
{
	free(spec->name);
	free(spec->ns);
	free(spec->technical_id);
	free(spec->region);
	free(spec->kubernetes_version);
	free(spec->pods);
	free(spec->services);
	free(spec->ingress_class);
	json_free(spec->manifest);
	*spec = (struct shoot_spec){0};
}

/* The project is the rest of its namespace's name: garden-qa → qa. */
static char *technical_id(const char *ns, const char *name)
{
	const char *project = str_starts_with(ns, "garden-") ? ns + strlen("garden-") : ns;

	return xasprintf("shoot--%s--%s", project, name);
}

static bool read_families(const struct json *networking, struct shoot_spec *spec, struct err *err)
{
	const struct json *families = json_get(networking, "ipFamilies");

	/* gardener-apiserver's default; the extension takes an empty list for IPv6-only. */
	spec->ipv4 = json_size(families) == 0;
	json_foreach (family, families) {
		if (str_eq(json_str(family), "IPv4"))
			spec->ipv4 = true;
		else if (str_eq(json_str(family), "IPv6"))
			spec->ipv6 = true;
		else
			return wrong(err, spec->name, "spec.networking.ipFamilies",
				     "Unsupported value: supported values: \"IPv4\", \"IPv6\"");
	}
	return true;
}

/* A text that must be there; NULL and err otherwise. */
static char *read_text(const struct shoot_spec *spec, const struct json *parent, const char *key,
		       const char *path, struct err *err)
{
	const char *text = json_get_str(parent, key);

	if (!text || !*text) {
		wrong(err, spec->name, path, "Required value");
		return NULL;
	}
	return xstrdup(text);
}

static bool read_spec(const struct json *spec, struct shoot_spec *ret, struct err *err)
{
	const struct json *provider = json_get(spec, "provider");
	const struct json *networking = json_get(spec, "networking");
	const struct json *control_plane = json_get(provider, "controlPlaneConfig");
	const struct json *controller = json_get(control_plane, "loadBalancerController");
	const char *class = json_get_str(controller, "ingressClassName");
	const char *version = json_find_str(spec, "kubernetes", "version", NULL);

	ret->region = read_text(ret, spec, "region", "spec.region", err);
	if (!ret->region)
		return false;
	ret->pods = read_text(ret, networking, "pods", "spec.networking.pods", err);
	if (!ret->pods)
		return false;
	ret->services = read_text(ret, networking, "services", "spec.networking.services", err);
	if (!ret->services)
		return false;
	if (!str_eq(json_get_str(provider, "type"), "aws"))
		return wrong(err, ret->name, "spec.provider.type",
			     "Unsupported value: supported values: \"aws\"");
	if (!json_is_object(json_get(provider, "infrastructureConfig")))
		return wrong(err, ret->name, "spec.provider.infrastructureConfig",
			     "Required value");
	ret->kubernetes_version = xstrdup(version ? version : "1.36.1");
	ret->load_balancer_controller = json_get_bool(controller, "enabled", false);
	ret->ingress_class = xstrdup(class ? class : "alb");
	return read_families(networking, ret, err);
}

bool shoot_read(const struct json *manifest, struct shoot_spec *ret, struct err *err)
{
	const struct json *metadata = json_get(manifest, "metadata");
	const char *name = json_get_str(metadata, "name"),
		   *ns = json_get_str(metadata, "namespace");
	_cleanup_(shoot_spec_done) struct shoot_spec spec = {0};

	if (!name || !*name)
		return wrong(err, "", "metadata.name", "Required value");
	spec.name = xstrdup(name);
	spec.ns = xstrdup(ns ? ns : "garden");
	spec.technical_id = technical_id(spec.ns, name);
	if (!read_spec(json_get(manifest, "spec"), &spec, err))
		return false;
	spec.manifest = json_copy(manifest);
	*ret = spec;
	spec = (struct shoot_spec){0};
	return true;
}

static bool dual_stack(const struct shoot_spec *spec)
{
	return json_get_bool(json_find(spec->manifest, "spec", "provider", "infrastructureConfig",
				       "dualStack", NULL),
			     "enabled", false);
}

/* "IPv4 IPv6", as Go prints them; gardener-apiserver's default is IPv4. */
static char *families_text(const struct shoot_spec *spec)
{
	struct strbuf sb;

	strbuf_init(&sb, FAMILIES_MAX);
	json_foreach (family, json_find(spec->manifest, "spec", "networking", "ipFamilies", NULL))
		strbuf_addf(&sb, "%s%s", sb.length ? " " : "", json_str(family));
	if (!sb.length)
		strbuf_add(&sb, "IPv4");
	return strbuf_steal(&sb);
}

bool shoot_families_grow(const struct shoot_spec *old, const struct shoot_spec *now)
{
	_cleanup_(freep) char *before = families_text(old), *after = families_text(now);

	return strlen(before) < strlen(after);
}

static bool check_families(const struct shoot_spec *old, const struct shoot_spec *now,
			   struct err *err)
{
	_cleanup_(freep) char *before = families_text(old), *after = families_text(now);
	_cleanup_(freep) char *what = NULL;

	if (str_eq(before, after) || (str_eq(before, "IPv4") && str_eq(after, "IPv4 IPv6")) ||
	    (str_eq(before, "IPv4 IPv6") && str_eq(after, "IPv4")))
		return true;
	what = xasprintf("Forbidden: unsupported IP family update: oldIPFamilies=[%s], "
			 "newIPFamilies=[%s]",
			 before, after);
	return wrong(err, now->name, "spec.networking.ipFamilies", what);
}

bool shoot_check_update(const struct shoot_spec *old, const struct shoot_spec *now, struct err *err)
{
	if (!check_families(old, now, err))
		return false;
	if (dual_stack(old) && !dual_stack(now))
		return wrong(err, now->name, "spec.provider.infrastructureConfig.dualStack.enabled",
			     "Forbidden: field can't be changed from \"true\" to \"false\"");
	return true;
}

static struct json *object_new(const char *api_version, const char *kind, const char *ns,
			       const char *name)
{
	struct json *object = json_new_object(), *metadata;

	json_set_str(object, "apiVersion", api_version);
	json_set_str(object, "kind", kind);
	metadata = json_ensure_object(object, "metadata");
	json_set_str(metadata, "name", name);
	json_set_str(metadata, "namespace", ns);
	return object;
}

static void set_label(struct json *object, const char *key, const char *value)
{
	json_set_str(json_ensure_object(json_ensure_object(object, "metadata"), "labels"), key,
		     value);
}

static void set_annotation(struct json *object, const char *key, const char *value)
{
	json_set_str(json_ensure_object(json_ensure_object(object, "metadata"), "annotations"), key,
		     value);
}

struct json *shoot_namespace(const struct shoot_spec *spec)
{
	struct json *object = object_new("v1", "Namespace", NULL, spec->technical_id);

	set_label(object, "gardener.cloud/role", "shoot");
	set_label(object, "shoot.gardener.cloud/provider", "aws");
	set_label(object, "extensions.gardener.cloud/aws", "true");
	return object;
}

struct json *shoot_secret(const struct shoot_spec *spec, const char *access_key_id,
			  const char *secret_key)
{
	struct json *object = object_new("v1", "Secret", spec->technical_id, "cloudprovider");
	struct json *data = json_ensure_object(object, "data");

	json_set_str(object, "type", "Opaque");
	json_set(data, "accessKeyID", text_as_bytes(access_key_id));
	json_set(data, "secretAccessKey", text_as_bytes(secret_key));
	return object;
}

struct json *shoot_object(const struct shoot_spec *spec)
{
	struct json *object = json_copy(spec->manifest);

	json_set_str(json_ensure_object(object, "metadata"), "namespace", spec->ns);
	json_set_str(json_ensure_object(object, "status"), "technicalID", spec->technical_id);
	return object;
}

struct json *shoot_cluster(const struct shoot_spec *spec)
{
	struct json *object = object_new(EXTENSIONS, "Cluster", NULL, spec->technical_id);
	struct json *own = json_ensure_object(object, "spec"), *part;

	part = json_ensure_object(own, "cloudProfile");
	json_set_str(part, "apiVersion", "core.gardener.cloud/v1beta1");
	json_set_str(part, "kind", "CloudProfile");
	part = json_ensure_object(own, "seed");
	json_set_str(part, "apiVersion", "core.gardener.cloud/v1beta1");
	json_set_str(part, "kind", "Seed");
	json_set(own, "shoot", shoot_object(spec));
	/* The extension must never see an empty list: it would take it for IPv6-only. */
	if (spec->ipv4 && !spec->ipv6) {
		struct json *families = json_new_array();

		json_append_str(families, "IPv4");
		json_set(json_ensure_object(
				 json_ensure_object(json_ensure_object(own, "shoot"), "spec"),
				 "networking"),
			 "ipFamilies", families);
	}
	return object;
}

/* What Infrastructure and ControlPlane have in common. */
static struct json *extension_object(const struct shoot_spec *spec, const char *kind,
				     const char *config, const char *timestamp)
{
	struct json *object = object_new(EXTENSIONS, kind, spec->technical_id, spec->name);
	struct json *own = json_ensure_object(object, "spec"), *reference;

	if (timestamp) {
		set_annotation(object, "gardener.cloud/operation", "reconcile");
		set_annotation(object, "gardener.cloud/timestamp", timestamp);
	}
	json_set_str(own, "type", "aws");
	json_set_str(own, "region", spec->region);
	json_set_copy(own, "providerConfig",
		      json_find(spec->manifest, "spec", "provider", config, NULL));
	reference = json_ensure_object(own, "secretRef");
	json_set_str(reference, "name", "cloudprovider");
	json_set_str(reference, "namespace", spec->technical_id);
	return object;
}

struct json *shoot_infrastructure(const struct shoot_spec *spec, const char *timestamp)
{
	struct json *object =
		extension_object(spec, "Infrastructure", "infrastructureConfig", timestamp);
	_cleanup_(freep) char *key = ssh_public_key(spec->technical_id);

	/* []byte in Go: base64 in JSON. */
	json_set(json_ensure_object(object, "spec"), "sshPublicKey", text_as_bytes(key));
	return object;
}

struct json *shoot_control_plane(const struct shoot_spec *spec, const struct json *provider_status,
				 const char *timestamp)
{
	struct json *object =
		extension_object(spec, "ControlPlane", "controlPlaneConfig", timestamp);

	json_set_copy(json_ensure_object(object, "spec"), "infrastructureProviderStatus",
		      provider_status);
	return object;
}

const struct json *shoot_subnet(const struct json *provider_status, const char *purpose,
				size_t index)
{
	json_foreach (subnet, json_find(provider_status, "vpc", "subnets", NULL)) {
		if (str_eq(json_get_str(subnet, "purpose"), purpose) && index-- == 0)
			return subnet;
	}
	return NULL;
}

bool shoot_variables(const struct shoot_spec *spec, const struct json *provider_status,
		     struct json **ret, struct err *err)
{
	const struct json *subnet = shoot_subnet(provider_status, "public", 0);
	_cleanup_(json_freep) struct json *variables = json_new_object();

	if (provider_status && !subnet)
		return err_set(err, ERR_NOT_FOUND, NULL,
			       "could not determine subnet from infrastructureProviderStatus of "
			       "controlplane '%s/%s': no subnet with purpose \"public\"",
			       spec->technical_id, spec->name);
	json_set_str(variables, "technical-id", spec->technical_id);
	json_set_str(variables, "region", spec->region);
	json_set_str(variables, "pods", spec->pods);
	json_set_str(variables, "ingress-class", spec->ingress_class);
	json_setf(variables, "node-ip-families", "%s%s%s",
		  spec->ipv4 ? "NodeIPFamilies=\"ipv4\"" : "", spec->ipv4 && spec->ipv6 ? "\n" : "",
		  spec->ipv6 ? "NodeIPFamilies=\"ipv6\"" : "");
	json_set_str(variables, "vpc-id",
		     subnet ? json_find_str(provider_status, "vpc", "id", NULL) : "<vpc-id>");
	json_set_str(variables, "public-subnet-id",
		     subnet ? json_get_str(subnet, "id") : "<public-subnet-id>");
	json_set_str(variables, "zone", subnet ? json_get_str(subnet, "zone") : "<zone>");
	*ret = steal(variables);
	return true;
}

struct json *shoot_definition(void)
{
	struct json *object = object_new("apiextensions.k8s.io/v1", "CustomResourceDefinition",
					 NULL, "shoots.core.gardener.cloud");
	struct json *spec = json_ensure_object(object, "spec"), *names, *version, *schema;

	json_set_str(spec, "group", "core.gardener.cloud");
	json_set_str(spec, "scope", "Namespaced");
	names = json_ensure_object(spec, "names");
	json_set_str(names, "kind", "Shoot");
	json_set_str(names, "listKind", "ShootList");
	json_set_str(names, "plural", "shoots");
	json_set_str(names, "singular", "shoot");
	version = json_new_object();
	json_set_str(version, "name", "v1beta1");
	json_set_bool(version, "served", true);
	json_set_bool(version, "storage", true);
	json_ensure_object(json_ensure_object(version, "subresources"), "status");
	schema = json_ensure_object(json_ensure_object(version, "schema"), "openAPIV3Schema");
	json_set_str(schema, "type", "object");
	json_set_bool(schema, "x-kubernetes-preserve-unknown-fields", true);
	json_append(json_ensure_array(spec, "versions"), version);
	return object;
}
