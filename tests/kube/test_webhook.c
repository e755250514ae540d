/* emulator/kube/webhook*.c: admission webhooks, served over TLS by this very process. */
#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/http/tls.h"
#include "tests/http/wire.h"
#include "emulator/world/tape.h"
#include "tests/kube/rig.h"

#define MAPS	   "/api/v1/namespaces/default/configmaps"
#define MUTATING   "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
#define VALIDATING "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"

static struct kube_rig rig;
static struct wire wire;
static struct http_server *server; /* of the webhooks */
static struct tls_pair ca, certificate;
static struct strs asked;     /* "OPERATION path", in order */
static struct json *question; /* the last AdmissionReview.request */
static bool hold, has_held;   /* whether to keep a question without an answer */
static struct request *held;

static void answer_with(struct request *request, const char *uid, const char *rest)
{
	_cleanup_(freep) char *text =
		xasprintf("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\","
			  "\"response\":{\"uid\":\"%s\",%s}}",
			  uid, rest);

	http_reply(request, 200, NULL, text, strlen(text));
}

static void answer_patch(struct request *request, const char *uid, const char *patch)
{
	_cleanup_(freep) char *encoded = base64_encode(patch, strlen(patch));
	_cleanup_(freep) char *rest =
		xasprintf("\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"%s\"", encoded);

	answer_with(request, uid, rest);
}

/* One path per behaviour. */
static void answer_review(struct request *request)
{
	const char *path = request->path, *uid = json_get_str(question, "uid");

	if (str_eq(path, "/deny"))
		answer_with(request, uid,
			    "\"allowed\":false,\"status\":{\"code\":403,\"reason\":\"Forbidden\","
			    "\"message\":\"not like this\"}");
	else if (str_eq(path, "/mute"))
		answer_with(request, uid, "\"allowed\":false");
	else if (str_eq(path, "/color"))
		answer_patch(request, uid,
			     "[{\"op\":\"add\",\"path\":\"/data/color\",\"value\":\"blue\"}]");
	else if (str_eq(path, "/wrong-uid"))
		answer_with(request, "other", "\"allowed\":true");
	else if (str_eq(path, "/broken"))
		http_reply(request, 200, NULL, "{", 1);
	else if (str_eq(path, "/error"))
		http_reply(request, 503, NULL, "", 0);
	else
		answer_with(request, uid, "\"allowed\":true,\"warnings\":[\"mind the gap\"]");
}

static void serve_review(struct request *request, void *userdata _unused_)
{
	struct json *review = NULL;
	struct err err = ERR_INIT;
	_cleanup_(freep) char *line = NULL;

	ck_assert_msg(json_parse(request->body, request->body_length, &review, &err), "%s",
		      err_text(&err));
	json_free(question);
	question = json_detach(review, "request");
	json_free(review);
	line = xasprintf("%s %s", json_get_str(question, "operation"), request->path);
	strs_add(&asked, line);
	ck_assert_str_eq(request->query, "timeout=10s");
	if (hold) {
		held = request;
		has_held = true;
		return;
	}
	answer_review(request);
}

static void open_rig(void)
{
	static const char *const names[] = {"localhost", "127.0.0.1", NULL};
	struct http_options options = {.body_max_bytes = 1 << 20, .serve = serve_review};
	struct err err = ERR_INIT;

	kube_rig_open(&rig, true);
	ck_assert(tls_make_ca("webhooks", &ca, &err));
	ck_assert(tls_make_server(&ca, names, &certificate, &err));
	options.certificate_pem = certificate.certificate_pem;
	options.key_pem = certificate.key_pem;
	ck_assert(http_server_new(rig.loop, &options, &server, &err));
	wire_open(&wire, rig.loop, kube_rig_port(&rig));
	hold = has_held = false;
}

static void close_rig(void)
{
	wire_close(&wire);
	/* the questions' connections end first, or their server would wait for them */
	kube_free(steal(rig.kube));
	http_server_free(server);
	kube_rig_close(&rig);
	tls_pair_done(&ca);
	tls_pair_done(&certificate);
	json_free(steal(question));
	strs_done(&asked);
	asked = (struct strs){};
}

