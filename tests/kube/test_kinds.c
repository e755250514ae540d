/* emulator/kube/kinds: Secrets, ConfigMaps, accounts, Events, Leases, Deployments, slices,
 * Ingresses. */
#include "emulator/base/json.h"
#include "tests/kube/rig.h"

#define CORE	    "/api/v1/namespaces/default/"
#define SECRETS	    CORE "secrets"
#define MAPS	    CORE "configmaps"
#define EVENTS	    CORE "events"
#define NEW_EVENTS  "/apis/events.k8s.io/v1/namespaces/default/events"
#define LEASES	    "/apis/coordination.k8s.io/v1/namespaces/default/leases"
#define DEPLOYMENTS "/apis/apps/v1/namespaces/default/deployments"
#define SETS	    "/apis/apps/v1/namespaces/default/replicasets"
#define SLICES	    "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
#define INGRESSES   "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
#define CLASSES	    "/apis/networking.k8s.io/v1/ingressclasses"
#define TEMPLATE                                                                                   \
	"'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':"   \
	"'i:1'}]}}"
#define WEB "{'metadata':{'name':'web'},'spec':{'selector':{'matchLabels':{'a':'b'}}," TEMPLATE "}}"

static struct kube_rig rig;

struct refusal {
	const char *body, *text;
};

static void open_rig(void)
{
	kube_rig_open(&rig, false);
}

static void refuse_all(const char *path, const char *who, const struct refusal *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_(freep) char *text = xasprintf("%s is invalid: %s", who, rows[i].text);

		kube_refused(&rig, "POST", path, rows[i].body, 422, text);
	}
}

static void merge_refused(const char *path, const char *body, const char *text)
{
	uint64_t before = kube_revision(&rig);

	ck_assert_msg(!kube_patch(&rig, "merge", path, body), "%s was not refused", body);
	ck_assert_str_eq(err_text(&rig.err), text);
	ck_assert_uint_eq(kube_revision(&rig), before);
}

