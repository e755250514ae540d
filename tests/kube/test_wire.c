/* emulator/kube/server.c, watch.c, negotiate.c, other.c, auth.c over a real socket. */
#include "emulator/base/json.h"
#include "tests/http/wire.h"
#include "tests/kube/rig.h"

#define MAPS "/api/v1/namespaces/default/configmaps"

static struct kube_rig rig;

static struct wire connect_wire(void)
{
	struct wire wire;

	wire_open(&wire, rig.loop, kube_rig_port(&rig));
	return wire;
}

static struct wire with_cluster(void)
{
	kube_rig_open(&rig, true);
	return connect_wire();
}

static void done(struct wire *wire)
{
	wire_close(wire);
	kube_rig_close(&rig);
}

/* Sends a request; headers like "Accept: x\r\n". */
static void send_request(struct wire *wire, const char *method, const char *path,
			 const char *headers, const char *body)
{
	_cleanup_(freep) char *text =
		xasprintf("%s %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n%s", method,
			  path, headers, strlen(body), body);

	wire_send(wire, text);
}

static const char *get(struct wire *wire, const char *path, const char *headers)
{
	send_request(wire, "GET", path, headers, "");
	return wire_take_reply(wire);
}

static void has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part), "no \"%s\" in: %s", part, text);
}

START_TEST(health_and_version_answer)
{
	struct wire wire = with_cluster();

	has(get(&wire, "/healthz", ""), "\r\n\r\nok");
	has(get(&wire, "/readyz/ping", ""), "\r\n\r\nok");
	has(get(&wire, "/livez?verbose", ""), "livez check passed");
	has(get(&wire, "/readyz/nothing", ""), "404 page not found\n");
	has(get(&wire, "/version", ""), "\"gitVersion\": \"v1.3");
	done(&wire);
}
END_TEST

START_TEST(discovery_takes_the_form_that_is_asked_for)
{
	struct wire wire = with_cluster();
	const char *reply = get(&wire, "/apis",
				"Accept: "
				"application/json;g=apidiscovery.k8s.io;v=v2;as="
				"APIGroupDiscoveryList,application/json\r\n");

	has(reply, "Content-Type: application/json;g=apidiscovery.k8s.io;v=v2;as="
		   "APIGroupDiscoveryList\r\n");
	has(reply, "\"kind\":\"APIGroupDiscoveryList\"");
	reply = get(&wire, "/apis", "Accept: application/json\r\n");
	has(reply, "\"kind\":\"APIGroupList\"");
	reply = get(&wire, "/apis",
		    "Accept: "
		    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
		    "application/json\r\n");
	has(reply, "\"kind\":\"APIGroupList\"");
	has(get(&wire, "/api/v1", ""), "\"name\":\"services/status\"");
	has(get(&wire, "/apis/apps", ""), "\"kind\":\"APIGroup\"");
	has(get(&wire, "/apis/gateway.networking.k8s.io/v1", ""), "404 page not found\n");
	done(&wire);
}
END_TEST

START_TEST(an_equal_etag_is_not_modified)
{
	struct wire wire = with_cluster();
	const char *accept = "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as="
			     "APIGroupDiscoveryList\r\n";
	const char *reply = get(&wire, "/api", accept), *etag = strstr(reply, "ETag: ") + 6;
	_cleanup_(freep) char *headers =
		xasprintf("%sIf-None-Match: %.*s\r\n", accept, (int)strcspn(etag, "\r"), etag);

	send_request(&wire, "GET", "/api", headers, "");
	has(wire_take(&wire, "\r\n\r\n"), "HTTP/1.1 304");
	done(&wire);
}
END_TEST

START_TEST(the_accept_header_decides_in_its_order)
{
	struct wire wire = with_cluster();
	const char *path = "/api/v1/namespaces/default";

	has(get(&wire, path, "Accept: application/vnd.kubernetes.protobuf,application/json\r\n"),
	    "Content-Type: application/json\r\n");
	has(get(&wire, path, "Accept: application/vnd.kubernetes.protobuf, */*\r\n"),
	    "\"kind\":\"Namespace\"");
	has(get(&wire, path, "Accept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n"),
	    "\"kind\":\"Table\"");
	has(get(&wire, path,
		"Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io\r\n"),
	    "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\","
	    "\"metadata\":{");
	has(get(&wire, path, "Accept: application/json;q=0.5,application/yaml\r\n"),
	    "Content-Type: application/yaml\r\n");
	has(get(&wire, path, "Accept: text/html\r\n"),
	    "only the following media types are accepted: application/json, application/yaml");
	done(&wire);
}
END_TEST