/* A configuration with one webhook for ConfigMaps; more like ", 'failurePolicy': 'Ignore'". */
static void add_webhook_for(const char *collection, const char *name, const char *client,
			    const char *more)
{
	_cleanup_(freep) char *body = xasprintf(
		"{'metadata':{'name':'%s'},'webhooks':[{'name':'%s.sky.example','clientConfig':%s,"
		"'rules':[{'operations':['CREATE','UPDATE','DELETE'],'apiGroups':[''],"
		"'apiVersions':['v1'],'resources':['configmaps']}],'sideEffects':'None',"
		"'admissionReviewVersions':['v1']%s}]}",
		name, name, client, more);

	kube_must(&rig, "POST", collection, body);
}

static void add_webhook(const char *collection, const char *name, const char *more)
{
	_cleanup_(freep) char *bundle =
		base64_encode(ca.certificate_pem, strlen(ca.certificate_pem));
	_cleanup_(freep) char *client =
		xasprintf("{'url':'https://127.0.0.1:%u/%s','caBundle':'%s'}",
			  http_server_port(server), name, bundle);

	add_webhook_for(collection, name, client, more);
}

static const char *ask(const char *method, const char *path, const char *body)
{
	_cleanup_(freep) char *text = xasprintf(
		"%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
		method, path,
		str_eq(method, "PATCH") ? "application/merge-patch+json" : "application/json",
		strlen(body), body);

	wire_send(&wire, text);
	return wire_take_reply(&wire);
}

static void has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part), "no \"%s\" in: %s", part, text);
}

#define MAP "{\"metadata\":{\"name\":\"m\"},\"data\":{\"a\":\"b\"}}"

START_TEST(a_mutating_webhook_changes_what_is_stored)
{
	open_rig();
	add_webhook(MUTATING, "color", "");
	has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
	kube_must(&rig, "GET", MAPS "/m", NULL);
	ck_assert_str_eq(kube_text(&rig, "data.color"), "blue");
	ck_assert_str_eq(kube_text(&rig, "data.a"), "b");
	ck_assert_uint_eq(asked.count, 1);
	close_rig();
}
END_TEST

START_TEST(a_webhook_is_told_who_asks_for_what)
{
	open_rig();
	add_webhook(VALIDATING, "yes", "");
	has(ask("POST", MAPS "?fieldManager=qa", MAP), "HTTP/1.1 201");
	ck_assert_str_eq(json_find_str(question, "kind", "kind", NULL), "ConfigMap");
	ck_assert_str_eq(json_find_str(question, "resource", "resource", NULL), "configmaps");
	ck_assert_str_eq(json_get_str(question, "name"), "m");
	ck_assert_str_eq(json_get_str(question, "namespace"), "default");
	ck_assert_str_eq(json_find_str(question, "options", "kind", NULL), "CreateOptions");
	ck_assert_str_eq(json_find_str(question, "options", "fieldManager", NULL), "qa");
	ck_assert(json_is_null(json_get(question, "oldObject")));
	ck_assert_ptr_nonnull(json_find_str(question, "userInfo", "username", NULL));
	kube_must(&rig, "GET", MAPS "/m", NULL);
	ck_assert_str_eq(json_find_str(question, "object", "metadata", "uid", NULL),
			 kube_text(&rig, "metadata.uid"));
	has(ask("PATCH", MAPS "/m", "{\"data\":{\"a\":\"c\"}}"), "HTTP/1.1 200");
	ck_assert_str_eq(json_get_str(question, "operation"), "UPDATE");
	ck_assert_str_eq(json_find_str(question, "oldObject", "data", "a", NULL), "b");
	ck_assert_str_eq(json_find_str(question, "object", "data", "a", NULL), "c");
	has(ask("DELETE", MAPS "/m", ""), "HTTP/1.1 200");
	ck_assert_str_eq(json_get_str(question, "operation"), "DELETE");
	ck_assert(json_is_null(json_get(question, "object")));
	close_rig();
}
END_TEST

