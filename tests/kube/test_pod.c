/* emulator/kube/kinds/{pod*,node,namespace}.c: Pods, the Nodes they run on, the Namespaces they are
 * in. */
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/controllers.h"
#include "tests/kube/rig.h"

#define PODS	   "/api/v1/namespaces/default/pods"
#define POD	   PODS "/web"
#define BIND	   POD "/binding"
#define NODES	   "/api/v1/nodes"
#define NODE	   NODES "/n1"
#define NAMESPACES "/api/v1/namespaces"
#define WEB                                                                                        \
	"{'metadata':{'name':'web','labels':{'app':'web'}},'spec':{'containers':[{'name':'c',"     \
	"'image':'nginx'}]}}"
#define BINDING                                                                                    \
	"{'apiVersion':'v1','kind':'Binding','metadata':{'name':'web'},'target':{'kind':'Node',"   \
	"'name':'n1'}}"

static struct kube_rig rig;

static void with(const char *pod)
{
	kube_rig_open(&rig, false);
	controllers_run(rig.kube->controllers);
	if (pod)
		kube_must(&rig, "POST", PODS, pod);
}

static const struct json *container(size_t index)
{
	return json_at(json_find(rig.answer, "spec", "containers", NULL), index);
}

static void patch_refused(const char *path, const char *body, const char *text)
{
	uint64_t before = kube_revision(&rig);

	ck_assert_msg(!kube_patch(&rig, "merge", path, body), "%s was not refused", body);
	ck_assert_str_eq(err_text(&rig.err), text);
	ck_assert_int_eq(rig.err.status, 422);
	ck_assert_uint_eq(kube_revision(&rig), before);
}

