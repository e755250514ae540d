/* emulator/kube/table*.c: what `kubectl get` shows of each kind. */
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/table.h"
#include "emulator/kube/table_cells.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

#define NOW			"2026-01-01T01:00:00Z"
#define CREATED			"'creationTimestamp':'2026-01-01T00:57:00Z'"
#define META			"'metadata':{'name':'x'," CREATED "}"
#define POD(containers, status) "{" META ",'spec':{" containers "},'status':{" status "}}"
#define ONE			"'containers':[{'name':'a'}]"
#define TWO			"'containers':[{'name':'a'},{'name':'b'}]"

/* An object and its cells as JSON. */
static const struct row {
	const char *kind, *object, *cells;
} rows[] = {
	{"ConfigMap", "{" META ",'data':{'a':'1','b':'2'},'binaryData':{'c':''}}",
	 "[\"x\",3,\"3m\"]"},
	{"Secret", "{" META ",'type':'Opaque','data':{'a':''}}", "[\"x\",\"Opaque\",1,\"3m\"]"},
	{"Namespace", "{" META ",'status':{'phase':'Active'}}", "[\"x\",\"Active\",\"3m\"]"},
	{"ServiceAccount", "{" META "}", "[\"x\",\"3m\"]"},
	{"LimitRange", "{" META "}", "[\"x\",\"2026-01-01T00:57:00Z\"]"},

	/* Services */
	{"Service",
	 "{" META ",'spec':{'type':'ClusterIP','clusterIPs':['10.0.0.1'],'ports':"
	 "[{'port':80,'protocol':'TCP'},{'port':53,'nodePort':30053,'protocol':'UDP'}],"
	 "'selector':{'b':'2','a':'1'}}}",
	 "[\"x\",\"ClusterIP\",\"10.0.0.1\",\"<none>\",\"80/TCP,53:30053/UDP\",\"3m\",\"a=1,b=2\"]"},
	{"Service",
	 "{" META ",'spec':{'type':'LoadBalancer','externalIPs':['192.0.2.1']},'status':"
	 "{'loadBalancer':{'ingress':[{'hostname':'b.example'},{'ip':'10.0.0.9'},"
	 "{'hostname':'a-name-longer-than-16.example'},{'hostname':'b.example'}]}}}",
	 "[\"x\",\"LoadBalancer\",\"<none>\","
	 "\"10.0.0.9,a-name-longer-than-16.example,b.example,192.0.2.1\",\"<none>\","
	 "\"3m\",\"<none>\"]"},
	{"Service", "{" META ",'spec':{'type':'LoadBalancer','clusterIPs':['fd00::1','10.0.0.1']}}",
	 "[\"x\",\"LoadBalancer\",\"fd00::1\",\"<pending>\",\"<none>\",\"3m\",\"<none>\"]"},
	{"Service", "{" META ",'spec':{'type':'ExternalName','externalName':'a.example'}}",
	 "[\"x\",\"ExternalName\",\"<none>\",\"a.example\",\"<none>\",\"3m\",\"<none>\"]"},

	/* Nodes */
	{"Node",
	 "{'metadata':{'name':'x'," CREATED ",'labels':{'node-role.kubernetes.io/worker':'',"
	 "'kubernetes.io/role':'edge'}},'spec':{'unschedulable':true},'status':{'conditions':"
	 "[{'type':'Ready','status':'True'}],'addresses':[{'type':'Hostname','address':'h'},"
	 "{'type':'InternalIP','address':'10.0.0.5'},{'type':'InternalIP','address':'fd00::5'}],"
	 "'nodeInfo':{'kubeletVersion':'v1.36.1','kernelVersion':'6.1','architecture':'amd64'}}}",
	 "[\"x\",\"Ready,SchedulingDisabled\",\"edge,worker\",\"3m\",\"v1.36.1\",\"10.0.0.5\","
	 "\"<none>\",\"<unknown>\",\"6.1 (amd64)\",\"<unknown>\"]"},
	{"Node", "{" META ",'status':{'conditions':[{'type':'Ready','status':'Unknown'}]}}",
	 "[\"x\",\"NotReady\",\"<none>\",\"3m\",\"\",\"<none>\",\"<none>\",\"<unknown>\","
	 "\"<unknown>\",\"<unknown>\"]"},

	/* Deployments and their like */
	{"Deployment",
	 "{" META ",'spec':{'replicas':3,'selector':{'matchLabels':{'a':'b'},"
	 "'matchExpressions':[{'key':'c','operator':'In','values':['z','y']},"
	 "{'key':'d','operator':'DoesNotExist'}]},'template':{'spec':{'containers':"
	 "[{'name':'m','image':'i:1'},{'name':'n','image':'j'}]}}},'status':{'readyReplicas':2,"
	 "'updatedReplicas':3,'availableReplicas':1}}",
	 "[\"x\",\"2/3\",3,1,\"3m\",\"m,n\",\"i:1,j\",\"!d,a=b,c in (y,z)\"]"},
	{"ReplicaSet", "{" META ",'spec':{'replicas':2},'status':{'replicas':1}}",
	 "[\"x\",2,1,0,\"3m\",\"\",\"\",\"<none>\"]"},
	{"StatefulSet", "{" META ",'spec':{'replicas':2}}", "[\"x\",\"0/2\",\"3m\",\"\",\"\"]"},
	{"Job",
	 "{" META ",'spec':{'parallelism':2},'status':{'succeeded':1,'startTime':"
	 "'2026-01-01T00:00:00Z','completionTime':'2026-01-01T00:01:30Z','conditions':"
	 "[{'type':'Complete','status':'True'}]}}",
	 "[\"x\",\"Complete\",\"1/1 of 2\",\"90s\",\"3m\",\"\",\"\",\"<none>\"]"},
	{"Job", "{" META ",'spec':{'completions':3}}",
	 "[\"x\",\"Running\",\"0/3\",\"\",\"3m\",\"\",\"\",\"<none>\"]"},
	{"CronJob",
	 "{" META ",'spec':{'schedule':'* * * * *','suspend':false},'status':"
	 "{'lastScheduleTime':'2026-01-01T00:59:00Z'}}",
	 "[\"x\",\"* * * * *\",\"<none>\",\"False\",0,\"60s\",\"3m\",\"\",\"\",\"<none>\"]"},
	{"HorizontalPodAutoscaler",
	 "{" META ",'spec':{'scaleTargetRef':{'kind':'Deployment','name':"
	 "'d'},'maxReplicas':9,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':"
	 "{'averageUtilization':80}}},{'type':'External','external':{'target':{'averageValue':'5'}}},"
	 "{'type':'Pods','pods':{}}]},'status':{'currentMetrics':[{'type':'Resource','resource':"
	 "{'current':{'averageUtilization':7}}}]}}",
	 "[\"x\",\"Deployment/d\",\"cpu: 7%/80%, <unknown>/5 (avg) + 1 more...\","
	 "\"<unset>\",9,0,\"3m\"]"},
	{"ResourceQuota",
	 "{" META ",'status':{'hard':{'pods':'3','limits.cpu':'2'},'used':{'pods':"
	 "'1'}}}",
	 "[\"x\",\"pods: 1/3\",\"limits.cpu: 0/2\",\"3m\"]"},

	/* Ingresses and endpoints */
	{"Ingress",
	 "{" META ",'spec':{'ingressClassName':'alb','tls':[{}],'rules':[{'host':'a'},{},"
	 "{'host':'b'},{'host':'c'},{'host':'d'},{'host':'e'}]}}",
	 "[\"x\",\"alb\",\"a,b,c + 3 more...\",\"\",\"80, 443\",\"3m\"]"},
	{"Ingress", "{" META ",'spec':{}}", "[\"x\",\"<none>\",\"*\",\"\",\"80\",\"3m\"]"},
	{"IngressClass",
	 "{'metadata':{'name':'x'," CREATED ",'annotations':"
	 "{'ingressclass.kubernetes.io/is-default-class':'true'}},'spec':{'controller':'c/d',"
	 "'parameters':{'apiGroup':'g','kind':'K','name':'n'}}}",
	 "[\"x (default)\",\"c/d\",\"K.g/n\",\"3m\"]"},
	{"Endpoints",
	 "{" META ",'subsets':[{'addresses':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}],"
	 "'ports':[{'port':80},{'port':81}]}]}",
	 "[\"x\",\"10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more...\",\"3m\"]"},
	{"Endpoints", "{" META "}", "[\"x\",\"<none>\",\"3m\"]"},
	{"EndpointSlice",
	 "{" META ",'addressType':'IPv4','ports':[{'port':80},{'name':'n'},{}],"
	 "'endpoints':[{'addresses':['1.1.1.1','1.1.1.2']},{'addresses':['1.1.1.3','1.1.1.4']}]}",
	 "[\"x\",\"IPv4\",\"80,n,*\",\"1.1.1.1,1.1.1.2,1.1.1.3 + 1 more...\",\"3m\"]"},

	/* others */
	{"Lease", "{" META ",'spec':{'holderIdentity':'me'}}", "[\"x\",\"me\",\"3m\"]"},
	{"Event",
	 "{" META ",'type':'Normal','reason':'Why','message':' so \\n','involvedObject':"
	 "{'kind':'Pod','name':'p','fieldPath':'f'},'source':{'component':'c','host':'h'},"
	 "'firstTimestamp':'2026-01-01T00:00:00Z','lastTimestamp':'2026-01-01T00:59:50Z','count':4}",
	 "[\"10s\",\"Normal\",\"Why\",\"pod/p\",\"f\",\"c, h\",\"so\",\"60m\",4,\"x\"]"},
	{"Event",
	 "{" META ",'eventTime':'2026-01-01T00:59:00.123456Z','regarding':{'kind':'Node'},"
	 "'note':'n','reportingController':'r'}",
	 "[\"59s\",\"\",\"\",\"node\",\"\",\"r\",\"n\",\"59s\",1,\"x\"]"},
	{"RoleBinding",
	 "{" META ",'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User',"
	 "'name':'u'},{'kind':'User','name':'v'},"
	 "{'kind':'ServiceAccount','namespace':'n','name':'s'}]}",
	 "[\"x\",\"Role/r\",\"3m\",\"u, v\",\"\",\"n/s\"]"},
	{"PersistentVolumeClaim",
	 "{'kind':'PersistentVolumeClaim'," META ",'spec':{'storageClassName':"
	 "'gp3'},'status':{'phase':'Pending','accessModes':['ReadWriteOnce']}}",
	 "[\"x\",\"Pending\",\"\",\"\",\"\",\"gp3\",\"<unset>\",\"3m\",\"<unset>\"]"},
	{"PodDisruptionBudget", "{" META ",'spec':{'minAvailable':'50%'}}",
	 "[\"x\",\"50%\",\"N/A\",0,\"3m\"]"},
	{"PriorityLevelConfiguration",
	 "{" META ",'spec':{'type':'Limited','limited':"
	 "{'nominalConcurrencyShares':0}}}",
	 "[\"x\",\"Limited\",0,\"<none>\",\"<none>\",\"<none>\",\"3m\"]"},
	{"APIService",
	 "{" META ",'spec':{'service':{'namespace':'n','name':'s'}},'status':"
	 "{'conditions':[{'type':'Available','status':'False','reason':'Gone'}]}}",
	 "[\"x\",\"n/s\",\"False (Gone)\",\"3m\"]"},
};