START_TEST(warnings_of_a_webhook_reach_the_client)
{
	open_rig();
	add_webhook(VALIDATING, "yes", "");
	has(ask("POST", MAPS, MAP), "Warning: 299 - \"mind the gap\"\r\n");
	close_rig();
}
END_TEST

START_TEST(a_denied_request_changes_nothing_and_says_why)
{
	const char *reply;

	open_rig();
	add_webhook(VALIDATING, "deny", "");
	reply = ask("POST", MAPS, MAP);
	has(reply, "HTTP/1.1 403");
	has(reply, "admission webhook \\\"deny.sky.example\\\" denied the request: not like this");
	has(reply, "\"reason\":\"Forbidden\"");
	kube_refused(&rig, "GET", MAPS "/m", NULL, 404, "configmaps \"m\" not found");
	close_rig();
}
END_TEST

START_TEST(a_denial_without_words_says_so)
{
	const char *reply;

	open_rig();
	add_webhook(MUTATING, "mute", "");
	reply = ask("POST", MAPS, MAP);
	has(reply, "HTTP/1.1 400");
	has(reply, "denied the request without explanation");
	close_rig();
}
END_TEST

START_TEST(mutating_webhooks_are_asked_by_name_and_before_validating_ones)
{
	open_rig();
	add_webhook(VALIDATING, "a-yes", "");
	add_webhook(MUTATING, "color", "");
	add_webhook(MUTATING, "b-yes", "");
	has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
	ck_assert_uint_eq(asked.count, 3);
	ck_assert_str_eq(asked.items[0], "CREATE /b-yes");
	ck_assert_str_eq(asked.items[1], "CREATE /color");
	ck_assert_str_eq(asked.items[2], "CREATE /a-yes");
	ck_assert_str_eq(json_find_str(question, "object", "data", "color", NULL), "blue");
	close_rig();
}
END_TEST

START_TEST(a_webhook_is_asked_again_when_a_later_one_changed_the_object)
{
	open_rig();
	add_webhook(MUTATING, "a-yes", ",'reinvocationPolicy':'IfNeeded'");
	add_webhook(MUTATING, "b-yes", "");
	add_webhook(MUTATING, "color", ",'reinvocationPolicy':'IfNeeded'");
	has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
	ck_assert_uint_eq(asked.count, 4);
	ck_assert_str_eq(asked.items[3], "CREATE /a-yes");
	close_rig();
}
END_TEST

