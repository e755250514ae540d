/*
 * The walk to an Ingress: a request for its first host and path, the Service behind them, and the
 * listener's rule that forwards it.
 */
#include "emulator/base/container.h"
#include "emulator/net/walk.h"

/* What stands for a wildcard in the request: "*.example" is asked as "any.example". */
#define LABEL "any"

static const struct doc *find_named(const struct walk *walk, const char *kind_name, const char *key)
{
	const struct kind *kind = world_kind_named(walk->world, kind_name);

	return kind ? world_find(walk->world, kind, key) : NULL;
}

/* The first of that namespace and name in any cluster of the world. */
static const struct doc *find_ingress(const struct walk *walk, const char *name)
{
	const struct kind *kind = world_kind_named(walk->world, "ingress");
	_cleanup_(freep) char *tail = xasprintf("/%s", name);

	if (!kind)
		return NULL;
	world_foreach (doc, walk->world, kind)
		if (str_ends_with(doc->key, tail) &&
		    strcspn(doc->key, "/") + strlen(tail) == strlen(doc->key))
			return doc;
	return NULL;
}

/* The port of a Service that a backend means, by number or by name. */
static const struct json *backend_port(const struct doc *service, const struct json *port)
{
	const char *name = json_get_str(port, "name");

	json_foreach (item, json_find(service->body, "spec", "ports", NULL))
		if (name ? str_eq(json_get_str(item, "name"), name)
			 : json_get_int(item, "port", 0) == json_get_int(port, "number", -1))
			return item;
	return NULL;
}

static bool walk_backend(struct walk *walk, const struct json *backend)
{
	const struct json *service = json_get(backend, "service");
	const char *name = json_get_str(service, "name"), *slash = strrchr(walk->owner->key, '/');
	const char *key;

	if (!name)
		return hop_unknown(walk, walk->owner, "ingress",
				   "a backend that is no Service is not modelled");
	key = arena_printf(walk->arena, "%.*s/%s", (int)(slash - walk->owner->key),
			   walk->owner->key, name);
	walk->service = find_named(walk, "service", key);
	if (!walk->service)
		return hop_closed(walk, walk->owner, "backend", "service %s does not exist", name);
	walk->port = backend_port(walk->service, json_get(service, "port"));
	if (!walk->port)
		return hop_closed(walk, walk->service, "backend", "service %s has no such port",
				  name);
	return hop_open(walk, walk->service, "backend", "service %s port %lld", name,
			(long long)json_get_int(walk->port, "port", 0));
}

static const char *asked_host(struct walk *walk, const char *host)
{
	if (!host || !*host)
		return LABEL;
	return str_starts_with(host, "*.") ? arena_printf(walk->arena, LABEL "%s", host + 1) : host;
}

bool walk_ingress(struct walk *walk, const char *name, unsigned port)
{
	const struct json *rule, *path, *backend;

	walk->owner = find_ingress(walk, name);
	if (!walk->owner)
		return hop_closed(walk, NULL, "ingress", "%s does not exist", name);
	if (!port)
		return hop_unknown(walk, walk->owner, "ingress",
				   "%s has no ports of its own: say which one", name);
	walk->protocol = "tcp";
	walk->listener_port = port;
	rule = json_at(json_find(walk->owner->body, "spec", "rules", NULL), 0);
	path = json_at(json_find(rule, "http", "paths", NULL), 0);
	walk->host = asked_host(walk, json_get_str(rule, "host"));
	walk->url_path = json_get_str(path, "path") ? json_get_str(path, "path") : "/";
	backend = path ? json_get(path, "backend")
		       : json_find(walk->owner->body, "spec", "defaultBackend", NULL);
	if (!backend)
		return hop_closed(walk, walk->owner, "ingress", "%s has no backend", name);
	hop_open(walk, walk->owner, "ingress", "%s, asked for %s%s", name, walk->host,
		 walk->url_path);
	return walk_backend(walk, backend);
}

/* One of the values of a condition fits; ALB's wildcards are * and ?. */
static bool one_fits(const struct json *condition, const char *config, const char *text)
{
	const struct json *values = json_find(condition, config, "Values", NULL);

	if (!json_first(values))
		values = json_get(condition, "Values");
	json_foreach (value, values)
		if (str_glob(json_str(value), text))
			return true;
	return false;
}

/* -1: a condition that is not modelled. */
static int fits(const struct walk *walk, const struct json *condition)
{
	const char *field = json_get_str(condition, "Field");

	if (str_eq(field, "host-header"))
		return one_fits(condition, "HostHeaderConfig", walk->host);
	if (str_eq(field, "path-pattern"))
		return one_fits(condition, "PathPatternConfig", walk->url_path);
	return -1;
}

static int rule_fits(const struct walk *walk, const struct doc *rule)
{
	json_foreach (condition, json_get(rule->body, "Conditions")) {
		int one = fits(walk, condition);

		if (one <= 0)
			return one;
	}
	return 1;
}

/* "default" comes last. Source: ALB guide, "Listener rules": lowest value first. */
static long priority(const struct doc *rule)
{
	const char *text = doc_str(rule, "Priority");

	return !text || str_eq(text, "default") ? 1L << 20 : strtol(text, NULL, 10);
}

const struct doc *walk_rule(const struct walk *walk, const struct doc *listening)
{
	const struct doc *doc = NULL, *best = NULL;

	while ((doc = net_find_next(walk, "rule", "ListenerArn", doc_str(listening, "ListenerArn"),
				    doc)))
		if ((!best || priority(doc) < priority(best)) && rule_fits(walk, doc) != 0)
			best = doc;
	/* one that may fit or not: nobody can tell where the request goes */
	return best && rule_fits(walk, best) == 1 ? best : NULL;
}
