/* Defaults of PodSpecs and their quality of service; see pod_spec.h. */
#include "emulator/kube/kinds/pod_spec.h"

#include "emulator/base/json.h"
#include "emulator/kube/quantity.h"

#define FILE_MODE 0644 /* of volumes: SecretVolumeSourceDefaultMode and its like */
#define HOUR_S	  3600

static const char *const container_lists[] = {"initContainers", "containers",
					      "ephemeralContainers"};

/* "latest" when neither tag nor digest is there, "" for a digest alone
 * (pkg/util/parsers ParseImageName) */
static bool is_latest(const char *image)
{
	const char *slash = strrchr(image, '/');
	const char *last = slash ? slash + 1 : image;
	const char *colon = strchr(last, ':'), *at = strchr(last, '@');

	if (at && (!colon || colon > at))
		return false;
	if (!colon)
		return true;
	return strcspn(colon + 1, "@") == strlen("latest") && str_starts_with(colon + 1, "latest");
}

static void default_field_ref(struct json *holder)
{
	struct json *ref = json_get_mut(holder, "fieldRef");

	if (ref)
		default_str(ref, "apiVersion", "v1");
}

static void default_http(struct json *http)
{
	if (!http)
		return;
	default_str(http, "path", "/");
	default_str(http, "scheme", "HTTP");
}

static void default_positive(struct json *object, const char *member, int64_t value)
{
	if (!json_get_int(object, member, 0))
		json_set_int(object, member, value);
}

static void default_probe(struct json *probe)
{
	struct json *grpc = json_get_mut(probe, "grpc");

	if (!probe)
		return;
	default_positive(probe, "timeoutSeconds", 1);
	default_positive(probe, "periodSeconds", 10);
	default_positive(probe, "successThreshold", 1);
	default_positive(probe, "failureThreshold", 3);
	default_http(json_get_mut(probe, "httpGet"));
	if (grpc && !json_get(grpc, "service"))
		json_set_str(grpc, "service", "");
}

static void default_container(struct json *container)
{
	struct json *lifecycle = json_get_mut(container, "lifecycle");
	const char *image = json_get_str(container, "image");

	default_str(container, "imagePullPolicy",
		    is_latest(image ? image : "") ? "Always" : "IfNotPresent");
	default_str(container, "terminationMessagePath", "/dev/termination-log");
	default_str(container, "terminationMessagePolicy", "File");
	for (struct json *port = json_first_mut(json_get_mut(container, "ports")); port;
	     port = json_next_mut(port))
		default_str(port, "protocol", "TCP");
	for (struct json *env = json_first_mut(json_get_mut(container, "env")); env;
	     env = json_next_mut(env))
		default_field_ref(json_get_mut(env, "valueFrom"));
	default_probe(json_get_mut(container, "livenessProbe"));
	default_probe(json_get_mut(container, "readinessProbe"));
	default_probe(json_get_mut(container, "startupProbe"));
	default_http(json_get_mut(json_get_mut(lifecycle, "postStart"), "httpGet"));
	default_http(json_get_mut(json_get_mut(lifecycle, "preStop"), "httpGet"));
}

static void default_items(struct json *source)
{
	for (struct json *item = json_first_mut(json_get_mut(source, "items")); item;
	     item = json_next_mut(item))
		default_field_ref(item);
}

static void default_projected(struct json *projected)
{
	for (struct json *source = json_first_mut(json_get_mut(projected, "sources")); source;
	     source = json_next_mut(source)) {
		struct json *token = json_get_mut(source, "serviceAccountToken");

		default_items(json_get_mut(source, "downwardAPI"));
		if (token)
			default_int(token, "expirationSeconds", HOUR_S);
	}
}

