/* emulator/kube/registry*.c: create, read, update, delete, in Kubernetes' words. */
#include "emulator/base/json.h"
#include "tests/kube/rig.h"

#define MAPS "/api/v1/namespaces/default/configmaps"
#define MAP  MAPS "/a"

static struct kube_rig rig;

static void with_map(void)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'a'},'data':{'k':'v'}}");
}

START_TEST(a_created_object_has_what_the_system_gives_it)
{
	with_map();
	ck_assert_str_eq(kube_text(&rig, "kind"), "ConfigMap");
	ck_assert_str_eq(kube_text(&rig, "apiVersion"), "v1");
	ck_assert_str_eq(kube_text(&rig, "metadata.namespace"), "default");
	ck_assert_uint_eq(strlen(kube_text(&rig, "metadata.uid")), 36);
	ck_assert_uint_eq(strlen(kube_text(&rig, "metadata.creationTimestamp")), 20);
	ck_assert_uint_eq(strtoull(kube_text(&rig, "metadata.resourceVersion"), NULL, 10),
			  kube_revision(&rig));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(the_same_name_cannot_be_created_twice)
{
	with_map();
	kube_refused(&rig, "POST", MAPS, "{'metadata':{'name':'a'}}", 409,
		     "configmaps \"a\" already exists");
	ck_assert_str_eq(rig.err.wire, "AlreadyExists");
	ck_assert_str_eq(json_get_str(rig.err.details, "kind"), "configmaps");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(equal_runs_give_equal_uids_and_a_new_object_another_one)
{
	_cleanup_(freep) char *first = NULL, *second = NULL;

	with_map();
	first = xstrdup(kube_text(&rig, "metadata.uid"));
	kube_must(&rig, "DELETE", MAP, NULL);
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'a'}}");
	second = xstrdup(kube_text(&rig, "metadata.uid"));
	kube_rig_close(&rig);
	ck_assert_str_ne(first, second);
	with_map();
	ck_assert_str_eq(kube_text(&rig, "metadata.uid"), first);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_generated_name_has_five_characters_behind_its_base)
{
	with_map();
	kube_must(&rig, "POST", MAPS, "{'metadata':{'generateName':'x-'}}");
	ck_assert_uint_eq(strlen(kube_text(&rig, "metadata.name")), 7);
	ck_assert_uint_eq(
		strspn(kube_text(&rig, "metadata.name") + 2, "bcdfghjklmnpqrstvwxz2456789"), 5);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_bad_name_is_invalid_with_its_cause)
{
	const struct json *cause;

	with_map();
	ck_assert(!kube_ask(&rig, "POST", MAPS, "{'metadata':{'name':'A_'}}"));
	ck_assert_int_eq(rig.err.status, 422);
	cause = json_first(json_get(rig.err.details, "causes"));
	ck_assert_str_eq(json_get_str(cause, "field"), "metadata.name");
	ck_assert_str_eq(json_get_str(cause, "reason"), "FieldValueInvalid");
	kube_refused(&rig, "POST", MAPS, "{}", 422,
		     "ConfigMap \"\" is invalid: metadata.name: Required value: name or "
		     "generateName is required");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(nothing_is_created_in_a_namespace_that_is_not_there)
{
	with_map();
	kube_refused(&rig, "POST", "/api/v1/namespaces/nope/configmaps",
		     "{'metadata':{'name':'a'}}", 404, "namespaces \"nope\" not found");
	kube_refused(&rig, "POST", MAPS, "{'metadata':{'name':'b','namespace':'other'}}", 400,
		     "the namespace of the provided object does not match the namespace sent on "
		     "the request");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_stale_resource_version_is_a_conflict)
{
	with_map();
	kube_must(&rig, "PUT", MAP, "{'metadata':{'name':'a'},'data':{'k':'w'}}");
	kube_refused(&rig, "PUT", MAP, "{'metadata':{'name':'a','resourceVersion':'1'}}", 409,
		     "Operation cannot be fulfilled on configmaps \"a\": the object has been "
		     "modified; please apply your changes to the latest version and try again");
	ck_assert_str_eq(rig.err.wire, "Conflict");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_update_that_changes_nothing_takes_no_revision)
{
	uint64_t before;

	with_map();
	before = kube_revision(&rig);
	kube_must(&rig, "PUT", MAP, "{'metadata':{'name':'a'},'data':{'k':'v'}}");
	ck_assert_uint_eq(kube_revision(&rig), before);
	ck_assert(kube_patch(&rig, "merge", MAP, "{}"));
	ck_assert_uint_eq(kube_revision(&rig), before);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(what_the_system_owns_survives_an_update)
{
	_cleanup_(freep) char *uid = NULL;

	with_map();
	uid = xstrdup(kube_text(&rig, "metadata.uid"));
	kube_must(&rig, "PUT", MAP,
		  "{'metadata':{'name':'a','creationTimestamp':'2001-01-01T00:00:00Z',"
		  "'generation':7}}");
	ck_assert_str_eq(kube_text(&rig, "metadata.uid"), uid);
	ck_assert_str_ne(kube_text(&rig, "metadata.creationTimestamp"), "2001-01-01T00:00:00Z");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "");
	kube_refused(&rig, "PUT", MAP, "{'metadata':{'name':'b'}}", 400,
		     "the name of the object (b) does not match the name on the URL (a)");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_dry_run_answers_and_changes_nothing)
{
	uint64_t before;

	with_map();
	before = kube_revision(&rig);
	kube_must(&rig, "POST", MAPS "?dryRun=All", "{'metadata':{'name':'b'}}");
	ck_assert_str_eq(kube_text(&rig, "metadata.resourceVersion"), "");
	ck_assert_uint_eq(kube_revision(&rig), before);
	kube_refused(&rig, "GET", MAPS "/b", NULL, 404, "configmaps \"b\" not found");
	kube_refused(&rig, "POST", MAPS "?dryRun=Some", "{'metadata':{'name':'b'}}", 422,
		     "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: "
		     "[\"Some\"]: supported values: \"All\"");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_finalizer_keeps_a_deleted_object_until_it_is_taken_off)
{
	with_map();
	ck_assert(kube_patch(&rig, "merge", MAP, "{'metadata':{'finalizers':['x.y/z']}}"));
	kube_must(&rig, "DELETE", MAP, NULL);
	kube_must(&rig, "GET", MAP, NULL);
	ck_assert_uint_eq(strlen(kube_text(&rig, "metadata.deletionTimestamp")), 20);
	ck_assert_str_eq(kube_text(&rig, "metadata.deletionGracePeriodSeconds"), "0");
	ck_assert(!kube_patch(&rig, "merge", MAP, "{'metadata':{'finalizers':['x.y/z','n/w']}}"));
	ck_assert_str_eq(err_text(&rig.err),
			 "ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new "
			 "finalizers can be added if the object is being deleted, found new "
			 "finalizers []string{\"n/w\"}");
	ck_assert(kube_patch(&rig, "merge", MAP, "{'metadata':{'finalizers':null}}"));
	kube_refused(&rig, "GET", MAP, NULL, 404, "configmaps \"a\" not found");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(preconditions_of_a_deletion_hold)
{
	_cleanup_(freep) char *text = NULL;

	with_map();
	text = xasprintf("Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in "
			 "the precondition (1) does not match the ResourceVersion in record (%s). "
			 "The object might have been modified",
			 kube_text(&rig, "metadata.resourceVersion"));
	kube_refused(&rig, "DELETE", MAP, "{'preconditions':{'resourceVersion':'1'}}", 409, text);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_foreground_deletion_waits_for_the_garbage_collector)
{
	with_map();
	kube_must(&rig, "DELETE", MAP "?propagationPolicy=Foreground", NULL);
	kube_must(&rig, "GET", MAP, NULL);
	ck_assert_str_eq(kube_text(&rig, "metadata.finalizers"), "[\"foregroundDeletion\"]");
	kube_refused(&rig, "DELETE", MAP "?propagationPolicy=Sideways", NULL, 422,
		     "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported "
		     "value: \"Sideways\": supported values: \"Foreground\", \"Background\", "
		     "\"Orphan\", \"nil\"");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_collection_is_deleted_by_selector)
{
	with_map();
	kube_must(&rig, "POST", MAPS, "{'metadata':{'name':'b','labels':{'x':'y'}}}");
	kube_must(&rig, "DELETE", MAPS "?labelSelector=x%3Dy", NULL);
	kube_refused(&rig, "GET", MAPS "/b", NULL, 404, "configmaps \"b\" not found");
	kube_must(&rig, "GET", MAP, NULL);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(verbs_and_resources_that_are_not_there_are_refused)
{
	with_map();
	kube_refused(&rig, "POST", MAP, "{}", 405,
		     "the server does not allow this method on the requested resource");
	kube_refused(&rig, "GET", "/api/v1/namespaces/default/nothings", NULL, 404,
		     "the server could not find the requested resource "
		     "(/api/v1/namespaces/default/nothings)");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(the_journal_knows_each_request_by_verb_and_kind)
{
	const struct journal_entry *entry;

	with_map();
	entry = journal_get(world_journal(rig.world), journal_last(world_journal(rig.world)));
	ck_assert_str_eq(entry->service, "k8s");
	ck_assert_str_eq(entry->operation, "CreateConfigMap");
	ck_assert_str_eq(entry->actor, "operator");
	ck_assert_int_eq(entry->status, 201);
	ck_assert_str_eq(json_get_str(entry->params, "name"), "a");
	kube_must(&rig, "GET", "/apis/networking.k8s.io/v1/networkpolicies", NULL);
	entry = journal_get(world_journal(rig.world), journal_last(world_journal(rig.world)));
	ck_assert_str_eq(entry->operation, "ListNetworkPolicies");
	ck_assert(!kube_ask(&rig, "GET", MAPS "/nope", NULL));
	entry = journal_get(world_journal(rig.world), journal_last(world_journal(rig.world)));
	ck_assert_int_eq(entry->status, 404);
	ck_assert_str_eq(entry->code, "NotFound");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_cluster_begins_with_its_system_objects)
{
	static const char *const paths[] = {
		"/api/v1/namespaces/kube-system",
		"/api/v1/namespaces/kube-node-lease",
		"/api/v1/namespaces/default/services/kubernetes",
		"/api/v1/namespaces/default/serviceaccounts/default",
		"/api/v1/namespaces/kube-public/configmaps/kube-root-ca.crt",
		"/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication",
		"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes",
	};

	kube_rig_open(&rig, false);
	for (size_t i = 0; i < array_size(paths); i++)
		kube_must(&rig, "GET", paths[i], NULL);
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_created_object_has_what_the_system_gives_it,
		the_same_name_cannot_be_created_twice,
		equal_runs_give_equal_uids_and_a_new_object_another_one,
		a_generated_name_has_five_characters_behind_its_base,
		a_bad_name_is_invalid_with_its_cause,
		nothing_is_created_in_a_namespace_that_is_not_there,
		a_stale_resource_version_is_a_conflict,
		an_update_that_changes_nothing_takes_no_revision,
		what_the_system_owns_survives_an_update,
		a_dry_run_answers_and_changes_nothing,
		a_finalizer_keeps_a_deleted_object_until_it_is_taken_off,
		preconditions_of_a_deletion_hold,
		a_foreground_deletion_waits_for_the_garbage_collector,
		a_collection_is_deleted_by_selector,
		verbs_and_resources_that_are_not_there_are_refused,
		the_journal_knows_each_request_by_verb_and_kind,
		a_cluster_begins_with_its_system_objects,
		NULL,
	};

	return suite_main("registry", tests);
}