/* Each row: a path that fails, and what a client reads. */
START_TEST(a_webhook_that_fails_fails_the_request_or_is_ignored)
{
	static const struct {
		const char *path, *text;
	} rows[] = {
		{"wrong-uid", "expected response.uid="},
		{"broken", "failed calling webhook"},
		{"error", "the server answered 503"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *reply;

		open_rig();
		add_webhook(VALIDATING, rows[i].path, "");
		reply = ask("POST", MAPS, MAP);
		has(reply, "HTTP/1.1 500");
		has(reply, "Internal error occurred: failed calling webhook");
		has(reply, rows[i].text);
		kube_must(&rig, "DELETE", VALIDATING, NULL);
		add_webhook(VALIDATING, rows[i].path, ",'failurePolicy':'Ignore'");
		has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
		close_rig();
	}
}
END_TEST

START_TEST(nobody_behind_a_webhook_is_said_as_go_says_it)
{
	const char *reply;

	open_rig();
	add_webhook_for(VALIDATING, "gone", "{'url':'https://127.0.0.1:1/x'}", "");
	reply = ask("POST", MAPS, MAP);
	has(reply, "failed calling webhook \\\"gone.sky.example\\\": failed to call webhook: Post "
		   "\\\"https://127.0.0.1:1/x?timeout=10s\\\": dial tcp 127.0.0.1:1: connect: "
		   "connection refused");
	kube_must(&rig, "DELETE", VALIDATING, NULL);
	add_webhook_for(VALIDATING, "far", "{'url':'https://192.0.2.1/x'}", "");
	has(ask("POST", MAPS, MAP), "only loopback addresses can be reached");
	kube_must(&rig, "DELETE", VALIDATING, NULL);
	add_webhook_for(VALIDATING, "pods", "{'service':{'name':'hook','namespace':'qa'}}", "");
	has(ask("POST", MAPS, MAP), "https://hook.qa.svc:443/?timeout=10s\\\": no endpoints "
				    "available for service \\\"hook\\\"");
	close_rig();
}
END_TEST

START_TEST(a_webhook_must_show_a_certificate_of_its_bundle)
{
	_cleanup_(tls_pair_done) struct tls_pair other = {};
	_cleanup_(freep) char *bundle = NULL, *client = NULL;
	struct err err = ERR_INIT;

	open_rig();
	ck_assert(tls_make_ca("another", &other, &err));
	bundle = base64_encode(other.certificate_pem, strlen(other.certificate_pem));
	client = xasprintf("{'url':'https://127.0.0.1:%u/yes','caBundle':'%s'}",
			   http_server_port(server), bundle);
	add_webhook_for(VALIDATING, "yes", client, "");
	has(ask("POST", MAPS, MAP), "certificate signed by unknown authority");
	ck_assert_uint_eq(asked.count, 0);
	close_rig();
}
END_TEST

START_TEST(selectors_and_rules_choose_whom_to_ask)
{
	open_rig();
	add_webhook(
		VALIDATING, "deny",
		",'objectSelector':{'matchLabels':{'watch':'me'}},"
		"'namespaceSelector':{'matchLabels':{'kubernetes.io/metadata.name':'default'}}");
	has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
	has(ask("POST", MAPS, "{\"metadata\":{\"name\":\"w\",\"labels\":{\"watch\":\"me\"}}}"),
	    "HTTP/1.1 403");
	has(ask("POST", "/api/v1/namespaces/kube-system/configmaps",
		"{\"metadata\":{\"name\":\"w\",\"labels\":{\"watch\":\"me\"}}}"),
	    "HTTP/1.1 201");
	has(ask("POST", "/api/v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"s\"}}"),
	    "HTTP/1.1 201");
	ck_assert_uint_eq(asked.count, 1);
	close_rig();
}
END_TEST

START_TEST(a_dry_run_needs_a_webhook_without_side_effects)
{
	open_rig();
	add_webhook(VALIDATING, "yes", "");
	has(ask("POST", MAPS "?dryRun=All", MAP), "HTTP/1.1 201");
	ck_assert(json_get_bool(question, "dryRun", false));
	kube_refused(&rig, "GET", MAPS "/m", NULL, 404, "configmaps \"m\" not found");
	close_rig();
}
END_TEST

#define MINE "{\"data\":{\"mine\":\"1\"}}"

/* The most reviews that an event of the tape has. */
static void count_reviews(const struct tape_event *event, void *userdata)
{
	size_t *most = userdata, count = json_size(json_get(event->what, "reviews"));

	*most = count > *most ? count : *most;
}

START_TEST(the_object_that_moved_under_review_is_reviewed_again)
{
	_cleanup_(freep) char *patch = NULL;
	size_t reviews = 0;

	open_rig();
	tape_set(rig.world, count_reviews, &reviews);
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'m'},'data':{'a':'b'}}");
	add_webhook(VALIDATING, "yes", "");
	hold = true;
	patch = xasprintf("PATCH %s HTTP/1.1\r\nHost: x\r\nContent-Type: "
			  "application/merge-patch+json\r\nContent-Length: %zu\r\n\r\n%s",
			  MAPS "/m", strlen(MINE), MINE);
	wire_send(&wire, patch);
	wire_until(rig.loop, &has_held);
	ck_assert(kube_patch(&rig, "merge", MAPS "/m", "{'data':{'theirs':'2'}}"));
	hold = false;
	answer_review(steal(held));
	has(wire_take_reply(&wire), "HTTP/1.1 200");
	ck_assert_uint_eq(asked.count, 2);
	ck_assert_uint_eq(reviews, 1); /* played, it is asked once */
	tape_set(rig.world, NULL, NULL);
	ck_assert_str_eq(json_find_str(question, "object", "data", "theirs", NULL), "2");
	kube_must(&rig, "GET", MAPS "/m", NULL);
	ck_assert_str_eq(kube_text(&rig, "data.mine"), "1");
	ck_assert_str_eq(kube_text(&rig, "data.theirs"), "2");
	close_rig();
}
END_TEST