/* ready, status and restarts of Pods */
static const struct row pods[] = {
	{"running",
	 POD(ONE, "'phase':'Running','containerStatuses':[{'name':'a','ready':true,"
		  "'state':{'running':{}}}]"),
	 "\"1/1\",\"Running\",\"0\""},
	{"waiting",
	 POD(TWO, "'phase':'Running','containerStatuses':[{'name':'a','ready':true,'state':"
		  "{'running':{}}},{'name':'b','restartCount':7,'state':{'waiting':"
		  "{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':"
		  "{'finishedAt':'2026-01-01T00:58:00Z'}}}]"),
	 "\"1/2\",\"CrashLoopBackOff\",\"7 (2m ago)\""},
	{"failed",
	 POD(ONE, "'phase':'Failed','containerStatuses':[{'name':'a','state':{'terminated':"
		  "{'exitCode':3}}}]"),
	 "\"0/1\",\"ExitCode:3\",\"0\""},
	{"completed beside one that runs",
	 POD(TWO, "'phase':'Running','containerStatuses':[{'name':'a','state':{'terminated':"
		  "{'exitCode':0,'reason':'Completed'}}},{'name':'b','ready':true,'state':"
		  "{'running':{}}}]"),
	 "\"1/2\",\"NotReady\",\"0\""},
	{"initialising",
	 POD(ONE ",'initContainers':[{'name':'i'},{'name':'j'}]",
	     "'phase':'Pending','initContainerStatuses':[{'name':'i','state':"
	     "{'terminated':{'exitCode':0}}},{'name':'j','restartCount':1,'state':"
	     "{'running':{}}}]"),
	 "\"0/1\",\"Init:1/2\",\"1\""},
	{"init failed",
	 POD(ONE ",'initContainers':[{'name':'i'}]",
	     "'phase':'Pending','initContainerStatuses':[{'name':'i','state':"
	     "{'terminated':{'exitCode':2,'reason':'Error'}}}]"),
	 "\"0/1\",\"Init:Error\",\"0\""},
	{"with a sidecar",
	 POD(ONE ",'initContainers':[{'name':'i','restartPolicy':'Always'}]",
	     "'phase':'Running','initContainerStatuses':[{'name':'i','started':true,"
	     "'ready':true,'restartCount':2,'state':{'running':{}}}],"
	     "'containerStatuses':[{'name':'a','ready':true,'state':{'running':{}}}]"),
	 "\"2/2\",\"Running\",\"2\""},
	{"gated",
	 POD(ONE, "'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False',"
		  "'reason':'SchedulingGated'}]"),
	 "\"0/1\",\"SchedulingGated\",\"0\""},
	{"evicted", POD(ONE, "'phase':'Failed','reason':'Evicted'"), "\"0/1\",\"Evicted\",\"0\""},
	{"deleted",
	 "{'metadata':{'name':'x'," CREATED ",'deletionTimestamp':'2026-01-01T00:59:59Z'},"
	 "'spec':{" ONE "},'status':{'phase':'Running'}}",
	 "\"0/1\",\"Terminating\",\"0\""},
};

