/* emulator/kube/controllers: endpoint slices and the garbage collector. */
#include "emulator/kube/controllers.h"

#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "tests/kube/rig.h"

#define CORE	 "/api/v1/namespaces/default/"
#define SERVICES CORE "services"
#define PODS	 CORE "pods"
#define MAPS	 CORE "configmaps"
#define SLICES                                                                                     \
	"/apis/discovery.k8s.io/v1/namespaces/default/"                                            \
	"endpointslices?labelSelector=kubernetes.io/service-name=echo"
#define ECHO                                                                                       \
	"{'metadata':{'name':'echo','labels':{'team':'x'}},'spec':{'selector':{'app':'echo'},"     \
	"'ports':[{'name':'http','port':80,'targetPort':'web'}]}}"

static struct kube_rig rig;

static void settle(void)
{
	size_t steps = controllers_run(rig.kube->controllers);

	ck_assert_uint_lt(steps, 1000);
}

static void open_rig(void)
{
	kube_rig_open(&rig, false);
	settle();
}

static void must_merge(const char *path, const char *body)
{
	ck_assert_msg(kube_patch(&rig, "merge", path, body), "%s: %s", path, err_text(&rig.err));
}

static void add_pod(const char *name, const char *address, bool ready)
{
	_cleanup_(freep) char *pod = xasprintf(
		"{'metadata':{'name':'%s','labels':{'app':'echo'}},'spec':{'nodeName':'n1',"
		"'containers':[{'name':'c','image':'i','ports':[{'name':'web','containerPort':8080}]"
		"}]}}",
		name);
	_cleanup_(freep) char *path = xasprintf(PODS "/%s/status", name);
	_cleanup_(freep) char *status = xasprintf(
		"{'status':{'phase':'Running','podIP':'%s','conditions':[{'type':'Ready','status':"
		"'%s'}]}}",
		address, ready ? "True" : "False");

	kube_must(&rig, "POST", PODS, pod);
	must_merge(path, status);
}

/* The slices of the Service echo, as the answer. */
static size_t slices(void)
{
	settle();
	kube_must(&rig, "GET", SLICES, NULL);
	return json_size(json_get(rig.answer, "items"));
}

static const struct json *slice(void)
{
	ck_assert_uint_eq(slices(), 1);
	return json_first(json_get(rig.answer, "items"));
}

static const struct json *endpoint(size_t index)
{
	return json_at(json_get(slice(), "endpoints"), index);
}

static const char *printed(const struct json *json)
{
	_cleanup_(freep) char *text = json ? json_to_text(json) : xstrdup("");

	return intern(text);
}