START_TEST(a_client_that_leaves_takes_its_question_along)
{
	_cleanup_(freep) char *text = NULL;

	open_rig();
	add_webhook(VALIDATING, "yes", "");
	hold = true;
	text = xasprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", MAPS,
			 strlen(MAP), MAP);
	wire_send(&wire, text);
	wire_until(rig.loop, &has_held);
	wire_close(&wire);
	wire_settle(rig.loop);
	wire_open(&wire, rig.loop, kube_rig_port(&rig));
	hold = false;
	answer_review(steal(held));
	kube_refused(&rig, "GET", MAPS "/m", NULL, 404, "configmaps \"m\" not found");
	has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
	close_rig();
}
END_TEST

/* What the last event that tells ordinals says of them. */
static void keep_ordinals(const struct tape_event *event, void *userdata)
{
	struct json **kept = userdata;

	if (!json_get(event->what, "ordinals"))
		return;
	json_free(*kept);
	*kept = json_copy(event->what);
}

static char *make_map(void)
{
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'m'},'data':{'a':'b'}}");
	return xstrdup(kube_text(&rig, "metadata.uid"));
}

static char *make_map_again(void)
{
	kube_must(&rig, "DELETE", MAPS "/m", NULL);
	return make_map();
}

START_TEST(a_tape_tells_the_ordinals_that_a_lost_request_has_used_up)
{
	_cleanup_(json_freep) struct json *kept = NULL;
	_cleanup_(freep) char *text = NULL, *uid = NULL, *next = NULL;
	_cleanup_(freep) char *played = NULL, *played_next = NULL;

	open_rig();
	tape_set(rig.world, keep_ordinals, &kept);
	add_webhook(VALIDATING, "yes", "");
	hold = true;
	text = xasprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", MAPS,
			 strlen(MAP), MAP);
	wire_send(&wire, text);
	wire_until(rig.loop, &has_held);
	wire_close(&wire);
	wire_settle(rig.loop);
	wire_open(&wire, rig.loop, kube_rig_port(&rig));
	hold = false;
	answer_review(steal(held));
	ck_assert_ptr_null(kept); /* no event, nothing to be told */
	uid = make_map();
	ck_assert_ptr_nonnull(kept);
	next = make_map_again();
	tape_set(rig.world, NULL, NULL);
	close_rig();

	open_rig();
	kube_script(rig.kube, kept);
	played = make_map();
	kube_script(rig.kube, NULL);
	played_next = make_map_again();
	ck_assert_str_eq(uid, played);
	ck_assert_str_eq(next, played_next); /* from there on both count the same */
	close_rig();
}
END_TEST

START_TEST(a_person_s_request_without_a_wire_is_reviewed_too)
{
	_cleanup_(json_freep) struct json *map = NULL;
	struct err err = ERR_INIT;

	open_rig();
	map = test_json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},"
			"'data':{'a':'b'}}");
	add_webhook(MUTATING, "color", "");
	add_webhook(VALIDATING, "yes", "");
	ck_assert_msg(kube_apply_admitted(rig.cluster, "operator", map, NULL, &err), "%s",
		      err_text(&err));
	ck_assert_uint_eq(asked.count, 2);
	kube_must(&rig, "GET", MAPS "/m", NULL);
	ck_assert_str_eq(kube_text(&rig, "data.color"), "blue");
	kube_must(&rig, "DELETE", MUTATING, NULL); /* it would patch what is to go */
	add_webhook(VALIDATING, "deny", "");
	ck_assert(!kube_invoke_admitted(rig.cluster, "operator", "DELETE", MAPS "/m", NULL, NULL,
					NULL, &err));
	ck_assert_int_eq(err.status, 403);
	has(err_text(&err), "not like this");
	err_done(&err);
	kube_must(&rig, "GET", MAPS "/m", NULL);
	close_rig();
}
END_TEST

