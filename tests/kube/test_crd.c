/* emulator/kube/crd.c, schema*.c, kinds/custom_resource_definition.c: custom resources. */
#include "emulator/base/json.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/jsonpath.h"
#include "tests/kube/rig.h"

#define CRDS	"/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
#define WIDGETS "/apis/example.com/v1/namespaces/default/widgets"

#define NAMES "'plural':'widgets','singular':'widget','kind':'Widget','listKind':'WidgetList'"
#define SCHEMA                                                                                     \
	"{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','required':["   \
	"'size'],'properties':{'size':{'type':'integer','minimum':1,'maximum':9},'color':{"        \
	"'type':'string','enum':['red','blue'],'default':'red'},'name':{'type':'string',"          \
	"'pattern':'^[a-z]+$','maxLength':5},'any':{'type':'object',"                              \
	"'x-kubernetes-preserve-unknown-fields':true},'port':{"                                    \
	"'x-kubernetes-int-or-string':true},'list':{'type':'array','maxItems':2,'items':{"         \
	"'type':'string'}}}},'status':{'type':'object','properties':{'ready':{'type':"             \
	"'boolean'}}}}}}"
#define VERSION(name, storage)                                                                     \
	"{'name':'" name "','served':true,'storage':" storage                                      \
	",'subresources':{'status':{}},'schema':" SCHEMA "}"
#define CRD                                                                                        \
	"{'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com','scope':"        \
	"'Namespaced','names':{" NAMES                                                             \
	"},'versions':[" VERSION("v1", "true") "," VERSION("v2", "false") "]}}"

static struct kube_rig rig;

static void with_crd(void)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", CRDS, CRD);
}