/* A type as the server's own; its group is the first that has a printer for the kind. */
static struct api_type type_of(const char *kind)
{
	struct api_type type = {.group = "", .kind = kind};

	for (size_t i = 0; i < kube_printer_count; i++)
		if (str_eq(kube_printers[i].kind, kind))
			type.group = kube_printers[i].group;
	return type;
}

static struct json *cells_of(const struct api_type *type, const char *object)
{
	_cleanup_(json_freep) struct json *tree = test_json(object);
	int64_t now_ms;

	ck_assert(clock_parse(NOW, &now_ms));
	return table_cells(type, tree, now_ms);
}

START_TEST(each_kind_is_shown_as_the_server_shows_it)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		struct api_type type = type_of(rows[i].kind);
		_cleanup_(json_freep) struct json *cells = cells_of(&type, rows[i].object);
		_cleanup_(json_freep) struct json *columns = table_columns(&type);
		_cleanup_(freep) char *text = json_to_text(cells);

		ck_assert_str_eq(text, rows[i].cells);
		ck_assert_uint_eq(json_size(cells), json_size(columns));
	}
}
END_TEST

START_TEST(a_pod_s_status_sums_up_its_containers)
{
	struct api_type type = type_of("Pod");

	for (size_t i = 0; i < array_size(pods); i++) {
		_cleanup_(json_freep) struct json *cells = cells_of(&type, pods[i].object);
		_cleanup_(freep) char *text = json_to_text(cells);
		_cleanup_(freep) char *wanted = xasprintf("[\"x\",%s,\"3m\",\"<none>\",\"<none>\","
							  "\"<none>\",\"<none>\"]",
							  pods[i].cells);

		ck_assert_msg(str_eq(text, wanted), "%s: %s", pods[i].kind, text);
	}
}
END_TEST