START_TEST(a_pod_gets_the_servers_defaults)
{
	with(WEB);
	ck_assert_str_eq(kube_text(&rig, "spec.restartPolicy"), "Always");
	ck_assert_str_eq(kube_text(&rig, "spec.dnsPolicy"), "ClusterFirst");
	ck_assert_str_eq(kube_text(&rig, "spec.schedulerName"), "default-scheduler");
	ck_assert_str_eq(kube_text(&rig, "spec.terminationGracePeriodSeconds"), "30");
	ck_assert_str_eq(kube_text(&rig, "spec.securityContext"), "{}");
	ck_assert_str_eq(kube_text(&rig, "spec.enableServiceLinks"), "true");
	ck_assert_str_eq(kube_text(&rig, "spec.priority"), "0");
	ck_assert_str_eq(kube_text(&rig, "spec.preemptionPolicy"), "PreemptLowerPriority");
	ck_assert_str_eq(kube_text(&rig, "status.phase"), "Pending");
	ck_assert_str_eq(kube_text(&rig, "status.qosClass"), "BestEffort");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "1");
	ck_assert_str_eq(json_get_str(container(0), "imagePullPolicy"), "Always");
	ck_assert_str_eq(json_get_str(container(0), "terminationMessagePath"),
			 "/dev/termination-log");
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "tolerations", NULL)), 2);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_image_with_a_tag_is_pulled_once)
{
	static const struct {
		const char *image, *policy;
	} rows[] = {
		{"nginx", "Always"},
		{"nginx:latest", "Always"},
		{"nginx:1.27", "IfNotPresent"},
		{"registry:5000/nginx", "Always"},
		{"registry:5000/nginx:2", "IfNotPresent"},
		{"nginx@sha256:abc", "IfNotPresent"},
	};

	with(NULL);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'p%zu'},'spec':{'containers':[{'name':'c',"
				  "'image':'%s'}]}}",
				  i, rows[i].image);

		kube_must(&rig, "POST", PODS, body);
		ck_assert_str_eq(json_get_str(container(0), "imagePullPolicy"), rows[i].policy);
	}
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_pod_mounts_the_token_of_its_account)
{
	const struct json *mount, *volume;

	with(WEB);
	ck_assert_str_eq(kube_text(&rig, "spec.serviceAccountName"), "default");
	ck_assert_str_eq(kube_text(&rig, "spec.serviceAccount"), "default");
	mount = json_first(json_get(container(0), "volumeMounts"));
	volume = json_first(json_find(rig.answer, "spec", "volumes", NULL));
	ck_assert(str_starts_with(json_get_str(mount, "name"), "kube-api-access-"));
	ck_assert_str_eq(json_get_str(mount, "name"), json_get_str(volume, "name"));
	ck_assert_uint_eq(json_size(json_find(volume, "projected", "sources", NULL)), 3);
	kube_must(&rig, "POST", PODS,
		  "{'metadata':{'name':'b'},'spec':{'automountServiceAccountToken':false,"
		  "'containers':[{'name':'c','image':'i'}]}}");
	ck_assert_str_eq(kube_text(&rig, "spec.volumes"), "");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_account_that_is_named_must_exist)
{
	with(NULL);
	kube_refused(&rig, "POST", PODS,
		     "{'metadata':{'name':'web'},'spec':{'serviceAccountName':'nobody',"
		     "'containers':[{'name':'c','image':'i'}]}}",
		     403,
		     "pods \"web\" is forbidden: error looking up service account "
		     "default/nobody: serviceaccount \"nobody\" not found");
	kube_refused(&rig, "POST", PODS,
		     "{'metadata':{'name':'web'},'spec':{'priorityClassName':'high','containers':"
		     "[{'name':'c','image':'i'}]}}",
		     403, "pods \"web\" is forbidden: no PriorityClass with name high was found");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(quality_of_service_follows_requests_and_limits)
{
	static const struct {
		const char *resources, *class;
	} rows[] = {
		{"{}", "BestEffort"},
		{"{'requests':{'cpu':'1'}}", "Burstable"},
		{"{'limits':{'cpu':'1'}}", "Burstable"},
		{"{'limits':{'cpu':'1','memory':'1Gi'}}", "Guaranteed"},
		{"{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}}", "Burstable"},
	};

	with(NULL);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'p%zu'},'spec':{'containers':[{'name':'c',"
				  "'image':'i','resources':%s}]}}",
				  i, rows[i].resources);

		kube_must(&rig, "POST", PODS, body);
		ck_assert_str_eq(kube_text(&rig, "status.qosClass"), rows[i].class);
	}
	kube_rig_close(&rig);
}
END_TEST

START_TEST(wrong_pods_are_refused_in_the_servers_words)
{
	static const struct {
		const char *spec, *text;
	} rows[] = {
		{"{}", "spec.containers: Required value"},
		{"{'containers':[{'image':'i'}]}", "spec.containers[0].name: Required value"},
		{"{'containers':[{'name':'c'}]}", "spec.containers[0].image: Required value"},
		{"{'containers':[{'name':'c','image':'i'},{'name':'c','image':'i'}]}",
		 "spec.containers[1].name: Duplicate value: \"c\""},
		{"{'containers':[{'name':'c','image':'i','imagePullPolicy':'Often'}]}",
		 "spec.containers[0].imagePullPolicy: Unsupported value: \"Often\": supported "
		 "values: \"Always\", \"IfNotPresent\", \"Never\""},
		{"{'containers':[{'name':'c','image':'i','ports':[{'containerPort':70000}]}]}",
		 "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between "
		 "1 and 65535, inclusive"},
		{"{'automountServiceAccountToken':false,'containers':[{'name':'c','image':'i',"
		 "'volumeMounts':[{'name':'v','mountPath':'/v'}]}]}",
		 "spec.containers[0].volumeMounts[0].name: Not found: \"v\""},
		{"{'restartPolicy':'Maybe','containers':[{'name':'c','image':'i'}]}",
		 "spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", "
		 "\"OnFailure\", \"Never\""},
		{"{'containers':[{'name':'c','image':'i','readinessProbe':{}}]}",
		 "spec.containers[0].readinessProbe: Required value: must specify a handler type"},
	};

	with(NULL);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'x'},'spec':%s}", rows[i].spec);
		_cleanup_(freep) char *text = xasprintf("Pod \"x\" is invalid: %s", rows[i].text);

		kube_refused(&rig, "POST", PODS, body, 422, text);
	}
	kube_rig_close(&rig);
}
END_TEST