START_TEST(conditions_choose_whom_to_ask)
{
	static const struct {
		const char *condition;
		bool asks;
	} rows[] = {
		{"object.data.a == \\u0027b\\u0027 && object.kind == \\u0027ConfigMap\\u0027",
		 true},
		{"object.data.a == \\u0027c\\u0027", false},
		{"oldObject == null && request.operation == \\u0027CREATE\\u0027", true},
		{"request.namespace == \\u0027default\\u0027 && request.name == \\u0027m\\u0027 && "
		 "request.resource.resource == \\u0027configmaps\\u0027 && !request.dryRun",
		 true},
		{"request.userInfo.username == \\u0027nobody\\u0027 || has(request.subResource)",
		 false},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *more = xasprintf(
			",'matchConditions':[{'name':'x','expression':'%s'}]", rows[i].condition);

		open_rig();
		add_webhook(VALIDATING, "deny", more);
		has(ask("POST", MAPS, MAP), rows[i].asks ? "HTTP/1.1 403" : "HTTP/1.1 201");
		ck_assert_msg(asked.count == rows[i].asks, "%s", rows[i].condition);
		close_rig();
	}
}
END_TEST

START_TEST(a_condition_that_fails_refuses_the_request_or_is_ignored)
{
	static const char broken[] =
		"'matchConditions':[{'name':'x','expression':'object.data.zz == 1'}]";
	_cleanup_(freep) char *fail = xasprintf(",%s", broken);
	_cleanup_(freep) char *ignore = xasprintf(",'failurePolicy':'Ignore',%s", broken);
	const char *answer;

	open_rig();
	add_webhook(VALIDATING, "yes", fail);
	answer = ask("POST", MAPS, MAP);
	has(answer, "HTTP/1.1 403");
	has(answer,
	    "configmaps \\\"m\\\" is forbidden: expression 'object.data.zz == 1' resulted in "
	    "error: no such key: zz");
	ck_assert_uint_eq(asked.count, 0);
	ck_assert(!kube_ask(&rig, "GET", MAPS "/m", NULL));
	close_rig();
	open_rig();
	add_webhook(VALIDATING, "yes", ignore);
	has(ask("POST", MAPS, MAP), "HTTP/1.1 201");
	ck_assert_uint_eq(asked.count, 0);
	close_rig();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_mutating_webhook_changes_what_is_stored,
		a_webhook_is_told_who_asks_for_what,
		warnings_of_a_webhook_reach_the_client,
		a_denied_request_changes_nothing_and_says_why,
		a_denial_without_words_says_so,
		mutating_webhooks_are_asked_by_name_and_before_validating_ones,
		a_webhook_is_asked_again_when_a_later_one_changed_the_object,
		a_webhook_that_fails_fails_the_request_or_is_ignored,
		nobody_behind_a_webhook_is_said_as_go_says_it,
		a_webhook_must_show_a_certificate_of_its_bundle,
		selectors_and_rules_choose_whom_to_ask,
		a_dry_run_needs_a_webhook_without_side_effects,
		the_object_that_moved_under_review_is_reviewed_again,
		a_client_that_leaves_takes_its_question_along,
		a_tape_tells_the_ordinals_that_a_lost_request_has_used_up,
		a_person_s_request_without_a_wire_is_reviewed_too,
		conditions_choose_whom_to_ask,
		a_condition_that_fails_refuses_the_request_or_is_ignored,
		NULL,
	};

	return suite_main("kube_webhook", tests);
}
