/* emulator/kube/rules*.c: x-kubernetes-validations, with the texts of kube-apiserver 1.36.3. */
#include "emulator/base/json.h"
#include "tests/kube/rig.h"

#define CRDS	   "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
#define VALIDATING "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
#define FOOS	   "/apis/example.com/v1/namespaces/default/foos"

#define NAMES "'plural':'foos','singular':'foo','kind':'Foo','listKind':'FooList'"
#define DEFINITION(schema)                                                                         \
	"{'metadata':{'name':'foos.example.com'},'spec':{'group':'example.com','scope':"           \
	"'Namespaced','names':{" NAMES                                                             \
	"},'versions':[{'name':'v1','served':true,'storage':true,'subresources':{"                 \
	"'status':{}},'schema':{'openAPIV3Schema':{'type':'object','properties':{"                 \
	"'spec':" schema ",'status':{'type':'object','properties':{'s':{'type':'string',"          \
	"'x-kubernetes-validations':[{'rule':'self == \\u0027ok\\u0027'}]}}}}}}}]}}"
#define SPEC                                                                                       \
	"{'type':'object','properties':{'a':{'type':'string',"                                     \
	"'x-kubernetes-validations':[{'rule':'self.startsWith(\\u0027a\\u0027) || "                \
	"self.startsWith(\\u0027b\\u0027) || self.startsWith(\\u0027w\\u0027)',"                   \
	"'message':'start'}]},'i':{'type':'integer','x-kubernetes-validations':[{"                 \
	"'rule':'self != 7','message':'seven','reason':'FieldValueDuplicate'}]},'imm':{"           \
	"'type':'string','x-kubernetes-validations':[{'rule':'self == oldSelf',"                   \
	"'message':'immutable'}]},'l':{'type':'array','items':{'type':'string',"                   \
	"'x-kubernetes-validations':[{'rule':'self != \\u0027no\\u0027','message':"                \
	"'no'}]}},'m':{'type':'object','additionalProperties':{'type':'string',"                   \
	"'x-kubernetes-validations':[{'rule':'self != \\u0027no\\u0027','message':"                \
	"'no'}]}}},'x-kubernetes-validations':[{'rule':'self.a != \\u0027bad\\u0027',"             \
	"'message':'a is bad'},{'rule':'self.a != \\u0027worse\\u0027'},{'rule':"                  \
	"'!has(self.i) || self.i > 3','message':'i small','reason':"                               \
	"'FieldValueForbidden','fieldPath':'.i'},{'rule':'!has(self.i) || self.i < 30',"           \
	"'messageExpression':'\\u0027a is \\u0027 + self.a','reason':"                             \
	"'FieldValueRequired'},{'rule':'!has(self.i) || self.l[self.i] == "                        \
	"\\u0027x\\u0027'}]}"

static struct kube_rig rig;

static void with(const char *definition)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", CRDS, definition);
}