START_TEST(little_of_a_pod_may_change)
{
	with(WEB);
	ck_assert(kube_patch(&rig, "strategic", POD,
			     "{'spec':{'containers':[{'name':'c','image':'nginx:2'}]}}"));
	ck_assert_str_eq(json_get_str(container(0), "image"), "nginx:2");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "2");
	ck_assert(!kube_patch(&rig, "merge", POD, "{'spec':{'nodeName':'n1'}}"));
	ck_assert_int_eq(rig.err.status, 422);
	ck_assert(str_starts_with(
		err_text(&rig.err),
		"Pod \"web\" is invalid: spec: Forbidden: pod updates may not change fields other "
		"than `spec.containers[*].image`,`spec.initContainers[*].image`,"));
	ck_assert(str_ends_with(err_text(&rig.err), "\n+\tnodeName: \"n1\"\n"));
	patch_refused(POD, "{'spec':{'containers':[]}}",
		      "Pod \"web\" is invalid: [spec.containers: Required value, spec.containers: "
		      "Forbidden: pod updates may not add or remove containers]");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_binding_gives_a_pod_its_node_once)
{
	with(WEB);
	kube_must(&rig, "POST", BIND, BINDING);
	ck_assert_str_eq(kube_text(&rig, "status"), "Success");
	kube_must(&rig, "GET", POD, NULL);
	ck_assert_str_eq(kube_text(&rig, "spec.nodeName"), "n1");
	ck_assert_str_eq(
		json_get_str(json_first(json_find(rig.answer, "status", "conditions", NULL)),
			     "type"),
		"PodScheduled");
	kube_refused(&rig, "POST", BIND, BINDING, 409,
		     "Operation cannot be fulfilled on pods/binding \"web\": pod web is already "
		     "assigned to node \"n1\"");
	kube_refused(&rig, "POST", BIND, "{'metadata':{'name':'other'},'target':{'name':'n1'}}",
		     400, "name in URL does not match name in Binding object");
	kube_refused(&rig, "POST", BIND, "{'metadata':{'name':'web'},'target':{'name':''}}", 500,
		     "target.name: Required value");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_pod_on_a_node_is_deleted_gracefully)
{
	with(WEB);
	kube_must(&rig, "POST", BIND, BINDING);
	kube_must(&rig, "DELETE", POD, NULL);
	ck_assert_str_eq(kube_text(&rig, "metadata.deletionGracePeriodSeconds"), "30");
	ck_assert_str_ne(kube_text(&rig, "metadata.deletionTimestamp"), "");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "2");
	kube_must(&rig, "GET", POD, NULL);
	kube_must(&rig, "DELETE", POD "?gracePeriodSeconds=0", NULL);
	ck_assert(!kube_ask(&rig, "GET", POD, NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_pod_without_a_node_is_deleted_at_once)
{
	with(WEB);
	kube_must(&rig, "DELETE", POD, NULL);
	ck_assert_str_eq(kube_text(&rig, "kind"), "Pod");
	ck_assert(!kube_ask(&rig, "GET", POD, NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_status_says_address_and_addresses)
{
	with(WEB);
	ck_assert(kube_patch(&rig, "merge", POD "/status",
			     "{'status':{'phase':'Running','podIP':'10.0.0.9'}}"));
	ck_assert_str_eq(kube_text(&rig, "status.podIPs"), "[{\"ip\":\"10.0.0.9\"}]");
	ck_assert_str_eq(kube_text(&rig, "status.qosClass"), "BestEffort");
	patch_refused(POD "/status", "{'status':{'qosClass':'Guaranteed'}}",
		      "Pod \"web\" is invalid: status.qosClass: Invalid value: \"Guaranteed\": "
		      "field is immutable");
	kube_must(&rig, "GET", PODS "?fieldSelector=status.podIP=10.0.0.9", NULL);
	ck_assert_uint_eq(json_size(json_get(rig.answer, "items")), 1);
	kube_must(&rig, "GET", PODS "?fieldSelector=spec.hostNetwork=true", NULL);
	ck_assert_uint_eq(json_size(json_get(rig.answer, "items")), 0);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_node_keeps_its_provider_id)
{
	with(NULL);
	kube_must(&rig, "POST", NODES,
		  "{'metadata':{'name':'n1'},'status':{'capacity':{'cpu':'2'}}}");
	ck_assert_str_eq(kube_text(&rig, "status.allocatable"), "{\"cpu\":\"2\"}");
	ck_assert(kube_patch(&rig, "merge", NODE, "{'spec':{'providerID':'aws:///a/i-1'}}"));
	patch_refused(NODE, "{'spec':{'providerID':'aws:///a/i-2'}}",
		      "Node \"n1\" is invalid: spec.providerID: Forbidden: node updates may not "
		      "change providerID except from \"\" to valid");
	patch_refused(NODE, "{'spec':{'taints':[{'key':'a','effect':'Never'}]}}",
		      "Node \"n1\" is invalid: metadata.taints[0].effect: Unsupported value: "
		      "\"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", "
		      "\"NoExecute\"");
	patch_refused(
		NODE,
		"{'spec':{'taints':[{'key':'a','effect':'NoExecute'},{'key':'a','effect':"
		"'NoExecute','value':'b'}]}}",
		"Node \"n1\" is invalid: metadata.taints[1]: Duplicate value: "
		"{\"Key\":\"a\",\"Value\":\"b\",\"Effect\":\"NoExecute\",\"TimeAdded\":null}: "
		"taints must be unique by key and effect pair");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(the_cloud_controller_replaces_a_nodes_addresses)
{
	with(NULL);
	kube_must(&rig, "POST", NODES,
		  "{'metadata':{'name':'n1'},'status':{'addresses':[{'type':'Hostname','address':"
		  "'h'}]}}");
	ck_assert(kube_patch(&rig, "strategic", NODE "/status",
			     "{'status':{'addresses':[{'$patch':'replace'},{'type':'InternalIP',"
			     "'address':'10.0.0.1'}]}}"));
	ck_assert_str_eq(kube_text(&rig, "status.addresses"),
			 "[{\"type\":\"InternalIP\",\"address\":\"10.0.0.1\"}]");
	patch_refused(NODE "/status",
		      "{'status':{'addresses':[{'type':'InternalIP','address':'a'},{'type':"
		      "'InternalIP','address':'a'}]}}",
		      "Node \"n1\" is invalid: status.addresses[1]: Duplicate value: "
		      "{\"Type\":\"InternalIP\",\"Address\":\"a\"}");
	kube_must(&rig, "GET", NODES "?fieldSelector=spec.unschedulable=false", NULL);
	ck_assert_uint_eq(json_size(json_get(rig.answer, "items")), 1);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_namespace_goes_when_its_content_has_gone)
{
	with(NULL);
	kube_must(&rig, "POST", NAMESPACES, "{'metadata':{'name':'shop'}}");
	ck_assert_str_eq(kube_text(&rig, "status.phase"), "Active");
	ck_assert_str_eq(kube_text(&rig, "spec.finalizers"), "[\"kubernetes\"]");
	ck_assert_str_eq(kube_text(&rig, "metadata.labels"),
			 "{\"kubernetes.io/metadata.name\":\"shop\"}");
	kube_must(&rig, "POST", NAMESPACES "/shop/configmaps",
		  "{'metadata':{'name':'held','finalizers':['a/b']}}");
	kube_must(&rig, "DELETE", NAMESPACES "/shop", NULL);
	ck_assert_str_eq(kube_text(&rig, "status.phase"), "Terminating");
	controllers_run(rig.kube->controllers);
	kube_must(&rig, "GET", NAMESPACES "/shop", NULL);
	ck_assert(!kube_ask(&rig, "POST", NAMESPACES "/shop/configmaps",
			    "{'metadata':{'name':'late'}}"));
	ck_assert_int_eq(rig.err.status, 403);
	ck_assert_str_eq(err_text(&rig.err),
			 "configmaps \"late\" is forbidden: unable to create new content in "
			 "namespace shop because it is being terminated");
	ck_assert(kube_patch(&rig, "merge", NAMESPACES "/shop/configmaps/held",
			     "{'metadata':{'finalizers':null}}"));
	controllers_run(rig.kube->controllers);
	ck_assert(!kube_ask(&rig, "GET", NAMESPACES "/shop", NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_new_namespace_gets_an_account_and_the_root_certificate)
{
	with(NULL);
	kube_must(&rig, "POST", NAMESPACES, "{'metadata':{'name':'shop'}}");
	controllers_run(rig.kube->controllers);
	kube_must(&rig, "GET", NAMESPACES "/shop/serviceaccounts/default", NULL);
	kube_must(&rig, "GET", NAMESPACES "/shop/configmaps/kube-root-ca.crt", NULL);
	ck_assert(strstr(kube_text(&rig, "data"), "BEGIN CERTIFICATE"));
	kube_must(&rig, "DELETE", NAMESPACES "/shop/configmaps/kube-root-ca.crt", NULL);
	controllers_run(rig.kube->controllers);
	kube_must(&rig, "GET", NAMESPACES "/shop/configmaps/kube-root-ca.crt", NULL);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(only_finalize_takes_a_namespaces_finalizers)
{
	with(NULL);
	kube_must(&rig, "POST", NAMESPACES, "{'metadata':{'name':'shop'}}");
	ck_assert(kube_patch(&rig, "merge", NAMESPACES "/shop", "{'spec':{'finalizers':[]}}"));
	ck_assert_str_eq(kube_text(&rig, "spec.finalizers"), "[\"kubernetes\"]");
	kube_must(&rig, "PUT", NAMESPACES "/shop/finalize",
		  "{'metadata':{'name':'shop'},'spec':{'finalizers':['a/b']}}");
	ck_assert_str_eq(kube_text(&rig, "spec.finalizers"), "[\"a/b\"]");
	kube_refused(&rig, "DELETE", NAMESPACES "/default", NULL, 403,
		     "namespaces \"default\" is forbidden: this namespace may not be deleted");
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_pod_gets_the_servers_defaults,
		an_image_with_a_tag_is_pulled_once,
		a_pod_mounts_the_token_of_its_account,
		an_account_that_is_named_must_exist,
		quality_of_service_follows_requests_and_limits,
		wrong_pods_are_refused_in_the_servers_words,
		little_of_a_pod_may_change,
		a_binding_gives_a_pod_its_node_once,
		a_pod_on_a_node_is_deleted_gracefully,
		a_pod_without_a_node_is_deleted_at_once,
		a_status_says_address_and_addresses,
		a_node_keeps_its_provider_id,
		the_cloud_controller_replaces_a_nodes_addresses,
		a_namespace_goes_when_its_content_has_gone,
		a_new_namespace_gets_an_account_and_the_root_certificate,
		only_finalize_takes_a_namespaces_finalizers,
		NULL,
	};

	return suite_main("pod", tests);
}