START_TEST(where_a_pod_runs_is_shown_wide)
{
	struct api_type type = type_of("Pod");
	_cleanup_(json_freep) struct json *columns = table_columns(&type);
	_cleanup_(json_freep) struct json *cells = cells_of(
		&type, POD(ONE ",'nodeName':'n','readinessGates':[{'conditionType':'g'},"
			       "{'conditionType':'h'}]",
			   "'phase':'Running','podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}],"
			   "'conditions':[{'type':'h','status':'True'}]"));

	ck_assert_str_eq(json_str(json_at(cells, 5)), "10.0.0.1");
	ck_assert_str_eq(json_str(json_at(cells, 6)), "n");
	ck_assert_str_eq(json_str(json_at(cells, 8)), "1/2");
	ck_assert_str_eq(json_get_str(json_at(columns, 8), "name"), "Readiness Gates");
	ck_assert_int_eq(json_get_int(json_at(columns, 8), "priority", 0), 1);
	ck_assert_int_eq(json_get_int(json_at(columns, 4), "priority", 9), 0);
	ck_assert(*json_get_str(json_at(columns, 8), "description"));
}
END_TEST

START_TEST(a_pod_that_has_ended_is_marked_as_completed)
{
	static const char *const phases[] = {"Running", "Succeeded", "Failed"};
	struct api_type pod = type_of("Pod"), job = type_of("Job");

	for (size_t i = 0; i < array_size(phases); i++) {
		_cleanup_(freep) char *text = xasprintf("{'status':{'phase':'%s'}}", phases[i]);
		_cleanup_(json_freep) struct json *object = test_json(text);
		_cleanup_(json_freep) struct json *conditions = table_conditions(&pod, object);

		ck_assert_uint_eq(json_size(conditions), i ? 1 : 0);
		if (i)
			ck_assert_str_eq(json_get_str(json_first(conditions), "reason"), phases[i]);
		ck_assert_ptr_null(table_conditions(&job, object));
	}
}
END_TEST

