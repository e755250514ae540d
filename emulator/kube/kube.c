/* All clusters of one world; see kube.h. */
#include "emulator/kube/kube.h"

#include "emulator/base/json.h"
#include "emulator/http/fetch.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/controllers.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/server.h"
#include "emulator/kube/watch.h"
#include "emulator/world/tape.h"

#define SERVICE_IPV6_PREFIX_MIN 108 /* kube-apiserver: at most 20 bits for Services */
#define ISSUER			"https://kubernetes.default.svc.cluster.local"

/* The meaning of CRDs changes with their documents, before watchers hear of it. */
static void follow_crds(const struct journal_entry *entry, struct kube *kube)
{
	const struct kind *definitions =
		kube_kind_for(kube, "apiextensions.k8s.io", "customresourcedefinitions",
			      "CustomResourceDefinition");

	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];
		const struct doc *doc = change->after ? change->after : change->before;
		struct kube_cluster *cluster;

		if (doc->kind != definitions)
			continue;
		cluster = cluster_of(kube, doc);
		if (cluster)
			types_rebuild(cluster);
	}
}

static void on_entry(const struct journal_entry *entry, void *userdata)
{
	follow_crds(entry, userdata);
	watch_dispatch(entry, userdata);
}

struct kube *kube_new(struct world *world, struct loop *loop)
{
	struct kube *kube = xcalloc(1, sizeof(*kube));

	kube->world = world;
	kube->loop = loop;
	if (loop)
		kube->fetcher = fetcher_new(loop);
	kube->subscription = journal_subscribe(world, on_entry, kube);
	kube->controllers = controllers_new(kube);
	tape_set_more(world, ordinals_tell, kube);
	return kube;
}

static void cluster_free(struct kube_cluster *cluster)
{
	watch_end(cluster, NULL);
	http_server_free(cluster->server);
	http_server_free(cluster->plain_server);
	types_done(cluster);
	crd_done(cluster);
	tls_pair_done(&cluster->ca);
	tls_pair_done(&cluster->serving);
	tls_signing_key_free(cluster->token_key);
	free(cluster->service_cidr);
	free(cluster->url);
	free(cluster->plain_url);
	free(cluster->discovery_etag);
	free(cluster->listeners[0]);
	free(cluster->listeners[1]);
	free(cluster);
}

void kube_free(struct kube *kube)
{
	if (!kube)
		return;
	controllers_free(kube->controllers);
	journal_unsubscribe(kube->subscription);
	for (size_t i = 0; i < kube->clusters.count; i++)
		cluster_free(kube->clusters.items[i]);
	ptrs_done(&kube->clusters);
	fetcher_free(kube->fetcher);
	tape_set_more(kube->world, NULL, NULL);
	ordinals_done(kube);
	types_kinds_done(kube);
	free(kube);
}

/* "10.96.0.0/16,fd00::/112" */
static bool parse_ranges(struct kube_cluster *cluster, const char *text, struct err *err)
{
	cluster->service_cidr = xstrdup(text);
	while (*text) {
		size_t length = strcspn(text, ",");
		_cleanup_(freep) char *one = xstrndup(text, length);

		if (cluster->service_range_count == array_size(cluster->service_ranges))
			return err_set(err, ERR_INVALID, NULL,
				       "service CIDR \"%s\": at most one range per family", text);
		if (!cidr_parse(one, &cluster->service_ranges[cluster->service_range_count++]))
			return err_set(err, ERR_INVALID, NULL, "service CIDR \"%s\" is no CIDR",
				       one);
		text += length + (text[length] != '\0');
	}
	return cluster->service_range_count ||
	       err_set(err, ERR_INVALID, NULL, "a cluster needs a service CIDR");
}

static bool make_keys(struct kube_cluster *cluster, const struct kube_cluster_config *config,
		      struct err *err)
{
	static const char *const names[] = {"127.0.0.1",
					    "::1",
					    "localhost",
					    "kubernetes",
					    "kubernetes.default",
					    "kubernetes.default.svc",
					    "kubernetes.default.svc.cluster.local",
					    NULL};

	if (config->ca_pem && config->token_key_pem) {
		cluster->ca.certificate_pem = xstrdup(config->ca_pem);
		return tls_read_signing_key(config->token_key_pem, &cluster->token_key, err);
	}
	return tls_make_ca("kubernetes", &cluster->ca, err) &&
	       tls_make_server(&cluster->ca, names, &cluster->serving, err) &&
	       tls_make_signing_key(&cluster->token_key, err);
}