START_TEST(a_definition_is_served_at_once)
{
	with_crd();
	ck_assert_ptr_nonnull(strstr(kube_printed(&rig), "\"type\":\"Established\""));
	ck_assert_str_eq(kube_text(&rig, "status.storedVersions"), "[\"v1\"]");
	ck_assert_str_eq(kube_text(&rig, "spec.conversion.strategy"), "None");
	kube_must(&rig, "GET", WIDGETS, NULL);
	ck_assert_str_eq(kube_text(&rig, "kind"), "WidgetList");
	kube_must(&rig, "DELETE", CRDS "/widgets.example.com", NULL);
	ck_assert(!kube_ask(&rig, "GET", WIDGETS, NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(objects_are_pruned_and_defaulted)
{
	with_crd();
	kube_must(&rig, "POST", WIDGETS,
		  "{'metadata':{'name':'w'},'spec':{'size':3,'bogus':1,'any':{'x':{'y':1}}},"
		  "'status':{'ready':true}}");
	ck_assert_str_eq(kube_text(&rig, "spec.bogus"), "");
	ck_assert_str_eq(kube_text(&rig, "spec.color"), "red");
	ck_assert_str_eq(kube_text(&rig, "spec.any.x.y"), "1");
	ck_assert_str_eq(kube_text(&rig, "status"), "");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "1");
	kube_refused(&rig, "POST", WIDGETS "?fieldValidation=Strict",
		     "{'metadata':{'name':'x'},'spec':{'size':3,'bogus':1}}", 400,
		     "Widget in version \"v1\" cannot be handled as a Widget: strict decoding "
		     "error: unknown field \"spec.bogus\"");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(objects_are_checked_by_their_schema)
{
	static const struct {
		const char *spec, *text;
	} rows[] = {
		{"{}", "spec.size: Required value"},
		{"{'size':'x'}", "spec.size: Invalid value: \"string\": spec.size in body must be "
				 "of type integer: \"string\""},
		{"{'size':0}",
		 "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to "
		 "1"},
		{"{'size':10}",
		 "spec.size: Invalid value: 10: spec.size in body should be less than or equal to "
		 "9"},
		{"{'size':1,'color':'green'}",
		 "spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\""},
		{"{'size':1,'name':'A'}", "spec.name: Invalid value: \"A\": spec.name in body "
					  "should match '^[a-z]+$'"},
		{"{'size':1,'name':'abcdef'}", "spec.name: Too long: may not be more than 5 bytes"},
		{"{'size':1,'port':true}",
		 "spec.port: Invalid value: \"boolean\": spec.port in body must be of type "
		 "integer,string: \"boolean\""},
		{"{'size':1,'list':['a','b','c']}",
		 "spec.list: Too many: 3: must have at most 2 items"},
	};

	with_crd();
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'w'},'spec':%s}", rows[i].spec);
		_cleanup_(freep) char *text =
			xasprintf("Widget.example.com \"w\" is invalid: %s", rows[i].text);

		kube_refused(&rig, "POST", WIDGETS, body, 422, text);
	}
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_pattern_that_takes_too_long_refuses_nothing)
{
	/* Go's engine finds it in no time: k8s.io/apiextensions-apiserver uses package regexp */
	with_crd();
	kube_must(&rig, "POST", CRDS,
		  "{'metadata':{'name':'slows.example.com'},'spec':{'group':'example.com','scope':"
		  "'Namespaced','names':{'plural':'slows','singular':'slow','kind':'Slow',"
		  "'listKind':'SlowList'},'versions':[{'name':'v1','served':true,'storage':true,"
		  "'schema':{'openAPIV3Schema':{'type':'object','properties':{'text':{'type':"
		  "'string','pattern':'^(a?){42}a{42}$'}}}}}]}}");
	kube_must(&rig, "POST", "/apis/example.com/v1/namespaces/default/slows",
		  "{'metadata':{'name':'s'},'text':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(status_and_spec_are_apart)
{
	with_crd();
	kube_must(&rig, "POST", WIDGETS, "{'metadata':{'name':'w'},'spec':{'size':3}}");
	ck_assert(kube_patch(&rig, "merge", WIDGETS "/w/status",
			     "{'metadata':{'labels':{'a':'b'}},'spec':{'size':4},"
			     "'status':{'ready':true}}"));
	ck_assert_str_eq(kube_text(&rig, "spec.size"), "3");
	ck_assert_str_eq(kube_text(&rig, "metadata.labels"), "");
	ck_assert_str_eq(kube_text(&rig, "status.ready"), "true");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "1");
	ck_assert(kube_patch(&rig, "merge", WIDGETS "/w",
			     "{'spec':{'size':4},'status':{'ready':false}}"));
	ck_assert_str_eq(kube_text(&rig, "spec.size"), "4");
	ck_assert_str_eq(kube_text(&rig, "status.ready"), "true");
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "2");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_status_begins_with_its_default)
{
	with_crd();
	kube_must(&rig, "POST", CRDS,
		  "{'metadata':{'name':'gates.example.com'},'spec':{'group':'example.com','scope':"
		  "'Namespaced','names':{'plural':'gates','singular':'gate','kind':'Gate',"
		  "'listKind':'GateList'},'versions':[{'name':'v1','served':true,'storage':true,"
		  "'subresources':{'status':{}},'schema':{'openAPIV3Schema':{'type':'object',"
		  "'properties':{'spec':{'type':'object'},'status':{'type':'object','default':{"
		  "'state':'waiting'},'properties':{'state':{'type':'string'}}}}}}}]}}");
	kube_must(&rig, "POST", "/apis/example.com/v1/namespaces/default/gates",
		  "{'metadata':{'name':'g'},'spec':{},'status':{'state':'mine'}}");
	ck_assert_str_eq(kube_text(&rig, "status.state"), "waiting");
	ck_assert(kube_patch(&rig, "merge",
			     "/apis/example.com/v1/namespaces/default/gates/g/status",
			     "{'status':{'state':'open'}}"));
	ck_assert(kube_patch(&rig, "merge", "/apis/example.com/v1/namespaces/default/gates/g",
			     "{'metadata':{'labels':{'a':'b'}},'status':null}"));
	ck_assert_str_eq(kube_text(&rig, "status.state"), "open");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(all_versions_show_the_same_objects)
{
	with_crd();
	kube_must(&rig, "POST", WIDGETS, "{'metadata':{'name':'w'},'spec':{'size':3}}");
	kube_must(&rig, "GET", "/apis/example.com/v2/namespaces/default/widgets/w", NULL);
	ck_assert_str_eq(kube_text(&rig, "apiVersion"), "example.com/v2");
	ck_assert_str_eq(kube_text(&rig, "spec.size"), "3");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_update_needs_a_version_and_a_strategic_patch_is_not_taken)
{
	with_crd();
	kube_must(&rig, "POST", WIDGETS, "{'metadata':{'name':'w'},'spec':{'size':3}}");
	kube_refused(&rig, "PUT", WIDGETS "/w", "{'metadata':{'name':'w'},'spec':{'size':4}}", 422,
		     "widgets.example.com \"w\" is invalid: metadata.resourceVersion: Invalid "
		     "value: 0: must be specified for an update");
	ck_assert(!kube_patch(&rig, "strategic", WIDGETS "/w", "{}"));
	ck_assert_int_eq(rig.err.status, 415);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_bad_definition_is_refused)
{
	with_crd();
	kube_refused(&rig, "POST", CRDS,
		     "{'metadata':{'name':'x.example.com'},'spec':{'group':'example.com','scope':"
		     "'Namespaced','names':{" NAMES "},'versions':[" VERSION("v1", "true") "]}}",
		     422,
		     "CustomResourceDefinition.apiextensions.k8s.io \"x.example.com\" is invalid: "
		     "metadata.name: Invalid value: \"x.example.com\": must be "
		     "spec.names.plural+\".\"+spec.group");
	kube_refused(&rig, "POST", CRDS,
		     "{'metadata':{'name':'widgets.example.org'},'spec':{'group':'example.org',"
		     "'scope':'Sometimes','names':{" NAMES
		     "},'versions':[" VERSION("v1", "true") "]}}",
		     422,
		     "CustomResourceDefinition.apiextensions.k8s.io \"widgets.example.org\" is "
		     "invalid: spec.scope: Unsupported value: \"Sometimes\": supported values: "
		     "\"Cluster\", \"Namespaced\"");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_equal_definition_keeps_its_rows)
{
	const struct kind *kind;

	with_crd();
	kind = kube_document_kind(rig.cluster, "example.com", "widgets");
	ck_assert_str_eq(kind->name, "widget");
	ck_assert(kube_patch(&rig, "merge", CRDS "/widgets.example.com",
			     "{'metadata':{'labels':{'a':'b'}}}"));
	ck_assert_ptr_eq(kube_document_kind(rig.cluster, "example.com", "widgets"), kind);
	kube_must(&rig, "GET", WIDGETS, NULL);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(paths_of_columns_lead_to_values)
{
	static const struct {
		const char *path, *value;
	} rows[] = {
		{".a.b", "1"},	    {".list[1]", "20"},		  {".list[-1]", "20"},
		{"['a'].b", "1"},   {".c[?(@.t==\"x\")].v", "7"}, {".c[*].v", "6"},
		{".x\\.y", "true"}, {".nothing.here", NULL},
	};
	_cleanup_(json_freep) struct json *object = test_json(
		"{'a':{'b':1},'list':[10,20],'c':[{'t':'w','v':6},{'t':'x','v':7}],'x.y':true}");

	for (size_t i = 0; i < array_size(rows); i++) {
		struct ptrs found = {};
		_cleanup_(freep) char *text = NULL;

		jsonpath_find(object, rows[i].path, &found);
		text = found.count ? json_to_text(found.items[0]) : NULL;
		ck_assert_msg(str_eq(text, rows[i].value), "%s: %s", rows[i].path, text);
		ptrs_done(&found);
		ck_assert(jsonpath_valid(rows[i].path));
	}
	ck_assert(!jsonpath_valid("..a"));
	ck_assert(!jsonpath_valid(".a[x]"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_definition_is_served_at_once,
		objects_are_pruned_and_defaulted,
		objects_are_checked_by_their_schema,
		a_pattern_that_takes_too_long_refuses_nothing,
		status_and_spec_are_apart,
		a_status_begins_with_its_default,
		all_versions_show_the_same_objects,
		an_update_needs_a_version_and_a_strategic_patch_is_not_taken,
		a_bad_definition_is_refused,
		an_equal_definition_keeps_its_rows,
		paths_of_columns_lead_to_values,
		NULL,
	};

	return suite_main("crd", tests);
}