START_TEST(a_service_has_a_slice_with_its_pods)
{
	const struct json *one;

	open_rig();
	kube_must(&rig, "POST", "/api/v1/nodes",
		  "{'metadata':{'name':'n1','labels':{'topology.kubernetes.io/zone':'z'}}}");
	kube_must(&rig, "POST", SERVICES, ECHO);
	add_pod("a", "10.0.0.1", true);
	add_pod("b", "10.0.0.2", false);
	one = slice();
	ck_assert(str_starts_with(json_find_str(one, "metadata", "name", NULL), "echo-"));
	ck_assert_uint_eq(strlen(json_find_str(one, "metadata", "name", NULL)), 10);
	ck_assert_str_eq(printed(json_find(one, "metadata", "labels", NULL)),
			 "{\"team\":\"x\",\"kubernetes.io/service-name\":\"echo\","
			 "\"endpointslice.kubernetes.io/managed-by\":"
			 "\"endpointslice-controller.k8s.io\"}");
	ck_assert_str_eq(
		json_get_str(json_first(json_find(one, "metadata", "ownerReferences", NULL)),
			     "kind"),
		"Service");
	ck_assert_str_eq(json_get_str(one, "addressType"), "IPv4");
	ck_assert_str_eq(printed(json_get(one, "ports")),
			 "[{\"name\":\"http\",\"protocol\":\"TCP\",\"port\":8080}]");
	ck_assert_str_eq(printed(json_get(endpoint(0), "addresses")), "[\"10.0.0.1\"]");
	ck_assert_str_eq(printed(json_get(endpoint(0), "conditions")),
			 "{\"ready\":true,\"serving\":true,\"terminating\":false}");
	ck_assert_str_eq(json_find_str(endpoint(0), "targetRef", "name", NULL), "a");
	ck_assert_str_eq(json_get_str(endpoint(0), "nodeName"), "n1");
	ck_assert_str_eq(json_get_str(endpoint(0), "zone"), "z");
	ck_assert_str_eq(printed(json_get(endpoint(1), "conditions")),
			 "{\"ready\":false,\"serving\":false,\"terminating\":false}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_slice_follows_its_pods)
{
	uint64_t before;

	open_rig();
	kube_must(&rig, "POST", SERVICES, ECHO);
	add_pod("a", "10.0.0.1", true);
	ck_assert(endpoint(0));
	before = kube_revision(&rig);
	settle();
	ck_assert_uint_eq(kube_revision(&rig), before); /* nothing left to do */
	kube_must(&rig, "DELETE", PODS "/a", NULL);
	ck_assert_str_eq(printed(json_get(endpoint(0), "conditions")),
			 "{\"ready\":false,\"serving\":true,\"terminating\":true}");
	kube_must(&rig, "DELETE", PODS "/a?gracePeriodSeconds=0", NULL);
	ck_assert(!endpoint(0));
	add_pod("b", "10.0.0.2", true);
	ck_assert(endpoint(0));
	must_merge(PODS "/b", "{'metadata':{'labels':{'app':'other'}}}");
	ck_assert(!endpoint(0));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_deleted_slice_comes_back_and_goes_with_its_service)
{
	_cleanup_(freep) char *path = NULL;

	open_rig();
	kube_must(&rig, "POST", SERVICES, ECHO);
	path = xasprintf("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/%s",
			 json_find_str(slice(), "metadata", "name", NULL));
	kube_must(&rig, "DELETE", path, NULL);
	ck_assert_uint_eq(slices(), 1);
	kube_must(&rig, "DELETE", SERVICES "/echo", NULL);
	ck_assert_uint_eq(slices(), 0);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_service_without_selector_has_no_slices_of_ours)
{
	open_rig();
	kube_must(&rig, "POST", SERVICES, ECHO);
	ck_assert_uint_eq(slices(), 1);
	must_merge(SERVICES "/echo", "{'spec':{'selector':null}}");
	ck_assert_uint_eq(slices(), 0);
	kube_rig_close(&rig);
}
END_TEST

/* Makes a ConfigMap, with an owner when that is given. */
static void add_map(const char *name, const char *owner, bool block)
{
	_cleanup_(freep) char *path = owner ? xasprintf(MAPS "/%s", owner) : NULL;
	_cleanup_(freep) char *reference = NULL, *body = NULL;

	if (owner) {
		kube_must(&rig, "GET", path, NULL);
		reference =
			xasprintf(",'ownerReferences':[{'apiVersion':'v1','kind':'ConfigMap',"
				  "'name':'%s','uid':'%s','blockOwnerDeletion':%s}]",
				  owner, kube_text(&rig, "metadata.uid"), block ? "true" : "false");
	}
	body = xasprintf("{'metadata':{'name':'%s'%s}}", name, reference ? reference : "");
	kube_must(&rig, "POST", MAPS, body);
}

static bool exists(const char *path)
{
	return kube_ask(&rig, "GET", path, NULL);
}

START_TEST(dependents_go_with_their_owner)
{
	open_rig();
	add_map("owner", NULL, false);
	add_map("child", "owner", false);
	add_map("grandchild", "child", false);
	settle();
	kube_must(&rig, "DELETE", MAPS "/owner", NULL);
	ck_assert(!exists(MAPS "/owner"));
	ck_assert(exists(MAPS "/child"));
	settle();
	ck_assert(!exists(MAPS "/child"));
	ck_assert(!exists(MAPS "/grandchild"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_dependent_with_another_owner_stays)
{
	open_rig();
	add_map("one", NULL, false);
	add_map("two", NULL, false);
	add_map("child", "one", false);
	kube_must(&rig, "GET", MAPS "/two", NULL);
	{
		_cleanup_(freep) char *uid = xstrdup(kube_text(&rig, "metadata.uid"));
		_cleanup_(freep) char *add = xasprintf(
			"[{'op':'add','path':'/metadata/ownerReferences/-','value':{'apiVersion':"
			"'v1','kind':'ConfigMap','name':'two','uid':'%s'}}]",
			uid);

		ck_assert(kube_patch(&rig, "json", MAPS "/child", add));
	}
	kube_must(&rig, "DELETE", MAPS "/one", NULL);
	settle();
	kube_must(&rig, "GET", MAPS "/child", NULL);
	ck_assert_uint_eq(json_size(json_find(rig.answer, "metadata", "ownerReferences", NULL)), 1);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_owner_in_the_foreground_waits_for_its_dependents)
{
	open_rig();
	add_map("owner", NULL, false);
	add_map("child", "owner", true);
	must_merge(MAPS "/child", "{'metadata':{'finalizers':['a/b']}}");
	kube_must(&rig, "DELETE", MAPS "/owner?propagationPolicy=Foreground", NULL);
	settle();
	ck_assert(exists(MAPS "/owner"));
	kube_must(&rig, "GET", MAPS "/child", NULL);
	ck_assert_str_ne(kube_text(&rig, "metadata.deletionTimestamp"), "");
	must_merge(MAPS "/child", "{'metadata':{'finalizers':null}}");
	settle();
	ck_assert(!exists(MAPS "/child"));
	ck_assert(!exists(MAPS "/owner"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(orphans_stay_without_their_owner)
{
	open_rig();
	add_map("owner", NULL, false);
	add_map("child", "owner", true);
	kube_must(&rig, "DELETE", MAPS "/owner?propagationPolicy=Orphan", NULL);
	settle();
	ck_assert(!exists(MAPS "/owner"));
	kube_must(&rig, "GET", MAPS "/child", NULL);
	ck_assert_str_eq(kube_text(&rig, "metadata.ownerReferences"), "");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_object_whose_owner_never_was_goes)
{
	open_rig();
	kube_must(&rig, "POST", MAPS,
		  "{'metadata':{'name':'child','ownerReferences':[{'apiVersion':'v1','kind':"
		  "'ConfigMap','name':'x','uid':'00000000-0000-0000-0000-000000000000'}]}}");
	settle();
	ck_assert(!exists(MAPS "/child"));
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_service_has_a_slice_with_its_pods,
		a_slice_follows_its_pods,
		a_deleted_slice_comes_back_and_goes_with_its_service,
		a_service_without_selector_has_no_slices_of_ours,
		dependents_go_with_their_owner,
		a_dependent_with_another_owner_stays,
		an_owner_in_the_foreground_waits_for_its_dependents,
		orphans_stay_without_their_owner,
		an_object_whose_owner_never_was_goes,
		NULL,
	};

	return suite_main("controllers", tests);
}