static bool listen_on(struct kube_cluster *cluster, bool plain, uint16_t port, int listen_fd,
		      struct err *err)
{
	struct http_server **server = plain ? &cluster->plain_server : &cluster->server;
	struct kube_listener *listener = xcalloc(1, sizeof(*listener));
	char **url = plain ? &cluster->plain_url : &cluster->url;
	struct http_options options = {
		.port = port,
		.body_max_bytes = KUBE_BODY_MAX,
		.listen_fd = listen_fd,
		.serve = kube_serve,
		.too_large = kube_serve_too_large,
		.userdata = listener,
	};

	free(cluster->listeners[plain]);
	cluster->listeners[plain] = listener;
	*listener = (struct kube_listener){cluster, plain};
	if (!plain) {
		options.certificate_pem = cluster->serving.certificate_pem;
		options.key_pem = cluster->serving.key_pem;
		options.client_ca_pem = cluster->ca.certificate_pem;
	}
	if (!http_server_new(cluster->kube->loop, &options, server, err))
		return false;
	cluster->ports[plain] = http_server_port(*server);
	free(*url);
	*url = xasprintf("%s://127.0.0.1:%u", plain ? "http" : "https",
			 (unsigned)cluster->ports[plain]);
	return true;
}

static bool open_listeners(struct kube_cluster *cluster, const struct kube_cluster_config *config,
			   struct err *err)
{
	if (!cluster->kube->loop) {
		/* unit tests without a wire, tapes */
		cluster->url = xstrdup(config->url ? config->url : "https://127.0.0.1:0");
		return true;
	}
	cluster->plain = config->plain;
	return listen_on(cluster, false, config->port, config->listen_fd, err) &&
	       (!config->plain || listen_on(cluster, true, config->plain_port, -1, err));
}

/* The keys of a run are made for it alone: what is signed with them can be played again by them. */
static void tell_tape(const struct kube_cluster *cluster, enum tape_type type)
{
	_cleanup_(json_freep) struct json *what = NULL;

	if (!tape_is_on(cluster->kube->world))
		return;
	what = json_new_object();
	json_set_str(what, "name", cluster->name);
	json_set_str(what, "url", cluster->url);
	if (type == TAPE_CLUSTER) {
		json_set_str(what, "service_cidr", cluster->service_cidr);
		json_set_str(what, "ca", cluster->ca.certificate_pem);
		json_set_str(what, "token_key", tls_signing_key_pem(cluster->token_key));
	}
	tape_note(cluster->kube->world, (struct tape_event){.type = type, .what = what});
}

static bool add(struct kube *kube, const struct kube_cluster_config *config,
		struct kube_cluster **ret, struct err *err)
{
	struct kube_cluster *cluster;

	if (kube_cluster_find(kube, config->name))
		return err_set(err, ERR_CONFLICT, NULL, "there is a cluster \"%s\" already",
			       config->name);
	if (!*config->name || strchr(config->name, '/'))
		return err_set(err, ERR_INVALID, NULL, "\"%s\" is no name for a cluster",
			       config->name);
	cluster = xcalloc(1, sizeof(*cluster));
	cluster->kube = kube;
	cluster->name = intern(config->name);
	cluster->issuer = ISSUER;
	if (!parse_ranges(cluster, config->service_cidr, err) || !make_keys(cluster, config, err) ||
	    !open_listeners(cluster, config, err)) {
		cluster_free(cluster);
		return err_wrap(err, "cluster \"%s\"", config->name);
	}
	types_rebuild(cluster);
	ptrs_add(&kube->clusters, cluster);
	if (!cluster_bootstrap(cluster, err)) {
		ptrs_remove(&kube->clusters, cluster);
		cluster_free(cluster);
		return err_wrap(err, "cluster \"%s\"", config->name);
	}
	*ret = cluster;
	return true;
}

bool kube_cluster_add(struct kube *kube, const struct kube_cluster_config *config,
		      struct kube_cluster **ret, struct err *err)
{
	bool ok;

	tape_enter(kube->world);
	ok = add(kube, config, ret, err);
	if (ok)
		tell_tape(*ret, TAPE_CLUSTER);
	tape_leave(kube->world);
	return ok;
}

static bool add_range(struct kube_cluster *cluster, const char *range, struct err *err)
{
	struct cidr cidr;
	char *both;

	if (!cidr_parse(range, &cidr))
		return err_set(err, ERR_INVALID, NULL, "service CIDR \"%s\" is no CIDR", range);
	if (cidr.ip.family == FAMILY_IPV6 && cidr.prefix < SERVICE_IPV6_PREFIX_MIN)
		return err_set(err, ERR_INVALID, NULL,
			       "service CIDR \"%s\": an IPv6 range has at least /%d", range,
			       SERVICE_IPV6_PREFIX_MIN);
	for (size_t i = 0; i < cluster->service_range_count; i++)
		if (cluster->service_ranges[i].ip.family == cidr.ip.family)
			return err_set(err, ERR_CONFLICT, NULL,
				       "cluster \"%s\" has a range of the family of %s already",
				       cluster->name, range);
	cluster->service_ranges[cluster->service_range_count++] = cidr;
	both = xasprintf("%s,%s", cluster->service_cidr, range);
	free(cluster->service_cidr);
	cluster->service_cidr = both;
	return true;
}