START_TEST(string_data_of_a_secret_becomes_data)
{
	open_rig();
	kube_must(&rig, "POST", SECRETS,
		  "{'metadata':{'name':'s'},'stringData':{'user':'me'},'data':{'x':'eQ=='}}");
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"eQ==\",\"user\":\"bWU=\"}");
	ck_assert_str_eq(kube_text(&rig, "stringData"), "");
	ck_assert_str_eq(kube_text(&rig, "type"), "Opaque");
	merge_refused(SECRETS "/s", "{'type':'other'}",
		      "Secret \"s\" is invalid: type: Invalid value: \"other\": field is "
		      "immutable");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_immutable_secret_stays_as_it_is)
{
	open_rig();
	kube_must(&rig, "POST", SECRETS,
		  "{'metadata':{'name':'s'},'immutable':true,'data':{'x':'eQ=='}}");
	merge_refused(SECRETS "/s", "{'data':{'x':'eg=='}}",
		      "Secret \"s\" is invalid: data: Forbidden: field is immutable when "
		      "`immutable` is set");
	merge_refused(SECRETS "/s", "{'immutable':false}",
		      "Secret \"s\" is invalid: immutable: Forbidden: field is immutable when "
		      "`immutable` is set");
	ck_assert(kube_patch(&rig, "merge", SECRETS "/s", "{'metadata':{'labels':{'a':'b'}}}"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(typed_secrets_have_their_keys)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'s'},'type':'kubernetes.io/tls','data':{'tls.crt':'eQ=='}}",
		 "data[tls.key]: Required value"},
		{"{'metadata':{'name':'s'},'type':'kubernetes.io/service-account-token'}",
		 "metadata.annotations[kubernetes.io/service-account.name]: Required value"},
		{"{'metadata':{'name':'s'},'type':'kubernetes.io/ssh-auth'}",
		 "data[ssh-privatekey]: Required value"},
		{"{'metadata':{'name':'s'},'type':'kubernetes.io/dockerconfigjson','data':"
		 "{'.dockerconfigjson':'eQ=='}}",
		 "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid "
		 "character in JSON"},
		{"{'metadata':{'name':'s'},'data':{'a/b':'eQ=='}}",
		 "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of "
		 "alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
		 "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"},
	};

	open_rig();
	refuse_all(SECRETS, "Secret \"s\"", rows, array_size(rows));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_immutable_config_map_stays_as_it_is)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'m'},'data':{'k':'v'},'binaryData':{'k':'eQ=='}}",
		 "data[k]: Invalid value: \"k\": duplicate of key present in binaryData"},
	};

	open_rig();
	refuse_all(MAPS, "ConfigMap \"m\"", rows, array_size(rows));
	kube_must(&rig, "POST", MAPS,
		  "{'metadata':{'name':'m'},'immutable':true,'data':{'k':'v'}}");
	merge_refused(MAPS "/m", "{'data':{'k':'w'}}",
		      "ConfigMap \"m\" is invalid: data: Forbidden: field is immutable when "
		      "`immutable` is set");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_account_keeps_only_names_of_secrets)
{
	open_rig();
	kube_must(&rig, "POST", CORE "serviceaccounts",
		  "{'metadata':{'name':'a'},'secrets':[{'name':'s','namespace':'x','kind':'y'}]}");
	ck_assert_str_eq(kube_text(&rig, "secrets"), "[{\"name\":\"s\"}]");
	kube_must(&rig, "DELETE", CORE "serviceaccounts/a", NULL);
	ck_assert_str_eq(kube_text(&rig, "kind"), "ServiceAccount");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(both_groups_of_events_show_the_same_thing)
{
	open_rig();
	kube_must(&rig, "POST", EVENTS,
		  "{'metadata':{'name':'e'},'involvedObject':{'kind':'Pod','name':'p','namespace':"
		  "'default'},'reason':'Made','message':'it is there','type':'Normal','count':2,"
		  "'source':{'component':'me'}}");
	kube_must(&rig, "GET", NEW_EVENTS "/e", NULL);
	ck_assert_str_eq(kube_text(&rig, "apiVersion"), "events.k8s.io/v1");
	ck_assert_str_eq(kube_text(&rig, "regarding.name"), "p");
	ck_assert_str_eq(kube_text(&rig, "note"), "it is there");
	ck_assert_str_eq(kube_text(&rig, "deprecatedCount"), "2");
	ck_assert_str_eq(kube_text(&rig, "deprecatedSource.component"), "me");
	ck_assert_str_eq(kube_text(&rig, "involvedObject"), "");
	kube_must(&rig, "GET", NEW_EVENTS "?fieldSelector=regarding.name=p", NULL);
	ck_assert_uint_eq(json_size(json_get(rig.answer, "items")), 1);
	kube_must(&rig, "GET", EVENTS "?fieldSelector=involvedObject.name=q", NULL);
	ck_assert_uint_eq(json_size(json_get(rig.answer, "items")), 0);
	kube_must(&rig, "POST", NEW_EVENTS,
		  "{'metadata':{'name':'n'},'eventTime':'2026-11-23T08:27:00.000001Z','regarding':"
		  "{'kind':'Pod','name':'p','namespace':'default'},'reason':'Made','action':'Make',"
		  "'type':'Normal','reportingController':'a/b','reportingInstance':'i',"
		  "'note':'hello'}");
	kube_must(&rig, "GET", EVENTS "/n", NULL);
	ck_assert_str_eq(kube_text(&rig, "message"), "hello");
	ck_assert_str_eq(kube_text(&rig, "reportingComponent"), "a/b");
	ck_assert_str_eq(kube_text(&rig, "firstTimestamp"), "null");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_event_is_where_its_object_is)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'e'},'involvedObject':{'namespace':'other'}}",
		 "involvedObject.namespace: Invalid value: \"other\": does not match "
		 "event.namespace"},
	};
	static const struct refusal new_rows[] = {
		{"{'metadata':{'name':'e'},'type':'Odd','deprecatedCount':1}",
		 "[eventTime: Required value, type: Invalid value: \"\": has invalid value: Odd, "
		 "count: Invalid value: \"\": needs to be unset]"},
	};

	open_rig();
	refuse_all(EVENTS, "Event \"e\"", rows, array_size(rows));
	refuse_all(NEW_EVENTS, "Event \"e\"", new_rows, array_size(new_rows));
	kube_must(&rig, "POST", EVENTS, "{'metadata':{'name':'e'},'involvedObject':{}}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_lease_needs_its_version)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'l'},'spec':{'leaseDurationSeconds':0}}",
		 "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"},
	};

	open_rig();
	refuse_all(LEASES, "Lease.coordination.k8s.io \"l\"", rows, array_size(rows));
	kube_must(&rig, "POST", LEASES,
		  "{'metadata':{'name':'l'},'spec':{'holderIdentity':'me','strategy':'x'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.strategy"), "");
	kube_refused(&rig, "PUT", LEASES "/l",
		     "{'metadata':{'name':'l'},'spec':{'holderIdentity':'you'}}", 422,
		     "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: "
		     "Invalid value: 0: must be specified for an update");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_deployment_gets_the_servers_defaults)
{
	open_rig();
	kube_must(&rig, "POST", DEPLOYMENTS, WEB);
	ck_assert_str_eq(kube_text(&rig, "spec.replicas"), "1");
	ck_assert_str_eq(kube_text(&rig, "spec.strategy"),
			 "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":"
			 "\"25%\",\"maxSurge\":\"25%\"}}");
	ck_assert_str_eq(kube_text(&rig, "spec.revisionHistoryLimit"), "10");
	ck_assert_str_eq(kube_text(&rig, "spec.progressDeadlineSeconds"), "600");
	ck_assert_str_eq(kube_text(&rig, "spec.template.spec.restartPolicy"), "Always");
	ck_assert_str_eq(kube_text(&rig, "spec.template.spec.enableServiceLinks"), "");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "1");
	ck_assert(kube_patch(&rig, "merge", DEPLOYMENTS "/web",
			     "{'metadata':{'annotations':{'a':'b'}}}"));
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "2");
	ck_assert(
		kube_patch(&rig, "merge", DEPLOYMENTS "/web", "{'metadata':{'labels':{'a':'b'}}}"));
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "2");
	merge_refused(DEPLOYMENTS "/web", "{'spec':{'selector':{'matchLabels':{'a':'c'}}}}",
		      "Deployment.apps \"web\" is invalid: [spec.template.metadata.labels: Invalid "
		      "value: {\"a\":\"b\"}: `selector` does not match template `labels`, "
		      "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is "
		      "immutable]");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(wrong_deployments_are_refused)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'w'},'spec':{" TEMPLATE "}}",
		 "spec.selector: Required value"},
		{"{'metadata':{'name':'w'},'spec':{'selector':{}," TEMPLATE "}}",
		 "spec.selector: Invalid value: {}: empty selector is invalid for deployment"},
		{"{'metadata':{'name':'w'},'spec':{'replicas':-1,'selector':{'matchLabels':{'a':"
		 "'b'}}," TEMPLATE "}}",
		 "spec.replicas: Invalid value: -1: must be greater than or equal to 0"},
		{"{'metadata':{'name':'w'},'spec':{'selector':{'matchLabels':{'a':'b'}},"
		 "'strategy':{'rollingUpdate':{'maxUnavailable':0,'maxSurge':0}}," TEMPLATE "}}",
		 "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when "
		 "`maxSurge` is 0"},
		{"{'metadata':{'name':'w'},'spec':{'selector':{'matchLabels':{'a':'b'}},"
		 "'strategy':{'type':'Odd'}," TEMPLATE "}}",
		 "spec.strategy: Unsupported value: {\"Type\":\"Odd\",\"RollingUpdate\":null}: "
		 "supported values: \"Recreate\", \"RollingUpdate\""},
	};

	open_rig();
	refuse_all(DEPLOYMENTS, "Deployment.apps \"w\"", rows, array_size(rows));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(scale_is_the_replicas_of_a_deployment)
{
	open_rig();
	kube_must(&rig, "POST", DEPLOYMENTS, WEB);
	kube_must(&rig, "GET", DEPLOYMENTS "/web/scale", NULL);
	ck_assert_str_eq(kube_text(&rig, "kind"), "Scale");
	ck_assert_str_eq(kube_text(&rig, "apiVersion"), "autoscaling/v1");
	ck_assert_str_eq(kube_text(&rig, "spec"), "{\"replicas\":1}");
	ck_assert_str_eq(kube_text(&rig, "status"), "{\"replicas\":0,\"selector\":\"a=b\"}");
	ck_assert(kube_patch(&rig, "merge", DEPLOYMENTS "/web/scale", "{'spec':{'replicas':3}}"));
	ck_assert_str_eq(kube_text(&rig, "spec"), "{\"replicas\":3}");
	kube_must(&rig, "GET", DEPLOYMENTS "/web", NULL);
	ck_assert_str_eq(kube_text(&rig, "spec.replicas"), "3");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "2");
	kube_refused(&rig, "PUT", DEPLOYMENTS "/web/scale",
		     "{'metadata':{'name':'web'},'spec':{'replicas':-1}}", 422,
		     "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must "
		     "be greater than or equal to 0");
	kube_refused(
		&rig, "PUT", DEPLOYMENTS "/web/scale",
		"{'metadata':{'name':'web','resourceVersion':'1'},'spec':{'replicas':2}}", 409,
		"Operation cannot be fulfilled on deployments.apps \"web\": the object has been "
		"modified; please apply your changes to the latest version and try again");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(counts_of_a_replica_set_fit_together)
{
	open_rig();
	kube_must(&rig, "POST", SETS, WEB);
	ck_assert_str_eq(kube_text(&rig, "status"), "{\"replicas\":0}");
	merge_refused(SETS "/web/status", "{'status':{'replicas':1,'readyReplicas':2}}",
		      "ReplicaSet.apps \"web\" is invalid: status.readyReplicas: Invalid value: 2: "
		      "cannot be greater than status.replicas");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_slice_has_addresses_of_its_family)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'s'},'endpoints':[]}", "addressType: Required value"},
		{"{'metadata':{'name':'s'},'addressType':'IPv4','endpoints':[{'addresses':[]}]}",
		 "endpoints[0].addresses: Required value: must contain at least 1 address"},
		{"{'metadata':{'name':'s'},'addressType':'IPv4','endpoints':[{'addresses':"
		 "['fd00::1']}]}",
		 "endpoints[0].addresses: Invalid value: \"fd00::1\": must be an IPv4 address"},
		{"{'metadata':{'name':'s'},'addressType':'IPv4','endpoints':[{'addresses':"
		 "['127.0.0.1']}]}",
		 "endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the "
		 "loopback range (127.0.0.0/8, ::1/128)"},
		{"{'metadata':{'name':'s'},'addressType':'IPv4','endpoints':[],'ports':[{'name':"
		 "'a'},{'name':'a'}]}",
		 "ports[1].name: Duplicate value: \"a\""},
	};

	open_rig();
	refuse_all(SLICES, "EndpointSlice.discovery.k8s.io \"s\"", rows, array_size(rows));
	kube_must(&rig, "POST", SLICES,
		  "{'metadata':{'name':'s'},'addressType':'IPv4','endpoints':[],'ports':[{'port':"
		  "80}]}");
	ck_assert_str_eq(kube_text(&rig, "ports"),
			 "[{\"port\":80,\"name\":\"\",\"protocol\":\"TCP\"}]");
	merge_refused(SLICES "/s", "{'addressType':'IPv6'}",
		      "EndpointSlice.discovery.k8s.io \"s\" is invalid: addressType: Invalid "
		      "value: \"IPv6\": field is immutable");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(endpoints_need_addresses)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'e'},'subsets':[{'ports':[{'port':80}]}]}",
		 "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"},
		{"{'metadata':{'name':'e'},'subsets':[{'addresses':[{'ip':'169.254.0.1'}]}]}",
		 "subsets[0].addresses[0].ip: Invalid value: \"169.254.0.1\": may not be in the "
		 "link-local range (169.254.0.0/16, fe80::/10)"},
	};

	open_rig();
	refuse_all(CORE "endpoints", "Endpoints \"e\"", rows, array_size(rows));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(wrong_ingresses_are_refused)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'i'}}",
		 "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"},
		{"{'metadata':{'name':'i'},'spec':{'defaultBackend':{}}}",
		 "spec.defaultBackend: Invalid value: \"\": resource or service backend is "
		 "required"},
		{"{'metadata':{'name':'i'},'spec':{'defaultBackend':{'service':{'name':'s'}}}}",
		 "spec.defaultBackend: Required value: port name or number is required"},
		{"{'metadata':{'name':'i'},'spec':{'rules':[{'host':'1.2.3.4'}]}}",
		 "spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP "
		 "address"},
		{"{'metadata':{'name':'i'},'spec':{'rules':[{'http':{'paths':[]}}]}}",
		 "spec.rules[0].http.paths: Required value"},
		{"{'metadata':{'name':'i'},'spec':{'rules':[{'http':{'paths':[{'pathType':'Prefix',"
		 "'path':'a','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]}}",
		 "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute "
		 "path"},
		{"{'metadata':{'name':'i'},'spec':{'rules':[{'http':{'paths':[{'path':'/',"
		 "'backend':{}}]}}]}}",
		 "spec.rules[0].http.paths[0].pathType: Required value: pathType must be "
		 "specified"},
	};

	open_rig();
	refuse_all(INGRESSES, "Ingress.networking.k8s.io \"i\"", rows, array_size(rows));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_ingress_without_class_gets_the_default_one)
{
	static const char *const body =
		"{'metadata':{'name':'i'},'spec':{'defaultBackend':{'service':{'name':'s','port':"
		"{'number':80}}}}}";

	open_rig();
	kube_must(&rig, "POST", INGRESSES, body);
	ck_assert_str_eq(kube_text(&rig, "spec.ingressClassName"), "");
	ck_assert_str_eq(kube_text(&rig, "status"), "{\"loadBalancer\":{}}");
	kube_must(&rig, "DELETE", INGRESSES "/i", NULL);
	kube_must(&rig, "POST", CLASSES,
		  "{'metadata':{'name':'alb','annotations':{'ingressclass.kubernetes.io/"
		  "is-default-class':'true'}},'spec':{'controller':'ingress.k8s.aws/alb'}}");
	kube_must(&rig, "POST", INGRESSES, body);
	ck_assert_str_eq(kube_text(&rig, "spec.ingressClassName"), "alb");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_ingress_class_keeps_its_controller)
{
	static const struct refusal rows[] = {
		{"{'metadata':{'name':'c'}}", "spec.controller: Required value"},
		{"{'metadata':{'name':'c'},'spec':{'controller':'alb'}}",
		 "spec.controller: Invalid value: \"alb\": must be a domain-prefixed path (such as "
		 "\"acme.io/foo\")"},
	};

	open_rig();
	refuse_all(CLASSES, "IngressClass.networking.k8s.io \"c\"", rows, array_size(rows));
	kube_must(&rig, "POST", CLASSES,
		  "{'metadata':{'name':'c'},'spec':{'controller':'a.b/c','parameters':{'kind':"
		  "'K','name':'n'}}}");
	ck_assert_str_eq(kube_text(&rig, "spec.parameters.scope"), "Cluster");
	merge_refused(CLASSES "/c", "{'spec':{'controller':'a.b/d'}}",
		      "IngressClass.networking.k8s.io \"c\" is invalid: spec.controller: Invalid "
		      "value: \"a.b/d\": field is immutable");
	kube_rig_close(&rig);
}
END_TEST