START_TEST(bodies_are_json_or_yaml_and_nothing_unknown)
{
	struct wire wire = with_cluster();

	send_request(&wire, "POST", MAPS, "Content-Type: application/yaml\r\n",
		     "metadata: {name: y}\ndata: {a: b}\n");
	has(wire_take_reply(&wire), "HTTP/1.1 201");
	send_request(&wire, "POST", MAPS, "Content-Type: text/x\r\n", "x");
	has(wire_take_reply(&wire), "HTTP/1.1 415");
	send_request(&wire, "POST", MAPS, "", "{\"metadata\":{\"name\":\"z\"},\"dta\":1}");
	has(wire_take_reply(&wire), "Warning: 299 - \"unknown field \\\"dta\\\"\"\r\n");
	send_request(&wire, "POST", MAPS "?fieldValidation=Strict", "",
		     "{\"metadata\":{\"name\":\"q\"},\"data\":{},\"data\":{}}");
	has(wire_take_reply(&wire),
	    "ConfigMap in version \\\"v1\\\" cannot be handled as a ConfigMap: strict decoding "
	    "error: duplicate field \\\"data\\\"");
	send_request(&wire, "POST", MAPS, "", "{\"data\":[]}");
	has(wire_take_reply(&wire), "json: cannot unmarshal array into Go struct field "
				    "ConfigMap.data of type map[string]string");
	done(&wire);
}
END_TEST

START_TEST(a_watch_list_ends_with_its_bookmark_and_goes_on)
{
	struct wire wire = with_cluster();
	const char *text;

	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'a','labels':{'x':'y'}}}");
	send_request(&wire, "GET",
		     MAPS "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&"
			  "resourceVersionMatch=NotOlderThan&labelSelector=x%3Dy",
		     "", "");
	has(wire_take(&wire, "\r\n\r\n"), "HTTP/1.1 200");
	text = wire_take(&wire, "}\n");
	has(text, "{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\"");
	text = wire_take(&wire, "}\n");
	has(text, "\"type\":\"BOOKMARK\"");
	has(text, "\"k8s.io/initial-events-end\":\"true\"");
	ck_assert(kube_patch(&rig, "merge", MAPS "/a", "{'data':{'k':'v'}}"));
	has(wire_take(&wire, "}\n"), "\"type\":\"MODIFIED\"");
	ck_assert(kube_patch(&rig, "merge", MAPS "/a", "{'metadata':{'labels':{'x':'z'}}}"));
	text = wire_take(&wire, "}\n");
	has(text, "\"type\":\"DELETED\"");
	has(text, "\"labels\":{\"x\":\"y\"}");
	ck_assert(kube_patch(&rig, "merge", MAPS "/a", "{'metadata':{'labels':{'x':'y'}}}"));
	has(wire_take(&wire, "}\n"), "\"type\":\"ADDED\"");
	kube_must(&rig, "DELETE", MAPS "/a", NULL);
	has(wire_take(&wire, "}\n"), "\"type\":\"DELETED\"");
	done(&wire);
}
END_TEST

START_TEST(a_watch_resumes_where_it_was)
{
	struct wire wire = with_cluster();
	_cleanup_(freep) char *path = NULL;

	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'a'}}");
	path = xasprintf(MAPS "?watch=1&resourceVersion=%s",
			 kube_text(&rig, "metadata.resourceVersion"));
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'b'}}");
	kube_must(&rig, "DELETE", MAPS "/a", NULL);
	send_request(&wire, "GET", path, "", "");
	wire_take(&wire, "\r\n\r\n");
	has(wire_take(&wire, "}\n"), "\"name\":\"b\"");
	has(wire_take(&wire, "}\n"), "\"type\":\"DELETED\"");
	done(&wire);
}
END_TEST