bool kube_cluster_add_range(struct kube_cluster *cluster, const char *range, struct err *err)
{
	struct world *world = cluster->kube->world;
	_cleanup_(json_freep) struct json *what = NULL;
	bool ok;

	tape_enter(world);
	ok = add_range(cluster, range, err);
	if (ok && tape_is_on(world)) {
		what = json_new_object();
		json_set_str(what, "name", cluster->name);
		json_set_str(what, "service_cidr", range);
		tape_note(world, (struct tape_event){.type = TAPE_RANGE, .what = what});
	}
	tape_leave(world);
	return ok;
}

const char *kube_cluster_ranges(const struct kube_cluster *cluster)
{
	return cluster->service_cidr;
}

bool kube_cluster_is_open(const struct kube_cluster *cluster)
{
	return cluster->server != NULL;
}

void kube_cluster_close(struct kube_cluster *cluster)
{
	watch_end(cluster, NULL);
	http_server_free(steal(cluster->server));
	http_server_free(steal(cluster->plain_server));
}

bool kube_cluster_open(struct kube_cluster *cluster, bool anew, struct err *err)
{
	if (cluster->server)
		return err_set(err, ERR_CONFLICT, NULL, "the API server of \"%s\" runs already",
			       cluster->name);
	if (!listen_on(cluster, false, anew ? 0 : cluster->ports[false], -1, err) ||
	    (cluster->plain && !listen_on(cluster, true, anew ? 0 : cluster->ports[true], -1, err)))
		return err_wrap(err, "the API server of \"%s\"", cluster->name);
	free(steal(cluster->discovery_etag)); /* discovery tells the address */
	tape_enter(cluster->kube->world);
	tell_tape(cluster, TAPE_ADDRESS);
	tape_leave(cluster->kube->world);
	return true;
}

void kube_park(struct kube *kube)
{
	for (size_t i = 0; i < kube->clusters.count; i++)
		kube_cluster_close(kube->clusters.items[i]);
	fetcher_free(steal(kube->fetcher));
}

bool kube_unpark(struct kube *kube, struct err *err)
{
	kube->fetcher = fetcher_new(kube->loop);
	for (size_t i = 0; i < kube->clusters.count; i++)
		if (!kube_cluster_open(kube->clusters.items[i], true, err))
			return false;
	return true;
}

struct kube_cluster *kube_cluster_find(struct kube *kube, const char *name)
{
	for (size_t i = 0; i < kube->clusters.count; i++) {
		struct kube_cluster *cluster = kube->clusters.items[i];

		if (str_eq(cluster->name, name))
			return cluster;
	}
	return NULL;
}

struct kube_cluster *kube_cluster_at(struct kube *kube, size_t index)
{
	return index < kube->clusters.count ? kube->clusters.items[index] : NULL;
}

const char *kube_cluster_name(const struct kube_cluster *cluster)
{
	return cluster->name;
}

const char *kube_cluster_url(const struct kube_cluster *cluster)
{
	return cluster->url;
}

const struct tls_pair *kube_cluster_ca(const struct kube_cluster *cluster)
{
	return &cluster->ca;
}

uint64_t kube_request_count(const struct kube *kube)
{
	return kube->request_count;
}

const struct kind *kube_document_kind(const struct kube_cluster *cluster, const char *group,
				      const char *resource)
{
	const struct api_type *type = type_find_any(cluster, group, resource);

	return type ? type->document : NULL;
}

void kube_serve_detached(struct kube_cluster *cluster, bool plain, struct request *request)
{
	struct kube_listener listener = {cluster, plain};

	kube_serve(request, &listener);
}

void kube_script(struct kube *kube, const struct json *what)
{
	kube->review = json_first(json_get(what, "reviews"));
	ordinals_script(kube, json_get(what, "ordinals"));
}

void kube_play_address(struct kube_cluster *cluster, const char *url)
{
	free(cluster->url);
	cluster->url = xstrdup(url);
	free(steal(cluster->discovery_etag));
	tape_enter(cluster->kube->world);
	tell_tape(cluster, TAPE_ADDRESS);
	tape_leave(cluster->kube->world);
}