static void default_volume(struct json *volume)
{
	static const char *const modes[] = {"secret", "configMap", "downwardAPI", "projected"};
	struct json *path = json_get_mut(volume, "hostPath");

	if (json_size(volume) < 2) /* nothing but a name */
		json_ensure_object(volume, "emptyDir");
	for (size_t i = 0; i < array_size(modes); i++) {
		struct json *source = json_get_mut(volume, modes[i]);

		if (source)
			default_int(source, "defaultMode", FILE_MODE);
	}
	default_items(json_get_mut(volume, "downwardAPI"));
	default_projected(json_get_mut(volume, "projected"));
	if (path && !json_get(path, "type"))
		json_set_str(path, "type", "");
}

void pod_spec_defaults(struct json *spec)
{
	const char *account = json_get_str(spec, "serviceAccountName");

	default_str(spec, "dnsPolicy", "ClusterFirst");
	default_str(spec, "restartPolicy", "Always");
	default_str(spec, "schedulerName", "default-scheduler");
	default_int(spec, "terminationGracePeriodSeconds", 30);
	json_ensure_object(spec, "securityContext");
	/* the old name of the field is kept in step (conversion.go) */
	if (!account || !*account)
		json_set_copy(spec, "serviceAccountName", json_get(spec, "serviceAccount"));
	json_set_copy(spec, "serviceAccount", json_get(spec, "serviceAccountName"));
	for (size_t i = 0; i < array_size(container_lists); i++)
		for (struct json *container =
			     json_first_mut(json_get_mut(spec, container_lists[i]));
		     container; container = json_next_mut(container))
			default_container(container);
	for (struct json *volume = json_first_mut(json_get_mut(spec, "volumes")); volume;
	     volume = json_next_mut(volume))
		default_volume(volume);
}

static void default_requests(struct json *container)
{
	struct json *resources = json_get_mut(container, "resources");
	const struct json *limits = json_get(resources, "limits");

	json_foreach (limit, limits) {
		struct json *requests = json_ensure_object(resources, "requests");

		if (!json_get(requests, json_key(limit)))
			json_set_copy(requests, json_key(limit), limit);
	}
}

static void default_host_ports(struct json *container)
{
	for (struct json *port = json_first_mut(json_get_mut(container, "ports")); port;
	     port = json_next_mut(port))
		default_positive(port, "hostPort", json_get_int(port, "containerPort", 0));
}

void pod_only_defaults(struct json *spec)
{
	bool host = json_get_bool(spec, "hostNetwork", false);

	for (size_t i = 0; i < 2; i++)
		for (struct json *container =
			     json_first_mut(json_get_mut(spec, container_lists[i]));
		     container; container = json_next_mut(container)) {
			default_requests(container);
			if (host)
				default_host_ports(container);
		}
	default_bool(spec, "enableServiceLinks", true);
}

/* Sums of one resource over all containers, in thousandths. */
struct qos_sum {
	int64_t requests, limits;
	bool everywhere; /* all containers limit it */
};

static int64_t amount(const struct json *container, const char *member, const char *resource)
{
	const char *text = json_find_str(container, "resources", member, resource, NULL);

	return text ? quantity_milli(text) : 0;
}

static struct qos_sum sum_of(const struct json *spec, const char *resource)
{
	struct qos_sum sum = {.everywhere = true};

	for (size_t i = 0; i < 2; i++)
		json_foreach (container, json_get(spec, container_lists[i])) {
			int64_t limit = amount(container, "limits", resource);

			sum.requests += amount(container, "requests", resource);
			sum.limits += limit;
			sum.everywhere &= limit > 0;
		}
	return sum;
}

const char *pod_spec_qos(const struct json *spec)
{
	struct qos_sum cpu = sum_of(spec, "cpu"), memory = sum_of(spec, "memory");

	if (!cpu.requests && !cpu.limits && !memory.requests && !memory.limits)
		return "BestEffort";
	if (cpu.everywhere && memory.everywhere && cpu.requests == cpu.limits &&
	    memory.requests == memory.limits)
		return "Guaranteed";
	return "Burstable";
}