START_TEST(a_watch_of_the_future_is_refused)
{
	struct wire wire = with_cluster();

	has(get(&wire, MAPS "?watch=1&resourceVersion=99999", ""), "ResourceVersionTooLarge");
	has(get(&wire, MAPS "?watch=1&sendInitialEvents=true", ""),
	    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
	done(&wire);
}
END_TEST

START_TEST(a_watch_ends_at_its_timeout)
{
	struct wire wire = with_cluster();

	send_request(&wire, "GET", MAPS "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dq",
		     "Connection: close\r\n", "");
	has(wire_take_rest(&wire), "HTTP/1.1 200");
	done(&wire);
}
END_TEST

static void order_watch_fault(enum fault_effect effect)
{
	static const char *const calls[] = {"k8s:WatchConfigMaps", NULL};
	const struct fault_rule rule = {.name = "f",
					.fault = "watch",
					.calls = calls,
					.facade = FACADE_KUBE,
					.effect = effect,
					.chance = 1};

	fault_add(rig.world, &rule);
	kube_interrupt_watches(rig.kube);
}

START_TEST(a_fault_ends_open_watches_and_new_ones)
{
	struct wire wire = with_cluster();
	struct wire again;

	send_request(&wire, "GET", MAPS "?watch=1", "Connection: close\r\n", "");
	wire_take(&wire, "\r\n\r\n");
	order_watch_fault(FAULT_WATCH_CLOSED);
	ck_assert_uint_eq(fault_fired(rig.world, "f"), 1);
	ck_assert_ptr_null(strstr(wire_take_rest(&wire), "ERROR"));
	wire_open(&again, rig.loop, kube_rig_port(&rig));
	send_request(&again, "GET", MAPS "?watch=1", "Connection: close\r\n", "");
	has(wire_take_rest(&again), "HTTP/1.1 200");
	ck_assert_uint_eq(fault_fired(rig.world, "f"), 2);
	wire_close(&again);
	done(&wire);
}
END_TEST

START_TEST(a_fault_lets_watches_expire)
{
	struct wire wire = with_cluster();

	send_request(&wire, "GET", MAPS "?watch=1", "Connection: close\r\n", "");
	wire_take(&wire, "\r\n\r\n");
	order_watch_fault(FAULT_WATCH_GONE);
	has(wire_take_rest(&wire), "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\"");
	ck_assert_uint_eq(fault_fired(rig.world, "f"), 1);
	done(&wire);
}
END_TEST

START_TEST(faults_look_like_a_servers)
{
	struct wire wire = with_cluster();
	static const char *const calls[] = {"k8s:GetConfigMap", NULL};
	struct fault_rule rule = {.name = "f",
				  .fault = "throttle",
				  .calls = calls,
				  .effect = FAULT_ERROR,
				  .first = 1,
				  .chance = 1};
	const struct journal_entry *entry;
	const char *reply;

	fault_add(rig.world, &rule);
	reply = get(&wire, MAPS "/kube-root-ca.crt", "");
	has(reply, "HTTP/1.1 429");
	has(reply, "Retry-After: 1\r\n");
	has(reply, "\"reason\":\"TooManyRequests\"");
	entry = journal_get(world_journal(rig.world), journal_last(world_journal(rig.world)));
	ck_assert_str_eq(entry->fault, "throttle");
	ck_assert_str_eq(entry->operation, "GetConfigMap");
	has(get(&wire, MAPS "/kube-root-ca.crt", ""), "HTTP/1.1 200");
	rule = (struct fault_rule){.name = "g",
				   .fault = "conflict",
				   .calls = calls,
				   .effect = FAULT_ERROR,
				   .first = 1,
				   .chance = 1};
	fault_add(rig.world, &rule);
	has(get(&wire, MAPS "/kube-root-ca.crt", ""),
	    "Operation cannot be fulfilled on configmaps");
	rule = (struct fault_rule){.name = "h",
				   .fault = "slow",
				   .calls = calls,
				   .effect = FAULT_DELAY,
				   .first = 1,
				   .chance = 1,
				   .delay_ms = 30};
	fault_add(rig.world, &rule);
	has(get(&wire, MAPS "/kube-root-ca.crt", ""), "HTTP/1.1 200");
	done(&wire);
}
END_TEST

START_TEST(a_lost_answer_is_a_change_without_a_reply)
{
	struct wire wire = with_cluster();
	static const char *const calls[] = {"k8s:CreateConfigMap", NULL};

	fault_add(rig.world, &(struct fault_rule){.name = "f",
						  .fault = "answer-lost",
						  .calls = calls,
						  .effect = FAULT_ANSWER_LOST,
						  .first = 1,
						  .chance = 1});
	send_request(&wire, "POST", MAPS, "", "{\"metadata\":{\"name\":\"lost\"}}");
	ck_assert_str_eq(wire_take_rest(&wire), "");
	kube_must(&rig, "GET", MAPS "/lost", NULL);
	done(&wire);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		health_and_version_answer,
		discovery_takes_the_form_that_is_asked_for,
		an_equal_etag_is_not_modified,
		the_accept_header_decides_in_its_order,
		bodies_are_json_or_yaml_and_nothing_unknown,
		a_watch_list_ends_with_its_bookmark_and_goes_on,
		a_watch_resumes_where_it_was,
		a_watch_of_the_future_is_refused,
		a_watch_ends_at_its_timeout,
		a_fault_ends_open_watches_and_new_ones,
		a_fault_lets_watches_expire,
		faults_look_like_a_servers,
		a_lost_answer_is_a_change_without_a_reply,
		NULL,
	};

	return suite_main("wire", tests);
}