START_TEST(an_empty_object_of_any_kind_is_shown)
{
	for (size_t i = 0; i < kube_resource_count; i++) {
		struct api_type type = {.group = kube_resources[i].group,
					.kind = kube_resources[i].kind};
		_cleanup_(json_freep) struct json *columns = table_columns(&type);
		_cleanup_(json_freep) struct json *cells =
			cells_of(&type, "{'metadata':{'name':'x'}}");

		ck_assert_uint_eq(json_size(cells), json_size(columns));
	}
}
END_TEST

START_TEST(each_column_of_the_server_has_a_row)
{
	for (size_t i = 0; i < kube_printer_count; i++)
		for (size_t j = 0; j < kube_printers[i].column_count; j++) {
			const struct kube_printer *printer = &kube_printers[i];
			const char *column = printer->columns[j].name;

			if (!str_eq(printer->kind, "Scale")) /* a subresource, never listed */
				ck_assert_msg(cell_rule_find(printer->kind, column), "%s of %s",
					      column, printer->kind);
		}
}
END_TEST

START_TEST(rows_are_sorted_and_each_is_of_a_column)
{
	for (size_t i = 0; i < cell_rule_count; i++) {
		const struct cell_rule *rule = &cell_rules[i], *next = rule + 1;
		struct api_type type = type_of(rule->kind);
		_cleanup_(json_freep) struct json *columns = table_columns(&type);
		bool found = !*rule->kind;

		json_foreach (column, columns)
			found = found || str_eq(json_get_str(column, "name"), rule->column);
		ck_assert_msg(found, "%s has no column %s", rule->kind, rule->column);
		if (i + 1 < cell_rule_count)
			ck_assert_int_lt(strcmp(rule->kind, next->kind) * 2 +
						 (strcmp(rule->column, next->column) < 0 ? -1 : 1),
					 0);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_kind_is_shown_as_the_server_shows_it,
		a_pod_s_status_sums_up_its_containers,
		where_a_pod_runs_is_shown_wide,
		a_pod_that_has_ended_is_marked_as_completed,
		an_empty_object_of_any_kind_is_shown,
		each_column_of_the_server_has_a_row,
		rows_are_sorted_and_each_is_of_a_column,
		NULL,
	};

	return suite_main("table", tests);
}