/* As kube-apiserver 1.36.3 fills them in. */
START_TEST(workloads_that_nothing_runs_are_defaulted)
{
#define POD_TEMPLATE                                                                               \
	"'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':"   \
	"'x'}]}}"
	static const struct {
		const char *path, *spec, *where, *value;
	} rows[] = {
		{"/apis/batch/v1/namespaces/default/cronjobs",
		 "'schedule':'* * * * *','jobTemplate':{'spec':{" POD_TEMPLATE "}}",
		 "spec.concurrencyPolicy", "Allow"},
		{"/apis/batch/v1/namespaces/default/cronjobs",
		 "'schedule':'* * * * *','jobTemplate':{'spec':{" POD_TEMPLATE "}}",
		 "spec.jobTemplate.spec.template.spec.dnsPolicy", "ClusterFirst"},
		{"/apis/apps/v1/namespaces/default/daemonsets",
		 "'selector':{'matchLabels':{'a':'b'}}," POD_TEMPLATE,
		 "spec.updateStrategy.rollingUpdate", "{\"maxUnavailable\":1,\"maxSurge\":0}"},
		{"/apis/apps/v1/namespaces/default/statefulsets",
		 "'serviceName':'s','selector':{'matchLabels':{'a':'b'}}," POD_TEMPLATE,
		 "spec.podManagementPolicy", "OrderedReady"},
		{"/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
		 "'maxReplicas':3,'scaleTargetRef':{'kind':'Deployment','name':'d'}",
		 "spec.minReplicas", "1"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'x'},'spec':{%s}}", rows[i].spec);

		kube_rig_open(&rig, false);
		kube_must(&rig, "POST", rows[i].path, body);
		ck_assert_str_eq(kube_text(&rig, rows[i].where), rows[i].value);
		kube_rig_close(&rig);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		string_data_of_a_secret_becomes_data,
		an_immutable_secret_stays_as_it_is,
		typed_secrets_have_their_keys,
		an_immutable_config_map_stays_as_it_is,
		an_account_keeps_only_names_of_secrets,
		both_groups_of_events_show_the_same_thing,
		an_event_is_where_its_object_is,
		a_lease_needs_its_version,
		a_deployment_gets_the_servers_defaults,
		wrong_deployments_are_refused,
		scale_is_the_replicas_of_a_deployment,
		counts_of_a_replica_set_fit_together,
		a_slice_has_addresses_of_its_family,
		endpoints_need_addresses,
		wrong_ingresses_are_refused,
		an_ingress_without_class_gets_the_default_one,
		an_ingress_class_keeps_its_controller,
		workloads_that_nothing_runs_are_defaulted,
		NULL,
	};

	return suite_main("kinds", tests);
}