START_TEST(a_broken_rule_refuses_the_object_in_its_own_words)
{
	static const struct {
		const char *spec, *text;
	} rows[] = {
		{"{'a':'bad'}", "spec: Invalid value: a is bad"},
		{"{'a':'worse'}", "spec: Invalid value: failed rule: self.a != 'worse'"},
		{"{'a':'zz'}", "spec.a: Invalid value: \"zz\": start"},
		{"{'a':'a','i':2}",
		 "[spec.i: Forbidden: i small, spec: Invalid value: \"object\": no such key: l "
		 "evaluating rule: !has(self.i) || self.l[self.i] == 'x']"},
		{"{'a':'a','i':7,'l':[]}",
		 "[spec: Invalid value: \"object\": index out of bounds: 7 evaluating rule: "
		 "!has(self.i) || self.l[self.i] == 'x', spec.i: Duplicate value: 7]"},
		{"{'a':'a','i':50,'l':['no'],'m':{'k':'no'}}",
		 "[spec: Required value: a is a, spec: Invalid value: \"object\": index out of "
		 "bounds: 50 evaluating rule: !has(self.i) || self.l[self.i] == 'x', spec.l[0]: "
		 "Invalid value: \"no\": no, spec.m[k]: Invalid value: \"no\": no]"},
		{"{'a':5,'i':2}",
		 "[spec.a: Invalid value: \"integer\": spec.a in body must be of type string: "
		 "\"integer\", <nil>: Invalid value: null: some validation rules were not checked "
		 "because the object was invalid; correct the existing errors to complete "
		 "validation]"},
	};

	with(DEFINITION(SPEC));
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'f'},'spec':%s}", rows[i].spec);
		_cleanup_(freep) char *text =
			xasprintf("Foo.example.com \"f\" is invalid: %s", rows[i].text);
		uint64_t before = kube_revision(&rig);

		kube_refused(&rig, "POST", FOOS, body, 422, text);
		ck_assert_uint_eq(kube_revision(&rig), before);
	}
	ck_assert(!kube_ask(&rig, "GET", FOOS "/f", NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_cause_says_field_and_reason)
{
	const struct json *cause;

	with(DEFINITION(SPEC));
	ck_assert(
		!kube_ask(&rig, "POST", FOOS, "{'metadata':{'name':'f'},'spec':{'a':'a','i':2}}"));
	cause = json_first(json_get(rig.err.details, "causes"));
	ck_assert_str_eq(json_get_str(cause, "reason"), "FieldValueForbidden");
	ck_assert_str_eq(json_get_str(cause, "message"), "Forbidden: i small");
	ck_assert_str_eq(json_get_str(cause, "field"), "spec.i");
	kube_rig_close(&rig);
}
END_TEST

static void patch_refused(const char *path, const char *body, const char *text)
{
	uint64_t before = kube_revision(&rig);

	ck_assert(!kube_patch(&rig, "merge", path, body));
	ck_assert_str_eq(err_text(&rig.err), text);
	ck_assert_int_eq(rig.err.status, 422);
	ck_assert_uint_eq(kube_revision(&rig), before);
}

START_TEST(oldSelf_is_what_was_there_before)
{
	with(DEFINITION(SPEC));
	kube_must(&rig, "POST", FOOS, "{'metadata':{'name':'f'},'spec':{'a':'a','imm':'x'}}");
	patch_refused(
		FOOS "/f", "{'spec':{'imm':'y'}}",
		"Foo.example.com \"f\" is invalid: spec.imm: Invalid value: \"y\": immutable");
	ck_assert(kube_patch(&rig, "merge", FOOS "/f", "{'spec':{'imm':null}}"));
	ck_assert(kube_patch(&rig, "merge", FOOS "/f", "{'spec':{'imm':'y'}}"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(patches_applies_and_status_are_checked_too)
{
	with(DEFINITION(SPEC));
	kube_must(&rig, "POST", FOOS, "{'metadata':{'name':'f'},'spec':{'a':'a'}}");
	patch_refused(FOOS "/f", "{'spec':{'a':'bad'}}",
		      "Foo.example.com \"f\" is invalid: spec: Invalid value: a is bad");
	patch_refused(
		FOOS "/f/status", "{'status':{'s':'no'}}",
		"Foo.example.com \"f\" is invalid: status.s: Invalid value: \"no\": failed rule: "
		"self == 'ok'");
	ck_assert(kube_patch(&rig, "merge", FOOS "/f/status", "{'status':{'s':'ok'}}"));
	ck_assert(!kube_patch(&rig, "apply", FOOS "/g?fieldManager=m",
			      "{'apiVersion':'example.com/v1','kind':'Foo','metadata':{'name':"
			      "'g'},'spec':{'a':'bad'}}"));
	ck_assert_str_eq(err_text(&rig.err),
			 "Foo.example.com \"g\" is invalid: spec: Invalid value: a is bad");
	kube_rig_close(&rig);
}
END_TEST

/* What a newer definition forbids stays where nothing changes. */
START_TEST(an_unchanged_value_is_only_warned_about)
{
	with(DEFINITION("{'type':'object','properties':{'a':{'type':'string'},"
			"'b':{'type':'string'}}}"));
	kube_must(&rig, "POST", FOOS, "{'metadata':{'name':'f'},'spec':{'a':'bad','b':'x'}}");
	ck_assert(kube_patch(
		&rig, "json", CRDS "/foos.example.com",
		"[{'op':'add','path':'/spec/versions/0/schema/openAPIV3Schema/properties/spec/"
		"properties/a/x-kubernetes-validations','value':[{'rule':"
		"'self != \\u0027bad\\u0027'}]}]"));
	ck_assert(kube_patch(&rig, "merge", FOOS "/f", "{'spec':{'b':'y'}}"));
	ck_assert_str_eq(kube_text(&rig, "spec.b"), "y");
	ck_assert(kube_patch(&rig, "merge", FOOS "/f", "{'spec':{'a':'fine'}}"));
	patch_refused(FOOS "/f", "{'spec':{'a':'bad'}}",
		      "Foo.example.com \"f\" is invalid: spec.a: Invalid value: \"bad\": failed "
		      "rule: self != 'bad'");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_definition_with_a_wrong_rule_is_refused)
{
	static const struct {
		const char *rules, *text;
	} rows[] = {
		{"{'rule':'self.x == 1'}",
		 ".rule: Invalid value: {\"Rule\":\"self.x == 1\",\"Message\":\"\","
		 "\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":\"\","
		 "\"OptionalOldSelf\":null}: compilation failed: ERROR: <input>:1:5: undefined "
		 "field 'x'\n | self.x == 1\n | ....^"},
		{"{'rule':'self.a'}",
		 ".rule: Invalid value: {\"Rule\":\"self.a\",\"Message\":\"\","
		 "\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":\"\","
		 "\"OptionalOldSelf\":null}: cel expression must evaluate to a bool"},
		{"{'rule':''}", ".rule: Required value: rule is not specified"},
		{"{'rule':'true','message':' '}",
		 ".message: Invalid value: \" \": must be non-empty if specified"},
		{"{'rule':'true','messageExpression':'1'}",
		 ".messageExpression: Invalid value: {\"Rule\":\"true\",\"Message\":\"\","
		 "\"MessageExpression\":\"1\",\"Reason\":null,\"FieldPath\":\"\","
		 "\"OptionalOldSelf\":null}: messageExpression must evaluate to a string"},
		{"{'rule':'true','reason':'Bogus'}",
		 ".reason: Unsupported value: \"Bogus\": supported values: "
		 "\"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", "
		 "\"FieldValueRequired\""},
		{"{'rule':'true','fieldPath':'.zz'}",
		 ".fieldPath: Invalid value: \".zz\": must be a valid path"},
		{"{'rule':'true','optionalOldSelf':true}",
		 ".optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in "
		 "rule"},
	};

	kube_rig_open(&rig, false);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body = xasprintf(
			"%s%s%s",
			"{'metadata':{'name':'foos.example.com'},'spec':{'group':'example.com',"
			"'scope':'Namespaced','names':{" NAMES "},'versions':[{'name':'v1',"
			"'served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':"
			"'object','properties':{'spec':{'type':'object','properties':{'a':{"
			"'type':'string'}},'x-kubernetes-validations':[",
			rows[i].rules, "]}}}}}]}}");
		_cleanup_(freep) char *text = xasprintf(
			"CustomResourceDefinition.apiextensions.k8s.io \"foos.example.com\" is "
			"invalid: spec.validation.openAPIV3Schema.properties[spec]."
			"x-kubernetes-validations[0]%s",
			rows[i].text);

		kube_refused(&rig, "POST", CRDS, body, 422, text);
	}
	ck_assert(!kube_ask(&rig, "GET", CRDS "/foos.example.com", NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(oldSelf_in_a_list_without_keys_is_refused)
{
	kube_rig_open(&rig, false);
	kube_refused(&rig, "POST", CRDS,
		     DEFINITION("{'type':'object','properties':{'l':{'type':'array','items':{"
				"'type':'string','x-kubernetes-validations':[{'rule':"
				"'self == oldSelf'}]}}}}"),
		     422,
		     "CustomResourceDefinition.apiextensions.k8s.io \"foos.example.com\" is "
		     "invalid: spec.validation.openAPIV3Schema.properties[spec].properties[l]."
		     "items.x-kubernetes-validations[0].rule: Invalid value: \"self == oldSelf\": "
		     "oldSelf cannot be used on the uncorrelatable portion of the schema within "
		     "spec.validation.openAPIV3Schema.properties[spec].properties[l]");
	kube_rig_close(&rig);
}
END_TEST

/* Not a mistake of whoever wrote it: a scenario that meets it is incomplete. */
START_TEST(a_rule_that_needs_what_is_not_emulated_is_not_implemented)
{
	kube_rig_open(&rig, false);
	ck_assert(!kube_ask(&rig, "POST", CRDS,
			    DEFINITION("{'type':'object','properties':{'v':{'type':'string',"
				       "'x-kubernetes-validations':[{'rule':"
				       "'isSemver(self)'}]}}}")));
	ck_assert_int_eq(rig.err.status, 501);
	ck_assert_int_eq(rig.err.code, ERR_UNSUPPORTED);
	ck_assert(!kube_ask(&rig, "GET", CRDS "/foos.example.com", NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_condition_that_asks_the_authorizer_is_not_implemented)
{
	kube_rig_open(&rig, false);
	ck_assert(
		!kube_ask(&rig, "POST", VALIDATING,
			  "{'metadata':{'name':'x'},'webhooks':[{'name':'a.b.c','matchConditions':"
			  "[{'name':'x','expression':'authorizer.path(\\u0027/x\\u0027).check("
			  "\\u0027get\\u0027).allowed()'}]}]}"));
	ck_assert_int_eq(rig.err.status, 501);
	ck_assert(!kube_ask(&rig, "GET", VALIDATING "/x", NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(map_lists_are_correlated_by_their_keys)
{
	with(DEFINITION(
		"{'type':'object','properties':{'l':{'type':'array','x-kubernetes-list-type':"
		"'map','x-kubernetes-list-map-keys':['n'],'items':{'type':'object','required':["
		"'n'],'properties':{'n':{'type':'string'},'v':{'type':'string'}},"
		"'x-kubernetes-validations':[{'rule':'self.v == oldSelf.v','message':'fixed'}]}}}"
		"}"));
	kube_must(&rig, "POST", FOOS,
		  "{'metadata':{'name':'f'},'spec':{'l':[{'n':'a','v':'1'},{'n':'b','v':'2'}]}}");
	ck_assert(kube_patch(&rig, "merge", FOOS "/f",
			     "{'spec':{'l':[{'n':'c','v':'9'},{'n':'b','v':'2'}]}}"));
	patch_refused(FOOS "/f", "{'spec':{'l':[{'n':'b','v':'3'}]}}",
		      "Foo.example.com \"f\" is invalid: spec.l[0]: Invalid value: fixed");
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_broken_rule_refuses_the_object_in_its_own_words,
		a_cause_says_field_and_reason,
		oldSelf_is_what_was_there_before,
		patches_applies_and_status_are_checked_too,
		an_unchanged_value_is_only_warned_about,
		a_definition_with_a_wrong_rule_is_refused,
		oldSelf_in_a_list_without_keys_is_refused,
		a_rule_that_needs_what_is_not_emulated_is_not_implemented,
		a_condition_that_asks_the_authorizer_is_not_implemented,
		map_lists_are_correlated_by_their_keys,
		NULL,
	};

	return suite_main("rules", tests);
}
